"""Whether an edition would give a withheld value away, tried for every audience with what its own file would show.

The thought is in `analytics/disclosure.py`; here the rows, the older editions and the words are put together. What is
said names cells and ways, and never a value or how near it is.
"""

from typing import Final

import polars as pl

from compact_pipelines.analytics.disclosure import SIDES, Background, Leak, Reader, find_leaks
from compact_pipelines.contracts import Contracts, Table, load_contracts
from compact_pipelines.contracts.disclosure import DISCLOSURE_VARIABLE, Disclosure
from compact_pipelines.contracts.judges import Finding
from compact_pipelines.warehouse.audiences import (
    DROP_PREFIX,
    IS_SECONDARY,
    IS_VISIBLE,
    SeeingRule,
    audiences_of,
    partners_in,
    released_until,
    with_sight,
)
from compact_pipelines.warehouse.layout import Layout
from compact_pipelines.warehouse.recall import values_shown_before

CHECK: Final = "withheld_values_cannot_be_derived"
LISTED_LEAKS: Final = 25
INSIDE: Final = (
    "Withhold one of the cells named after 'from' as well: list it in the disclosure file "
    f"(${DISCLOSURE_VARIABLE}, else schemas/disclosure.yaml), or ask the partner to free the withheld cell."
)
OUTSIDE: Final = (
    "What gives these away has been published by others, so the leak is not in our hands: ask the partner to free the "
    "cell, since anybody can know it, or list the publisher's cell in the disclosure file to leave it out of ours."
)


def find_derivable_values(
    table: Table, known: pl.DataFrame, public: pl.DataFrame, layout: Layout, disclosure: Disclosure
) -> list[Finding]:
    """Withheld values that some audience can derive.

    Args:
        table: the contract.
        known: (rows, stored columns less is_preferred) as they truly are.
        public: (rows, stored columns) as the public's file will show them.
        layout: the data root, for the editions that have been published.
        disclosure: how much protection a value needs, and what is withheld to protect others.

    Returns:
        At most two findings, one of leaks that we can close and one of those we cannot; none where no value is hidden,
        or where the table's measure is no number.
    """
    if table.measure != "obs_value":
        return []
    contracts = load_contracts()
    rule = SeeingRule.of(contracts, disclosure)
    released = released_until(known, public, table, rule)
    found: dict[Leak, list[str]] = {}
    tried: list[tuple[pl.DataFrame, pl.DataFrame, list[Leak]]] = []  # what was seen, now and before, and what it gave
    partners = partners_in(known["source_id"].unique())
    for audience in audiences_of(partners):
        seen = _without_terms(with_sight(known, table, audience, rule, released))
        hidden = seen.filter(~pl.col(IS_VISIBLE) & pl.col(table.measure).is_not_null())
        if hidden.is_empty():
            continue
        keys = pl.concat([hidden.select(table.dimensions), _swapped(table, hidden)])
        earlier = values_shown_before(layout, audience, table, keys=keys, hidden=hidden)
        sight = seen.select(IS_VISIBLE, IS_SECONDARY)
        same = (
            gave for now, past, gave in tried if now.equals(sight) and past.drop("file").equals(earlier.drop("file"))
        )
        leaks = None if audience in partners else next(same, None)
        if leaks is None:
            reader = Reader(f"{DROP_PREFIX}{audience}", disclosure.protection_share)
            leaks = find_leaks(table, seen, earlier, reader=reader, background=background_of(contracts))
            if audience not in partners:
                tried.append((sight, earlier, leaks))
        for leak in leaks:
            found.setdefault(leak, []).append(audience)
    told = [(leak, _told(leak, audiences)) for leak, audiences in found.items()]
    groups = [
        (INSIDE, [text for leak, text in told if not leak.is_outside]),
        (OUTSIDE, [text for leak, text in told if leak.is_outside]),
    ]
    return [
        Finding(table.measure, CHECK, expected, len(texts), tuple(texts[:LISTED_LEAKS]))
        for expected, texts in groups
        if texts
    ]


def _without_terms(seen: pl.DataFrame) -> pl.DataFrame:
    """Less what a publisher's terms keep from being passed on: everybody may read it there, so it is no secret.

    Its copies and mirrors would be found everywhere. Where an audience sees it, it stays, for what it may give away.
    """
    is_drop = pl.col("source_id").str.starts_with(DROP_PREFIX)
    return seen.filter(is_drop | pl.col(IS_VISIBLE) | pl.col(IS_SECONDARY))


def background_of(contracts: Contracts) -> Background:
    """What everybody knows of cells: pairs with one collection, the parts of a world total, units that do not add."""
    kinds = contracts.codelists["area"].column("kind")
    rates = contracts.codelists["unit_measure"].column("is_rate")
    return Background(
        same_source=contracts.same_source,
        parts=[area for area, kind in kinds.items() if kind == "area" or area == "_X"],
        rates=[unit for unit, is_rate in rates.items() if is_rate == "yes"],
    )


def _swapped(table: Table, hidden: pl.DataFrame) -> pl.DataFrame:
    """The keys under which counterparts tell the same flows."""
    side = next((name for name in SIDES if name in table.dimensions), None)
    if side is None:
        return hidden.select(table.dimensions).clear()
    turned = hidden.with_columns(
        ref_area="counterpart_area",
        counterpart_area="ref_area",
        **{side: pl.col(side).replace(SIDES[side])},
    )
    return turned.select(table.dimensions)


def _told(leak: Leak, audiences: list[str]) -> str:
    return (
        f"{' '.join(leak.key)} of {leak.source_id}, {leak.way}, from {' and '.join(leak.by)}, by {', '.join(audiences)}"
    )
