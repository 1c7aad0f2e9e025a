"""Who sees which row: the public, negotiators, and each partner that has sent rows.

The rule is the column `visibility` of schemas/codelists/conf_status.csv:

    public                 everybody
    public_after_embargo   everybody once embargo_time has passed; before it the partner who sent it, and nobody else
    negotiator             negotiators, and the partner who sent it
    reporter_only          the partner who sent it

A partner sees what the public sees, and all of its own rows as it sent them. Two more things are withheld from all
others: counts of persons below the small count in partners' drops, whatever their status (a publisher's own figure is
never touched), which then carry status A; and the cells that the exchange withholds to protect others
(schemas/disclosure.yaml), which carry status S and which negotiators still see.

A withheld row stays in its place as SDMX and Eurostat publish it: its key, its confidentiality status, obs_status Q,
and neither value nor comment. So a reader can tell "withheld" from "not reported" and learns nothing else. Two kinds
of rows are absent altogether: an embargoed one before its time, whose existence may be the news, and one of a table
whose measure may not be blank (standards_adoption), since it cannot be said without its value.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from compact_pipelines.contracts import Contracts, Table
from compact_pipelines.contracts.disclosure import Disclosure
from compact_pipelines.errors import WarehouseError
from compact_pipelines.warehouse.layout import PUBLIC

NEGOTIATOR: Final = "negotiator"
DROP_PREFIX: Final = "drop:"
AUDIENCE: Final = re.compile(r"[a-z0-9][a-z0-9-]*")
PERSONS: Final = "PS"
# SDMX's codes for what the exchange itself withholds.
SUPPRESSED: Final = "Q"
SMALL_COUNT: Final = "A"
SECONDARY: Final = "S"
BEFORE_ALL: Final = dt.datetime(1, 1, 1, tzinfo=dt.UTC)
# Beside the stored columns: what an audience gets of a row.
IS_VISIBLE: Final = "is_visible"
IS_ABSENT: Final = "is_absent"
IS_SECONDARY: Final = "is_secondary"
SHOWN_STATUS: Final = "shown_status"


@dataclass(frozen=True)
class SeeingRule:
    """What decides who sees a row.

    Attributes:
        visibility: confidentiality status to its visibility.
        disclosure: small counts and withheld cells.
    """

    visibility: Mapping[str, str]
    disclosure: Disclosure

    @classmethod
    def of(cls, contracts: Contracts, disclosure: Disclosure) -> "SeeingRule":
        """The rule of the contracts and of a disclosure file."""
        return cls(contracts.codelists["conf_status"].column("visibility"), disclosure)

    def statuses(self, *visibilities: str) -> list[str]:
        """The statuses with one of these visibilities."""
        return [status for status, visibility in self.visibility.items() if visibility in visibilities]


def audiences_of(partners: Iterable[str]) -> list[str]:
    """Every audience: the public, negotiators, and partners by id.

    Raises:
        WarehouseError: a partner's id cannot be the name of an audience.
    """
    named = sorted(set(partners))
    if wrong := [name for name in named if name in {PUBLIC, NEGOTIATOR} or not AUDIENCE.fullmatch(name)]:
        raise WarehouseError(
            f"partners {wrong} cannot be audiences; an id is lower case letters, digits and hyphens, and neither "
            f"{PUBLIC} nor {NEGOTIATOR}"
        )
    return [PUBLIC, NEGOTIATOR, *named]


def partners_in(source_ids: Iterable[str]) -> set[str]:
    """The partners whose drops are among these sources."""
    return {name.removeprefix(DROP_PREFIX) for name in source_ids if name.startswith(DROP_PREFIX)}


def with_sight(rows: pl.DataFrame, table: Table, audience: str, rule: SeeingRule, at: dt.datetime) -> pl.DataFrame:
    """Say of every row what an audience gets of it.

    Args:
        rows: (rows, at least the table's dimensions, measure, conf_status, embargo_time, source_id), as they truly are.
        table: the contract.
        audience: whose sight.
        rule: who sees what.
        at: the UTC time up to which embargoes have ended.

    Returns:
        (the same rows, with is_visible; is_absent, where not even the key is shown; is_secondary, where only a listed
        cell's protection of others hides it; shown_status).
    """
    is_own = pl.col("source_id") == f"{DROP_PREFIX}{audience}"
    free = ["public", "negotiator"] if audience == NEGOTIATOR else ["public"]
    embargoed = pl.col("conf_status").is_in(rule.statuses("public_after_embargo"))
    has_ended = (pl.col("embargo_time") <= at).fill_null(value=False)
    is_free = pl.col("conf_status").is_in(rule.statuses(*free)) | (embargoed & has_ended)
    is_small = _is_small(table, rule.disclosure.small_count)
    is_pending = embargoed & ~has_ended & ~is_own
    listed = _with_listed(rows, table, rule.disclosure)
    is_shut = pl.col("is_listed") & (audience != NEGOTIATOR)
    status = pl.when(is_free & is_small).then(pl.lit(SMALL_COUNT)).when(is_free & pl.col("is_listed"))
    judged = listed.with_columns(
        is_own.alias("is_own"),
        (is_own | (is_free & ~is_small & ~is_shut)).alias(IS_VISIBLE),
        (is_free & ~is_small & is_shut & ~is_own).alias(IS_SECONDARY),
        pl.when(is_own)
        .then("conf_status")
        .otherwise(status.then(pl.lit(SECONDARY)).otherwise("conf_status"))
        .alias(SHOWN_STATUS),
        is_pending.alias("is_pending"),
    )
    cannot_be_blank = table.column(table.measure).concept.required
    absent = pl.col("is_pending") | (~pl.col(IS_VISIBLE) & pl.lit(cannot_be_blank))
    return judged.with_columns(absent.alias(IS_ABSENT)).drop("is_own", "is_pending", "is_listed")


def rows_as_seen(seen: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The rows as an audience gets them.

    Args:
        seen: (rows, stored columns less is_preferred, and what `with_sight` adds).
        table: the contract.

    Returns:
        (rows that are not absent, stored columns less is_preferred, and is_withheld).
    """
    hidden = ~pl.col(IS_VISIBLE)
    blanked = {table.measure, "comment_obs"} if table.measure == "obs_value" else {"comment_obs"}
    kept = seen.filter(~pl.col(IS_ABSENT))
    return kept.with_columns(
        *(pl.when(hidden).then(None).otherwise(pl.col(name)).alias(name) for name in sorted(blanked)),
        pl.when(hidden).then(pl.lit(SUPPRESSED)).otherwise("obs_status").alias("obs_status"),
        pl.when(pl.col(SHOWN_STATUS) == pl.col("conf_status")).then("embargo_time").alias("embargo_time"),
        pl.col(SHOWN_STATUS).alias("conf_status"),
        hidden.alias("is_withheld"),
    ).drop(IS_VISIBLE, IS_ABSENT, IS_SECONDARY, SHOWN_STATUS)


def released_until(known: pl.DataFrame, public: pl.DataFrame, table: Table, rule: SeeingRule) -> dt.datetime:
    """Up to which time the public's rows have been released: the latest embargo among them.

    Read off the rows and not off a clock, so that every audience's file of an edition stands at one time.

    Args:
        known: (rows, as they truly are).
        public: (rows, as the public gets them).
        table: the contract.
        rule: who sees what.

    Returns:
        A UTC time; before all times where no embargoed row is among the public's.
    """
    embargoed = known.filter(pl.col("conf_status").is_in(rule.statuses("public_after_embargo")))
    shown = embargoed.join(public, on=[*table.dimensions, "source_id"], how="semi")
    latest = shown["embargo_time"].max()
    return latest if isinstance(latest, dt.datetime) else BEFORE_ALL


def next_release(known: pl.DataFrame, rule: SeeingRule, released: dt.datetime) -> dt.datetime | None:
    """The first embargo that ends after a time; None where none does."""
    waiting = known.filter(
        pl.col("conf_status").is_in(rule.statuses("public_after_embargo")), pl.col("embargo_time") > released
    )
    first = waiting["embargo_time"].min()
    return first if isinstance(first, dt.datetime) else None


def _is_small(table: Table, small_count: int) -> pl.Expr:
    if "unit_measure" not in {column.id for column in table.columns}:
        return pl.lit(value=False)
    value = pl.col(table.measure)
    is_drop = pl.col("source_id").str.starts_with(DROP_PREFIX)
    return (is_drop & (pl.col("unit_measure") == PERSONS) & (value > 0) & (value < small_count)).fill_null(value=False)


def _with_listed(rows: pl.DataFrame, table: Table, disclosure: Disclosure) -> pl.DataFrame:
    """Mark the cells that the exchange withholds to protect others; a cell without a source is every source's."""
    cells = disclosure.cells_of(table)
    if not cells:
        return rows.with_columns(is_listed=pl.lit(value=False))
    schema = dict.fromkeys([*table.dimensions, "listed_source"], pl.String)
    named = pl.DataFrame([{**cell.key, "listed_source": cell.source} for cell in cells], schema=schema)
    sources = named.group_by(table.dimensions).agg("listed_source")
    is_named = pl.col("listed_source").list.contains(pl.col("source_id"), nulls_equal=False)
    is_all = pl.col("listed_source").list.eval(pl.element().is_null()).list.any()
    joined = rows.join(sources, on=table.dimensions, how="left", maintain_order="left")
    marked = (is_named | is_all).fill_null(value=False)
    return joined.with_columns(is_listed=marked).drop("listed_source")
