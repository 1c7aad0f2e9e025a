"""Do friends and rivals form two camps without a loose end? Ties with a sign, and how many must give way.

A triangle of one rivalry and two friendships pulls somebody both ways. A graph is balanced where areas fall into two
camps, friends inside and rivals across; its frustration is the least number of ties that speak against any such camps.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

MAX_AREAS: Final = 20
TOO_MANY_AREAS: Final = "too_many_areas"
NO_SIGNED_TIES: Final = "no_signed_ties"


@dataclass(frozen=True)
class Balance:
    """How balanced a graph with signs is.

    Attributes:
        frustration: fewest ties that speak against two camps; None where it is not found.
        balance: 1 - 2 F / m: 1 fully balanced; None as above.
        positive: ties of friends.
        negative: ties of rivals.
        camps: one division with that few, the camp of the first area first, each by code; empty where there is none.
        reason: no_signed_ties, or too_many_areas where more areas have ties than can be tried one by one.
    """

    frustration: int | None
    balance: float | None
    positive: int
    negative: int
    camps: tuple[tuple[str, ...], ...]
    reason: str | None


def measure_balance(signs: Iterable[tuple[str, str, int]]) -> Balance:
    """Frustration, exact: every division into two camps is tried; no sign, no tie.

    Args:
        signs: (area, area, +1 or -1), undirected, each pair once.

    Returns:
        The balance; refused with a reason above 20 areas, where 2^19 divisions would no longer do. Of divisions that
        are alike the one that moves the fewest areas last by code is kept.

    Raises:
        ValueError: a sign is not +1 or -1, an area is tied to itself, or a pair stands twice.

    Source: Harary, On the measurement of structural balance (1959); Aref and Wilson, Balance and frustration in signed
    networks (2019), who solve larger graphs by integer programming.
    """
    ties = sorted((min(first, second), max(first, second), sign) for first, second, sign in signs)
    for first, second, sign in ties:
        if sign not in {1, -1} or first == second:
            raise ValueError(f"{first}-{second} has sign {sign}: signs are 1 or -1, between two areas")
    if len({(first, second) for first, second, _ in ties}) < len(ties):
        raise ValueError("a pair stands twice; one sign each")
    negative = sum(sign < 0 for *_, sign in ties)
    positive = len(ties) - negative
    areas = sorted({area for first, second, _ in ties for area in (first, second)})
    if not ties:
        return Balance(None, None, 0, 0, (), NO_SIGNED_TIES)
    if len(areas) > MAX_AREAS:
        return Balance(None, None, positive, negative, (), TOO_MANY_AREAS)
    # The first area stays where it is, since sides can be swapped; bit k - 1 of a division is the side of area k.
    divisions = np.arange(1 << (len(areas) - 1), dtype=np.uint32)
    side = {area: (divisions >> bit & 1).astype(np.uint8) for bit, area in enumerate(areas[1:])}
    side[areas[0]] = np.zeros(len(divisions), dtype=np.uint8)
    against = np.full(len(divisions), negative, dtype=np.int16)  # of 190 ties at most, and sums on the way
    for first, second, sign in ties:
        is_split = side[first] ^ side[second]
        if sign > 0:
            against += is_split
        else:
            against -= is_split
    best = int(np.argmin(against))
    frustration = int(against[best])
    other = tuple(area for area in areas if side[area][best])
    camps = (tuple(area for area in areas if area not in other), other)
    return Balance(
        frustration,
        1 - 2 * frustration / len(ties),
        positive,
        negative,
        tuple(camp for camp in camps if camp),
        None,
    )


def signed_ties(
    agreements: pl.DataFrame, restrictions: Iterable[tuple[str, str]], areas: Collection[str]
) -> list[tuple[str, str, int]]:
    """The ties with a sign among areas, by the rule in schemas/signs.yaml.

    Args:
        agreements: trade_agreements; a pair of which it is not known has no sign.
        restrictions: (who restricts exports, to whom), those in force.
        areas: those whose ties are wanted.

    Returns:
        (area, area, +1 for an agreement in force, -1 for a restriction either way), sorted, each pair once; where a
        pair has both, the restriction is taken.
    """
    friends = agreements.filter(
        pl.col("has_agreement") & pl.col("area_1").is_in(list(areas)) & pl.col("area_2").is_in(list(areas))
    )
    signs = {(min(pair), max(pair)): 1 for pair in friends.select("area_1", "area_2").iter_rows()}
    for first, second in restrictions:
        if first in areas and second in areas:
            signs[min(first, second), max(first, second)] = -1
    return sorted((first, second, sign) for (first, second), sign in signs.items())
