"""The tables that say what the others mean: areas, membership, blocs, text, sources, ledger, studies, rates."""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from compact_pipelines.answers.themes import DROP_RANK, KIND_RANK
from compact_pipelines.contracts import Contracts, Source
from compact_pipelines.contracts.compact_text import article_rows, load_compact_text
from compact_pipelines.contracts.judges import POLARS_TYPES
from compact_pipelines.contracts.parameters import load_parameters
from compact_pipelines.snapshots import Snapshot, read_origin
from compact_pipelines.warehouse.audiences import DROP_PREFIX, partners_in

AGREED: Final = "As agreed with the partner"
LIVE_ONLY: Final = (
    "Asked of its publisher; no figure of it comes with the program. How it stands is in source_freshness"
)
ALSO_LIVE: Final = "Asked of its publisher too; what is believed of its answers takes the place of these figures."
UNVERIFIED: Final = "Known of, never asked. Found: {found} Missing: {missing} Meanwhile: {instead}"


def build_reference_tables(
    contracts: Contracts, snapshots: list[Snapshot], exchange_rates: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """The reference tables of an edition, in the columns of schemas/published/.

    Args:
        contracts: schemas/.
        snapshots: the ledger rows that this edition was read from.
        exchange_rates: the published exchange rates.

    Returns:
        areas, membership, blocs, compact_articles, sources, snapshots, reconciliation_studies and exchange_rates.
    """
    areas = [
        {"area": code, **{name: row[name] or None for name in ("name_en", "name_fr", "name_es", "kind", "iso2", "m49")}}
        for code, row in contracts.codelists["area"].rows.items()
    ]
    scenario = contracts.membership
    membership = [
        {
            "area": area,
            "tier": tier,
            "from": scenario.from_,
            "to": None,
            "scenario": scenario.scenario,
            "scenario_label": scenario.label["en"],
        }
        for area, tier in scenario.tier_of.items()
    ]
    blocs = [
        {"bloc": members.id, "area": area, "bloc_label": members.label["en"]}
        for members in scenario.member_sets(contracts.codelists["area"].name)
        for area in members.areas
    ]
    sources = [
        {
            "source_id": source.id,
            "theme": source.theme,
            "status": source.status,
            "title": source.title["en"],
            "publisher": source.publisher,
            "url": source.url or None,
            "licence": source.licence.name,
            "attribution": source.licence.attribution,
            "kind": source.kind,
            **_form(source),
            "beware": "\n".join(source.beware),
            "precedence": KIND_RANK[source.kind],
        }
        for source in contracts.sources.values()
    ]
    ledger = [snapshot.model_dump(exclude={"path"}) for snapshot in snapshots]
    studies = [
        {
            **study.model_dump(exclude={"areas", "year"}),
            "area_1": study.areas[0],
            "area_2": study.areas[1],
            "time_period": str(study.year),
        }
        for study in load_parameters().reconciliations.root
    ]
    return {
        "areas": _typed(contracts, "areas", areas),
        "membership": _typed(contracts, "membership", membership),
        "blocs": _typed(contracts, "blocs", blocs),
        "compact_articles": _typed(contracts, "compact_articles", list(article_rows(load_compact_text()))),
        "sources": _typed(contracts, "sources", sources),
        "snapshots": _typed(contracts, "snapshots", ledger),
        "reconciliation_studies": _typed(contracts, "reconciliation_studies", studies),
        "exchange_rates": exchange_rates,
    }


def build_sources(
    contracts: Contracts, sources: pl.DataFrame, themes: Mapping[str, pl.DataFrame], names: Mapping[str, str]
) -> pl.DataFrame:
    """The sources table of one audience: the pulled sources, and each partner whose rows are in its theme tables.

    Args:
        contracts: schemas/.
        sources: the pulled sources, from `build_reference_tables`.
        themes: the audience's theme tables.
        names: partner id to its name.

    Returns:
        (sources, columns of schemas/published/sources.yaml); a partner is a source of its own, drop:<partner>.
    """
    tables_of: dict[str, list[str]] = {}
    for theme, frame in themes.items():
        for partner in partners_in(frame["source_id"].unique()):
            tables_of.setdefault(partner, []).append(theme)
    drops = [
        {
            "source_id": f"{DROP_PREFIX}{partner}",
            "theme": ", ".join(tables_of[partner]),
            "status": "in_use",
            "title": f"Data drops of {names.get(partner, partner)}",
            "publisher": names.get(partner, partner),
            "licence": AGREED,
            "attribution": names.get(partner, partner),
            "kind": "partner_drop",
            "form": "Signed data drops, kept in the exchange as they came",
            "beware": "A cell with obs_status Q is withheld from this file's readers; conf_status says why.",
            "precedence": DROP_RANK,
        }
        for partner in sorted(tables_of)
    ]
    return pl.concat([sources, _typed(contracts, "sources", drops)])


def _form(source: Source) -> dict[str, str | None]:
    """What is held of a source and what is not: as its origin says, that it is asked live, or why it is not asked."""
    if source.unverified:
        words = UNVERIFIED.format(**source.unverified.model_dump())
        return {"wire_format": None, "form": words, "collected_from": None}
    if not source.parts:
        return {"wire_format": "publisher", "form": LIVE_ONLY, "collected_from": None}
    origin = read_origin(source.id)
    form = f"{origin.form} {ALSO_LIVE}" if source.live else origin.form
    return {"wire_format": origin.wire_format, "form": form, "collected_from": origin.collected_from}


def _typed(contracts: Contracts, table: str, rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    columns = contracts.published[table].columns
    return pl.DataFrame(rows, schema={name: POLARS_TYPES[column.type] for name, column in columns.items()})
