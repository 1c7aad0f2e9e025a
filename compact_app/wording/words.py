"""Every text of the dashboard, by key. English; another language is another table of the same keys."""

from typing import Final

WORDS: Final = {
    "nav_overview": "Overview",
    "nav_dependencies": "Dependencies",
    "nav_alliance_graph": "Alliance graph",
    "nav_standards": "Standards",
    "nav_sources_and_quality": "Sources and quality",
    "no_edition_title": "There is no edition yet",
    "no_edition_body": "The dashboard reads a published edition and none is here. Make one, then load this page again:",
    "no_edition_command": "compact run",
    "trouble_title": "This page cannot be shown",
    "trouble_body": "A fault of this program, not of your choice; its log says more. Another page or choice may work.",
    "download": "Download",
    "download_csv": "CSV",
    "download_parquet": "Parquet",
    "download_xlsx": "XLSX",
    "beware": "What to beware of here",
    "no_such_choice": "“{value}” in the address is no choice here, so it is left out or the usual one shown.",
    "numbers": "The numbers",
    "source": "Source",
    "edition": "edition {number}",
    "taken": "taken {date}",
    "grade": "grade {grade}",
    "grade_of_all": "{worst} in each of {count} flows among the chosen areas",
    "grade_of_flows": "{worst} at worst and {most} most often, of {count} flows among the chosen areas",
    # Overview
    "overview_title": (
        "{to} counts {gap} {direction} than {from_} says it sends: {to_value} against {from_value} in {period}"
    ),
    "overview_title_none": "No flow between founding members is reported by both sides yet",
    "overview_lead": (
        "The United States, Canada and Mexico agree to let capital, technology and talent move freely. Each counts the "
        "same flow differently. This exchange puts both figures side by side and says how far they can be trusted."
    ),
    "same_source_note": (
        "Both figures rest on one collection, so the difference is one of concept, such as re-exports and origin, and "
        "not of care."
    ),
    "overview_open_pair": "See both sides of this flow",
    "overview_map": "The Compact and its candidates",
    "overview_map_note": "{scenario}. Borders: Natural Earth, which takes no position on claims.",
    "overview_flows": "The flows at a glance",
    "overview_changes": "What changed in this edition",
    "overview_first": "This is the first edition: there is none before it to compare with.",
    "overview_changed": "Compared with edition {number}.",
    "tier": "Tier",
    "reference": "Reference",
    # Columns of tables
    "column_theme": "Theme",
    "column_rows": "Rows",
    "column_change": "Change in rows",
    "column_sources": "Sources",
    "column_from": "From",
    "column_to": "To",
    "column_headline": "Headline series",
    "column_value": "Latest value",
    "column_before": "Before",
    "column_period": "Period",
    "column_difference": "Difference",
    "column_asymmetry": "Asymmetry D",
    "column_grade": "Grade",
    "column_missing": "Why blank: {area}",
    "column_source_of": "Source: {area}",
    "column_status_of": "Status: {area}",
    "column_coverage": "Coverage",
    "column_area": "Area",
    "column_name": "Name",
    "column_rank": "Rank: {metric}",
    # Dependencies
    "dependency_subject": "What is received",
    "dependency_area": "Who receives",
    "dependency_year": "Year",
    "dependency_title": (
        "{area} takes {outside} of {subject} from outside the Compact and its candidates; {supplier} alone supplies "
        "{share} ({year})"
    ),
    "dependency_title_held": (
        "{area}, {subject}: of what the {count} areas held supply, {outside} comes from outside the Compact and its "
        "candidates, {share} from {supplier} ({year})"
    ),
    "dependency_at_least": "at least {share}",
    "dependency_unknown": "none that is named",
    "dependency_title_none": "Who supplies {area} with {subject} is not held",
    "dependency_none_hint": "Choose another receiver or subject; areas held for this subject: {count}.",
    "dependency_sentence": (
        "Concentration (HHI) is {hhi}, as if {effective} suppliers of one size shared the whole. From founding members "
        "come {core}, from partners {partner}, from democratic allies {ally}."
    ),
    "dependency_range": "{low} to {high}",
    "dependency_suppliers": "Suppliers in {year}",
    "dependency_tiers": "Where supplies come from, over the years",
    "dependency_compare": "How receivers compare in {year}",
    "dependency_others": "All other named",
    "dependency_unnamed": "Not named",
    "dependency_rest": "Other or not named",
    "dependency_named": "Suppliers are named for {share} of the published total; the rest may come from anywhere.",
    "dependency_no_total": (
        "No world total is held here: shares are of the {count} areas that are, and would be smaller of the whole."
    ),
    "dependency_mechanical": (
        "A share is what is exposed if a supplier is cut, before any substitution or rerouting. Goods that cross a "
        "border several times are counted each time."
    ),
    "dependency_break": "The source, or whether it prints a total, changes in {years}: shares have another base there.",
    "dependency_silent": "{years}: nothing is measured, since the receiver is silent and too few partners report.",
    # Alliance graph
    "graph_none": "No graph is measured in this edition: too few areas report",
    "graph_subject": "Graph of",
    "graph_year": "Year",
    "graph_metric": "Size of a node",
    "graph_title": (
        "{first} ranks first by PageRank in {subject} of {year}; {share} of what {count} areas exchange "
        "touches a founding member"
    ),
    "graph_sentence": (
        "By PageRank {first} comes first, then {second} and {third}. By betweenness {broker} stands between the others "
        "most often. Louvain finds {groups} groups."
    ),
    "graph_note": (
        "Lines are drawn where a tie stands out for either end (disparity filter at 5 %) and for each area's strongest "
        "tie; every measure is computed on all ties. Places are the same in every year: a picture, not a measure."
    ),
    "graph_coverage": (
        "A figure told by or for {share} of the areas is used; where the sender's is missing the receiver's stands."
    ),
    "graph_goods": "All goods, not computing alone; valuations differ from source to source.",
    # Standards
    "standards_unverified": "Show {count} unverified statuses (secondary sources)",
    "standards_area": "Gaps of",
    "standards_title": (
        "{shared} of {count} instruments are taken on by all three founding members, {binding} of them binding in law"
    ),
    "standards_sentence": "{names}. An empty cell is not known, which is no refusal.",
    "standards_count": "{area} has taken on {count}",
    "standards_letter_not": "N",
    "standards_matrix_key": "An empty cell is not known, which is no refusal.",
    "standards_matrix": "Who has taken on what",
    "standards_timeline": "Since when",
    "standards_earlier": "{count} statuses from before {year} are in the table below.",
    "standards_undated": "{count} statuses have no date in the text read; they are in the table, not in the picture.",
    "standards_gaps": "What others have taken on and {area} is not known to have",
    "standards_no_gaps": "No instrument of a founding member or ally is missing for {area}.",
    "standards_eu": (
        "European Union law binds its members through the Union, which has a row of its own; theirs do not repeat it."
    ),
    "standards_only_official": "Shown are official texts and their reprints; unverified statuses are off.",
    "standards_all_shown": "Unverified statuses are shown too: they rest on secondary sources.",
    "column_instrument": "Instrument",
    "column_status": "Status",
    "column_since": "Since",
    "column_evidence": "Evidence",
    "column_citation": "Text",
    "column_core": "Founding members that have it",
    "column_others": "Founding members and allies that have it",
    "column_supplier": "Supplier",
    "column_figure": "Value",
    "column_share": "Share",
    "column_top": "Largest supplier",
    "column_top_share": "Its share",
    "column_hhi": "HHI",
    "column_hhi_low": "HHI, lower bound",
    "column_hhi_high": "HHI, upper bound",
    "column_outside": "From outside, at least",
    "column_reported_by": "Told by",
    "column_comment": "Remark",
    "share_core": "From core, at least",
    "share_partner": "From partners, at least",
    "share_ally": "From allies, at least",
    "share_unnamed": "Not named",
    # Sources and quality
    "quality_title": (
        "{passed} of {checks} checks hold; the freshest figures are of {newest}, the oldest source ends in {oldest}"
    ),
    "quality_title_failed": "{failed} of {checks} checks do not hold",
    "quality_fresh": "How far each source reaches",
    "quality_reach": "Each bar runs from the first to the last period held.",
    "quality_sources": "Sources",
    "quality_ledger": "Ledger of snapshots",
    "quality_checks": "Checks of this edition",
    "quality_download": "Download everything",
    "quality_download_note": "Each published table of edition {number}, or the whole edition as one DuckDB file.",
    "quality_table": "Table",
    "quality_rows": "Rows in {table}: {rows}",
    "quality_prepare": "The file is made when you press the button.",
    "quality_edition_file": "Whole edition (DuckDB)",
    "quality_chosen": "Source shown",
    "quality_all": "all sources",
    "quality_taken": "Figures taken",
    "quality_collected": "Collected from",
    "quality_form": "Form",
    "quality_licence": "Licence",
    "quality_attribution": "Name it as",
    "quality_trace": "Edition built {built}, code {code}.",
}
