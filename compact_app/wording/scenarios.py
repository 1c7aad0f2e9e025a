"""What is said of sets of members, and the names of the groups of pages."""

from typing import Final

SCENARIOS: Final = {
    "nav_of_figures": "Figures",
    "nav_of_dependence": "Dependence",
    "nav_of_treaty": "The treaty",
    "nav_of_exchange": "Data exchange",
    "beware_more": "{count} more, from the sources",
    "scenario": "Members",
    "scenario_own": "Your own choice",
    "scenario_own_many": "The {count} members of your choice",
    "scenario_with": "With {area}",
    "scenario_told": "{founding} {others}",
    "scenario_and": "{first} and {last}",
    "scenario_members": "Chosen members",
    "scenario_members_none": "No member yet",
}
