"""The texts of the page on which both reports of a flow and its reconciled value stand, by key."""

from typing import Final

RECONCILING: Final = {
    "nav_whose_number": "Whose number?",
    # Choices
    "pair_theme": "Theme",
    "pair_subject": "What",
    "pair_from": "From",
    "pair_to": "To",
    "pair_freq": "By",
    "pair_period": "Period",
    "pair_period_latest": "latest",
    "pair_rule": "Freight rule",
    "pair_rule_help": (
        "Imports valued CIF hold freight and insurance, exports do not. The rule says how much is taken off before the "
        "two are compared. Nothing is taken off a figure that is not CIF."
    ),
    # The finding
    "pair_title_gap": "{to} counts {gap} {direction} than {from_} {says} ({period})",
    "pair_title_equal": "{to} and {from_} report the same figure ({period})",
    "pair_title_one": "Only {who} reports this flow: {value} in {period}",
    "pair_title_zero": "{to} reports {value} where {from_} reports 0 ({period})",
    "pair_title_talent": "{value} from {from_} are counted in {to} ({period})",
    "pair_title_copy": "One of the two figures of this flow is a copy of the other ({period})",
    "pair_title_none": "No report of a flow from {from_} to {to} is held",
    "pair_range": "Reconciled: {value}, from {low} to {high} (95 %).",
    "pair_sentence": (
        "{from_} reports {from_value}, {to} reports {to_value}: a difference of {difference}. "
        "Asymmetry D = {asymmetry} (0: the sides agree, 1: only one side sees a flow)."
    ),
    "pair_sentence_copy": (
        "{from_} reports {from_value}, {to} reports {to_value}. One of the two is a copy of the other, so they are not "
        "compared, and the range is that of one report."
    ),
    "pair_sentence_one": (
        "{silent}: {why}. One report cannot be checked against another. By itself it says that the flow is between "
        "{low} and {high} (95 %): {known}."
    ),
    "pair_sentence_bare": "{silent}: {why}. One report cannot be checked against another.",
    "pair_sentence_talent": (
        "One source counts them; there is no second count of the same people to compare it with. By itself it says "
        "that there are between {low} and {high} (95 %): {known}."
    ),
    "pair_sentence_talent_bare": "One source counts them, and there is no second count to compare it with.",
    "pair_known_panel": (
        "what {who} reports {role} is within a factor of {factor} of the flow in two cases of three, as its partners' "
        "reports show"
    ),
    "pair_known_prior_stated": (
        "how far such a report is from the flow cannot be measured here, so a stated value stands in (a factor of "
        "{factor} in two cases of three)"
    ),
    "pair_known_prior_panel": (
        "too few reports stand beside those of {who} {role} to measure it, so the median of all reporters stands in (a "
        "factor of {factor} in two cases of three)"
    ),
    "pair_outside": "Outside this range: {who}.",
    "pair_outside_one": "the figure of {area}",
    "pair_outside_valued": "the figure of {area} with freight off",
    "pair_sentence_later": "Later periods, to {period}, are reported by one side only.",
    "pair_sentence_one_collection": "Both figures rest on one collection, so the difference is one of concept.",
    "pair_no_revision": "A reconciled figure is no revision of anybody's official data.",
    "pair_none_hint": "Try another pair or subject. Pairs held for this choice: {count}, such as {examples}.",
    "pair_none_told": "{area} {role}: reports of {count} other pairs are held, none of this one.",
    "pair_none_silent": "{area} {role}: no report is held for this choice.",
    "pair_example": "{from_} to {to}",
    "pair_same_place": "A flow runs between two areas. Choose two different ones.",
    # The first picture
    "pair_chart_from": "{area} (sends)",
    "pair_chart_to": "{area} (receives)",
    "pair_chart_reconciled": "Reconciled, with its 95 % range",
    "pair_chart_range": "95 % range around the one report",
    "pair_chart_break": "B: the source of a side changes within the series.",
    "pair_chart_range_of": "{value}, from {low} to {high}",
    "pair_chart_beyond": "The range reaches beyond the top of the picture; the table has it in full.",
    # Tiles
    "pair_tile": "{area} reports",
    "pair_tile_help": "As published by {source}; never changed here.",
    "pair_tile_silent": "Why there is no figure: {why}.",
    "pair_tile_reconciled": "Reconciled",
    "pair_tile_reconciled_none": "none",
    "pair_tile_reconciled_help": (
        "From {low} to {high} (95 %). The weighted mean of both reports at the valuation of departure; the one report "
        "where only one counts."
    ),
    "pair_tile_asymmetry_help": (
        "D = |X - M| / (X + M) of the two reports as published, from 0 (they agree) to 1; the convention of the "
        "Harvard Growth Lab."
    ),
    "pair_tile_valued": "D after freight",
    "pair_tile_valued_help": (
        "The same D once freight and insurance are taken off a CIF figure by the rule that is chosen."
    ),
    "pair_tile_weight": "Weight of the sender",
    "pair_tile_weight_help": (
        "Share of the report of {area} in the reconciled value. It gives the mean the least variance: "
        "w = Var(M) / (Var(X) + Var(M)), with Var = exp(s²) (exp(s²) - 1) and s the reporter's sigma."
    ),
    "pair_tile_grade_help": (
        "How close the two reports are after freight, not how accurate: A both sides and D up to {a}, B up to {b}, C "
        "up to {c} or one report of a reporter whose error is measured, D otherwise, X no comparison. Two reports that "
        "rest on one collection are B at best."
    ),
    # Freight
    "pair_freight_taken": (
        "Freight rule {rule}: {share} of the value at the border of departure is taken off what {to} reports (CIF)."
    ),
    "pair_freight_zero": "Freight rule {rule}: nothing is taken off what {to} reports (CIF).",
    "pair_freight_unknown": (
        "Freight rule {rule}: it has no share for this pair, so nothing is taken off what {to} reports (CIF)."
    ),
    "pair_freight_elsewhere": (
        "The freight rule takes nothing off in {period}, whose figure is not CIF; it does in {count} other periods."
    ),
    "pair_freight_never": (
        "The freight rule takes nothing off here in any period: {why}. It moves only how reliable each reporter is "
        "taken to be, and through that weight and range."
    ),
    "pair_freight_no_import": "no report of {to} is held",
    "pair_freight_valued": "the valuation of what {to} reports is {valuation}, which holds no freight",
    "pair_freight_free": "the CIF figure of {to} is known to hold no freight",
    "pair_freight_not_stated": "the valuation of what {to} reports is not stated",
    "pair_freight_also": (
        "the valuation of what {to} reports is {valuation} in some periods, which holds no freight, and in the others "
        "it is not stated"
    ),
    "pair_freight_other": (
        "This rule is not the edition's own ({default}): reconciled values, ranges and steps are computed anew on this "
        "page, from {reconciled} in {period} by the edition."
    ),
    # The gap
    "pair_gap": "From one report to the other, {period}",
    "pair_gap_lead": "Of the {gap} by which {to} counts {direction},",
    "pair_gap_lead_against": "{to} counts {gap} {direction}:",
    "pair_gap_is": "{amount} is {what}",
    "pair_gap_against": "{what} alone would make its figure {amount} {direction}",
    "pair_gap_equal": "The two figures are equal; there is no gap to explain.",
    "pair_gap_equal_but": "The two figures are equal, though not all that is in them is the same:",
    "pair_gap_unmeasured": "{what} cannot be measured here",
    "pair_gap_rest": "{amount} stays unexplained",
    "pair_gap_rest_in_all": "{amount} in all stays unexplained",
    "pair_gap_rest_against": "the steps come to more than the gap, and {amount} the other way stays unexplained",
    "pair_gap_rest_none": "nothing is left unexplained",
    "pair_gap_concept": "{amount} is that difference of concept, which is not taken apart further",
    "pair_gap_copy": (
        "One of the two figures is a copy of the other, so the difference of {gap} is what was done to it on the way, "
        "and says nothing of the flow."
    ),
    "pair_gap_one_collection": (
        "Both figures come from one collection, so the difference is one of concept{concept}, not of quality."
    ),
    "pair_gap_concepts": " (last shipment with re-exports against origin)",
    "pair_gap_less": "less",
    "pair_gap_more": "more",
    "pair_gap_larger": "larger",
    "pair_gap_smaller": "smaller",
    "pair_gap_and": " and ",
    "pair_what_reexports": "re-exports",
    "pair_what_valuation": "freight and insurance that the importer's figure holds (rule {rule})",
    "pair_what_inland": "freight to the border that {from_} adds to a figure built from its partner's",
    "pair_what_timing_A": "goods on their way at the year's ends",
    "pair_what_timing_M": "goods on their way at the month's ends",
    "pair_what_timing_Q": "goods on their way at the quarter's ends",
    "pair_step_reports": "{area} reports",
    "pair_step_reexports": "Re-exports and origin",
    "pair_step_valuation": "Freight and insurance",
    "pair_step_inland": "Freight to the border",
    "pair_step_timing": "Goods on their way",
    "pair_step_same_source": "Difference of concept",
    "pair_step_imputation": "Change to the copy",
    "pair_step_missing_report": "Missing report",
    "pair_step_unexplained": "Unexplained",
    # What each side counts
    "pair_what_each_counts": "What each side counts",
    "pair_side_line": "**{area}**: {source}{valuation}{basis}.",
    "pair_valued": "; valuation: {valuation}",
    "pair_not_valued": "; valuation: not stated",
    "pair_based": "; counted by: {basis}",
    "pair_side_panel": (
        "{role}, sigma {sigma}: two of three of its reports lie within a factor of {factor} of the flow. Measured "
        "beside {partners} partners, {first} to {last}; see [Reporters]({link})."
    ),
    "pair_side_months": "Months carry a little more for goods on their way.",
    "pair_side_prior_stated": (
        "{role}, sigma {sigma}, a factor of {factor}: a stated value, since too few independent reports stand beside "
        "its own ({citation}); see [Reporters]({link})."
    ),
    "pair_side_prior_panel": (
        "{role}, sigma {sigma}, a factor of {factor}: the median of all reporters, since too few independent reports "
        "stand beside its own ({citation}); see [Reporters]({link})."
    ),
    "pair_side_none": "How reliable its reports are is not known.",
    # Studies and totals
    "pair_studies": "What published studies found of these two",
    "pair_studies_line": "{period}: {finding}",
    "pair_studies_note": "These are their authors' figures, as published; none of them enters the reconciled value.",
    "pair_totals": "What is left of published totals, {period}",
    "pair_total_line": (
        "**{area}** {role} publishes {total} with the world; the reconciled flows of the {count} partners held come to "
        "{reconciled}, so {residual} ({share}) is left. It is shown and not spread."
    ),
    "pair_total_over": (
        "**{area}** {role} publishes {total} with the world; the reconciled flows of the {count} partners held come to "
        "{reconciled}, which is {residual} ({share}) more. It is shown and not spread."
    ),
    "pair_total_blank": (
        "**{area}** {role} publishes {total} with the world. What the reconciled flows leave of it cannot be said: "
        "{why}, so their sum would cover less than the total."
    ),
    "pair_total_note": "Partners that are not held are not in the sum.",
    "pair_total_freight": (
        "Freight is part of what is left where a total holds it, since reconciled flows are at the valuation of "
        "departure; they are summed under the edition's own freight rule."
    ),
    # Numbers
    "pair_numbers_steps": "The steps of every period",
    "column_reconciled": "Reconciled",
    "column_low": "From (95 %)",
    "column_high": "To (95 %)",
    "column_weight": "Weight: {area}",
    "column_comparable": "{area}, freight off",
    "column_valued": "D after freight",
    "column_reason": "Note",
    "column_step": "Step",
    "column_amount": "Amount",
    "column_state": "How it is known",
    "column_rests_on": "Rests on",
    # What to beware of
    "pair_mexico": (
        "Mexico's own count of goods is held by year only (IMF and WITS, to 2019); its monthly voice is not held yet."
    ),
    "pair_spe": "Special-purpose entities only: not total direct investment.",
    "pair_hub": (
        "{hubs}: a place that capital passes through on its way. Both reports can be right and still say little of "
        "where the money comes from or ends ({citation})."
    ),
    "pair_suspected": "The CIF figure of {area} may hold no freight in {since} to {until}: {evidence}",
    "pair_same_source": (
        "Both reports rest on one collection: {reason} Agreement between them is no evidence of quality, and a "
        "difference is one of concepts, such as re-exports and origin. Grade is capped at B."
    ),
    "pair_break": "The source of a side changes within the series, at {periods}: compare across that year with care.",
    "pair_imputed": (
        "In some periods one figure is a copy of the other; it is no second voice. Where it is known which, it is left "
        "blank."
    ),
    "pair_coverage": "A year stands only with all twelve months; years that are not complete are blank.",
}
