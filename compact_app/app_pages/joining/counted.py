"""Whom the model counts, in words: it speaks of those it has alone, and names those at both ends."""

from collections.abc import Mapping, Sequence
from typing import Any

from compact_app import wording
from compact_app.app_pages.joining.case import Case

Row = Mapping[str, Any]


def modelled(answer: Row, areas: Sequence[str], whole: str, role: str) -> str:
    """Members or candidates within a sentence; where the model leaves some out, so many of how many.

    Args:
        answer: of the model.
        areas: all that were chosen.
        whole: what they are called where none is left out.
        role: members or candidates.
    """
    left_out = {row["area"] for row in answer["left_out"]} & {*areas}
    if not left_out:
        return whole
    return wording.say(f"accession_some_{role}", held=len(areas) - len(left_out), count=len(areas))


def gains_together(case: Case, answer: Row, told: Mapping[str, str]) -> str:
    """What those inside the set gain together, by how many of them it is summed."""
    inside = modelled(answer, case.everybody, wording.say("accession_inside"), "inside")
    return wording.say("accession_told_whole", inside=inside, year=answer["base"]["time_period"], **told)


def both_ends(case: Case, joining: Sequence[Row]) -> dict[str, str]:
    """The candidates with the least and the most, by medians, and how much: least, most, last, first."""
    ordered = sorted(joining, key=lambda row: (row["gain_median"], row["area"]))
    (last, least), (first, most) = (
        (wording.in_sentence(case.names[row["area"]]), wording.gain(row["gain_median"]))
        for row in (ordered[0], ordered[-1])
    )
    return {"least": least, "most": most, "last": last, "first": first}
