"""What the questions about a membership need of an edition, read once for all of them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import polars as pl

from compact_pipelines.analytics.graphs import choose_weights
from compact_pipelines.analytics.gravity.accession import Agreements
from compact_pipelines.analytics.gravity.base import Base, BaseTables, read_base
from compact_pipelines.analytics.published_totals import world_totals
from compact_pipelines.contracts.gravity import BaseYear, Model, load_model
from compact_pipelines.errors import ModelRefused, UsageError

Ask = Callable[[str], pl.DataFrame]

GOODS: Final = "compute_exports"
ALL_GOODS: Final = "TOTAL"
TERM: Final = "rta"


@dataclass(frozen=True)
class Inputs:
    """What an edition says to the questions below.

    Attributes:
        model: schemas/model.yaml.
        bases: base year by name.
        beta, beta_se: effect of an agreement on the log of trade, and its standard error.
        estimate: the row of out_gravity_estimates they are from.
        agreements: base to the pairs that have one.
        agreement_rows: (pairs of the scenario, [area_1, area_2, has_agreement, basis, agreement, in_force_since]).
        goods: (ties, [from_area, to_area, weight]), all goods of goods_year among the areas of the scenario, USD.
        goods_year: the year of the simple shares, that of the default base.
        totals: (areas, [area, exports, imports]), published trade in all goods with the world of that year, USD.
    """

    model: Model
    bases: dict[str, Base]
    beta: float
    beta_se: float
    estimate: dict[str, Any]
    agreements: dict[str, Agreements]
    agreement_rows: pl.DataFrame
    goods: pl.DataFrame
    goods_year: str
    totals: pl.DataFrame

    def base(self, base_id: str | None = None) -> Base:
        """A base year by name; the default one if none is named.

        Raises:
            UsageError: there is no such base.
        """
        wanted = base_id or self.model.default_base
        if wanted not in self.bases:
            raise UsageError(f"no base {wanted!r}; the bases are {', '.join(self.bases)}")
        return self.bases[wanted]


def load_inputs(ask: Ask) -> Inputs:
    """Read them from an edition.

    Args:
        ask: gives the rows of one SQL statement on the edition.

    Raises:
        ModelRefused: the edition has no estimate or no base.
    """
    model = load_model()
    estimates = ask("SELECT * FROM out_gravity_estimates ORDER BY estimate_id, term").filter(
        (pl.col("estimate_id") == model.estimate.id) & (pl.col("term") == TERM)
    )
    if estimates.is_empty():
        raise ModelRefused(f"the edition has no estimate {model.estimate.id}; build it anew with `compact run`")
    flows, areas = ask("SELECT * FROM out_gravity_base"), ask("SELECT * FROM out_gravity_areas")
    bases = {
        base.id: read_base(BaseTables(flows.filter(base_id=base.id), areas.filter(base_id=base.id)))
        for base in model.bases
    }
    rows = ask(
        "SELECT area_1, area_2, has_agreement, basis, agreement, in_force_since, reason FROM trade_agreements "
        "ORDER BY area_1, area_2"
    )
    panel = ask("SELECT time_period, from_area, to_area FROM gravity_panel WHERE rta = 1 AND from_area < to_area")
    held = ask(
        f"SELECT * FROM out_mirror_flows WHERE theme = '{GOODS}' AND subject = '{ALL_GOODS}' AND freq = 'A' "  # noqa: S608  (ours)
        f"AND time_period = '{model.base().time_period}' AND from_area IN (SELECT area FROM membership) "
        "AND to_area IN (SELECT area FROM membership) ORDER BY from_area, to_area"
    )
    published = ask(
        f"SELECT * FROM out_total_residuals WHERE theme = '{GOODS}' AND subject = '{ALL_GOODS}' AND freq = 'A' "  # noqa: S608  (ours)
        f"AND time_period = '{model.base().time_period}'"
    )
    estimate = estimates.to_dicts()[0]
    return Inputs(
        model=model,
        bases=bases,
        beta=estimate["coefficient"],
        beta_se=estimate["std_error"],
        estimate=estimate,
        agreements={base.id: agreements_of(base, bases[base.id].areas, rows, panel) for base in model.bases},
        agreement_rows=rows,
        goods=choose_weights(held).select("from_area", "to_area", "weight"),
        goods_year=model.base().time_period,
        totals=world_totals(published),
    )


def agreements_of(base: BaseYear, areas: Collection[str], rows: pl.DataFrame, panel: pl.DataFrame) -> Agreements:
    """Which pairs have an agreement: those of the scenario by today's list; in a panel's base, also those of its year.

    The list of later agreements is of the scenario's areas. Of an area of a panel's base that is not among them nothing
    later than the base year is known, so its pairs without an agreement in that year are unknown.

    Args:
        base: the base year.
        areas: those in the base.
        rows: trade_agreements.
        panel: (pairs with an agreement, [time_period, from_area, to_area]) of gravity_panel, each once.
    """
    pairs = rows.select("area_1", "area_2", "has_agreement").rows()
    in_force = {(one, other) for one, other, has in pairs if has}
    unknown = {(one, other) for one, other, has in pairs if has is None}
    if base.kind != "goods":
        then = panel.filter(pl.col("time_period") == base.time_period)
        in_force |= set(then.select("from_area", "to_area").iter_rows())
        listed = {area for one, other, _ in pairs for area in (one, other)}
        unknown |= {pair for pair in combinations(sorted(areas), 2) if not listed.issuperset(pair)}
    return Agreements(frozenset(in_force), frozenset(unknown - in_force))
