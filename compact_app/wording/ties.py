"""What the page *Alliance graph* says of ranges, of what is left, of a core, of likeness and of balance."""

from typing import Final

TIES: Final = {
    "graph_ranges": (
        "With flows drawn {draws} times from their intervals, {first} stands {first_range} by PageRank and {broker} "
        "{broker_range} by betweenness (5 to 95 % of draws)."
    ),
    "rank_one": "at rank {rank}",
    "rank_range": "at ranks {low} to {high}",
    "graph_no_ranges": "No range is held for these ranks.",
    "column_range": "{metric}: range of ranks",
    "graph_core": (
        "One core explains these ties with a correlation of {fit}: coreness is 1.00 for {first}, {second_value} for "
        "{second} and {third_value} for {third}."
    ),
    "graph_no_core": "No core is told: any core, or none, would explain these ties as well.",
    "graph_shape": (
        "{reciprocity} of all flow is returned. Strong areas tie with strong ones with a correlation of "
        "{assortativity}; of all triples that hang together {transitivity} are closed."
    ),
    "graph_drawn": (
        "Ranges of ranks are of the reconciled values, whose intervals cover {share} of the ties; ranks and measures "
        "are of the reports, so a rank may lie outside its range."
    ),
    # What is left
    "range_words": "{low} to {high}",
    "left_heading": "What is left when areas are taken out",
    "left_measure": "What is left of",
    "left_kept_flow": "Flow between those left",
    "left_giant_share": "Areas in the largest part",
    "left_efficiency": "Nearness of those left",
    "left_strongest": "Strongest first",
    "left_random": "Mean of random orders",
    "left_removed": "Areas taken out",
    "left_last": "Goes last",
    "left_sentence": (
        "Without {first} {kept} of all flow is left, without the {count} strongest {kept_more}; {count} areas taken "
        "out at random leave {random} on average (90 % of orders between {low} and {high})."
    ),
    "left_area": (
        "Over all removals {strongest} of the flow is kept on average when the strongest go first, {random} in random "
        "order."
    ),
    "left_mechanical": (
        "Mechanical: no rerouting. Nobody finds another buyer or seller here; the accession simulator has a model of "
        "that."
    ),
    "left_cut": "Cut all ties between",
    "left_cut_with": "and",
    "left_nobody": "nobody",
    "left_cut_sentence": (
        "Without ties between {one} and {other}, {kept} of all flow is left, {giant} of the areas hang together and "
        "nearness is {efficiency} of before."
    ),
    "left_cut_same": "An area has no tie with itself; choose two.",
    # How alike
    "alike_heading": "How alike the members' positions are",
    "alike_basis": "Positions on",
    "alike_metric": "Measured by",
    "alike_unga": "Votes in the General Assembly",
    "alike_agreements": "Trade agreements in force",
    "alike_standards": "Standards known to be taken on",
    "alike_pi": "Pi (Scott)",
    "alike_kappa": "Kappa (Cohen)",
    "alike_s": "S (not corrected for chance)",
    "alike_sentence": (
        "Among {set}, {one} and {other} are most alike ({most}, {most_items} items), {third} and {fourth} least "
        "({least}, {least_items} items), in {period}."
    ),
    "alike_one_pair": "{one} and {other}: {most} over {most_items} items, in {period}.",
    "alike_set": "the set “{label}”",
    "alike_window": "{first} to {last}",
    "alike_note": (
        "1 is always alike, 0 as alike as chance makes two areas with their habits, below 0 less than that. S does not "
        "take chance off and is near 1 for most pairs. An empty cell is not known."
    ),
    "alike_too_few": "A likeness is of two. Choose a set of two members or more above.",
    "alike_unknown": "For none of these pairs are there items on which both have a position; choose another basis.",
    "column_one": "Area",
    "column_other": "And",
    "column_items": "Items",
    "column_levels": "Levels",
    "column_reason": "Why blank",
    # Balance
    "balance_heading": "Friends and rivals",
    "balance_balanced": (
        "Among {set}, {positive} pairs have a trade agreement and {negative} a restriction: no tie speaks against two "
        "camps (balance 1.00)."
    ),
    "balance_frustrated": (
        "Among {set}, {positive} pairs have a trade agreement and {negative} a restriction: at least {frustration} "
        "{ties} must give way before all fall into two camps (balance {balance})."
    ),
    "balance_tie": "tie",
    "balance_ties": "ties",
    "balance_with": "{set} and {others}",
    "balance_no_signed_ties": "Among {set} no pair has an agreement or a restriction, so there is nothing to balance.",
    "balance_too_many_areas": (
        "Balance is found by trying every division into two camps, which is done for up to {most} areas; {set} has "
        "{count} with a tie. Choose a smaller set."
    ),
    "balance_too_few": "Balance is of ties between members. Choose a set of two members or more above.",
    "balance_rule": (
        "A trade agreement in force counts as friendship; as rivalry counts an official text by which one restricts "
        "exports of advanced computing to the other by name ([{name}]({citation}), since {since}). No sign is no tie."
    ),
}
METRICS: Final = {
    "closeness": "Closeness",
    "harmonic": "Harmonic closeness",
    "eigenvector": "Eigenvector",
    "hub": "Hub",
    "authority": "Authority",
    "clustering": "Clustering (Onnela)",
    "clustering_barrat": "Clustering (Barrat)",
    "disparity": "Disparity (HHI of ties)",
    "core": "k-core",
    "s_core": "s-core",
    "coreness": "Coreness",
}
