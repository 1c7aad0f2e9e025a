"""The words of *Commitments*."""

from typing import Final

COMMITMENTS: Final = {
    "nav_commitments": "Commitments",
    "commitments_title": (
        "{who}: {met} of {count} measurable commitments are met, {not_met} are not, {unknown} cannot be told from what "
        "is held"
    ),
    "commitments_title_empty": "No member is chosen, so no commitment can be judged",
    "commitments_empty": "Choose a set of members above, or at least two areas of your own choice.",
    "commitments_lone": (
        "A single member is chosen: what concerns the dealings of members with each other has no answer. Choose at "
        "least two."
    ),
    "commitments_sentence": (
        "{articles} articles hold {all} commitments; {without} of them have no indicator in any data held, and say "
        "which would be needed. A set of members meets a commitment only if each of them does, and misses it as soon "
        "as one does."
    ),
    "commitments_theme": "Theme",
    "commitments_theme_all": "All themes",
    "commitments_member": "Member",
    "commitments_member_all": "All members together",
    "commitments_language": "Language of the text",
    "commitments_matrix": "Who keeps which commitment",
    "commitments_matrix_empty": "An empty cell: it does not bind this member.",
    "commitments_status_met": "met",
    "commitments_status_not_met": "not met",
    "commitments_status_not_measurable": "not measurable",
    "commitments_status_no_indicator": "no indicator on data held",
    "commitments_choose": "One commitment",
    "commitments_all_column": "All",
    "commitments_members_split": "{met} met, {not_met} not met, {unknown} not measurable",
    "commitments_measured_by": "**Measured by:** {indicator}",
    "commitments_limit": "**Limit:** {limit} ({basis})",
    "commitments_basis_choice": "a choice of ours, for negotiators to change",
    "commitments_basis_source": "from {citation}",
    "commitments_period": "**Period:** {rule}",
    "commitments_rule_latest": (
        "the last one in which a verdict is possible, if that is no more than ten years before the last; of adoptions "
        "and agreements the last"
    ),
    "commitments_rule_year": "the year {year}",
    "commitments_rule_since": "every held year since {year}; one miss is enough",
    "commitments_binds": "**Binds:** {who}",
    "commitments_binds_all": "every member",
    "commitments_rationale": "**Why so:** {text}",
    "commitments_stands": "**How it stands:** {text}",
    "commitments_stands_member": "{name} {status} ({detail})",
    "commitments_stands_of": "{value} in {period}",
    "commitments_no_data": "**Why it is not measurable:** {reason}",
    "commitments_data_needed": "**Data needed:** {data}",
    "commitments_publisher": "**Who could publish them:** {publisher}",
    "commitments_at_least": "at least {value}",
    "commitments_at_most": "at most {value}",
    "commitments_between": "{low} to {high}",
    "commitments_or_more": "{low} or more",
    "commitments_axis_share": "Share",
    "commitments_axis_ratio": "Ratio to the years before",
    "commitments_axis_count": "Count",
    "commitments_axis_mw": "MW",
    "commitments_history": "Over time",
    "commitments_history_none": "No period of this commitment can be drawn for the members chosen.",
    "commitments_history_alt": "{title}: the values of each member over time against the limit, {limit}",
    "commitments_history_many": (
        "How many members keep it, each by its last verdict up to the period; choose a member above to see its values."
    ),
    "commitments_stands_many": "{split}; not met by {missed}",
    "commitments_statuses": "How every commitment stands",
    "commitments_periods": "Every period of this commitment",
    "commitments_text": "The working text",
    "commitments_text_all": "The whole text, with indicators and limits",
    "commitments_article": "Article {number}: {title}",
    "commitments_working": (
        "This is a working text of this project. It is not a signed treaty, and no government has proposed or agreed "
        "to it."
    ),
    "commitments_ours": (
        "The limits are choices of ours; another limit gives another verdict. The distance to it stands beside."
    ),
    "commitments_unknown": (
        "Not measurable is neither met nor missed: nothing held tells. Unknown is never counted against a member."
    ),
    "commitments_one_sided": (
        "Adopted texts, reactors under construction and AI clusters are known where somebody lists them. Such a "
        "commitment can be shown to be met, and missed only where a refusal or a complete list is held, which is rare."
    ),
    "commitments_oldest": "Verdicts rest on figures of different ages, here from {oldest} to {newest}.",
    "commitments_founding": (
        "The edition's own table holds the three founding members; every other set is measured here by the same rules."
    ),
    # Why a status is not measurable
    "commitments_why_no_data_held": "no data held tell",
    "commitments_why_no_report_held": "no report of this member is held",
    "commitments_why_no_series_held": "no figure of this member is held",
    "commitments_why_no_drop_yet": "the member has sent no drop yet",
    "commitments_why_reports_missing": "some reports are not held, and could tip the verdict",
    "commitments_why_suppliers_not_named": "suppliers that are not named could tip the verdict",
    "commitments_why_holders_not_named": "holders that are not named could tip the verdict",
    "commitments_why_adoption_not_known": "no official text that was read tells",
    "commitments_why_agreement_not_known": "it is not known whether an agreement is in force",
    "commitments_why_list_incomplete": "the source lists a part only, so there may be more",
    "commitments_why_year_not_held": "nothing is held of the years that count",
    "commitments_why_no_other_member": "there is no other member",
    "commitments_why_binds_no_member": "it binds no member of this set",
    "commitments_why_no_member": "no member is chosen",
    "commitments_why_members_not_measurable": "not known of {members}",
    # What measures it
    "commitments_by_mirror_agreement": (
        "the largest distance D between the two reports of a yearly flow with another member"
    ),
    "commitments_by_reports_complete": (
        "the share of flows with other members that the member itself reports, once it sends data drops"
    ),
    "commitments_by_imports_from_members": "the share of imports that comes from the other members",
    "commitments_by_two_way_movement": "1 - |A - L| / (A + L), people who came against people who left; 1 is two-way",
    "commitments_by_holdings_by_members": "the share of securities held abroad that residents of other members hold",
    "commitments_by_permits_against_before": (
        "permits to nationals of the other members, against the mean of the years before"
    ),
    "commitments_by_power_against_before": (
        "electricity exchanged with the other members, against the mean of the years before"
    ),
    "commitments_by_trade_agreement_share": "the share of other members with which a trade agreement is in force",
    "commitments_by_instruments_taken_on": "how many of the named instruments the member is known to have taken on",
    "commitments_by_common_instruments": (
        "the share of the instruments most other members have taken on that the member is known to have too"
    ),
    "commitments_by_infrastructure_count": "a published count",
    "commitments_by_infrastructure_power": "a published figure in megawatts",
    "commitments_by_infrastructure_share": "one published figure over the sum of it and others",
    "commitments_by_drops_on_time": "the share of a year's due drops that came by their day",
    "commitments_by_rows_still_held": "the share of a year's rows that is held for a fault",
    "commitments_by_withheld_share": "the share of a year's figures that is withheld from the public",
    # Columns
    "commitments_column_commitment": "Commitment",
    "commitments_column_value": "Value",
    "commitments_column_threshold": "Limit",
    "commitments_column_distance": "Distance to the limit",
    "commitments_column_reason": "Why not measurable",
}
