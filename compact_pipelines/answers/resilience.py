"""What does a set of members lose when a supplier is cut, and on whom does it depend?"""

import dagster as dg
import duckdb
import polars as pl

from compact_pipelines.analytics import dependency_tables, supply
from compact_pipelines.analytics.mirror import build_world_totals
from compact_pipelines.answers.mirror_flows import references
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.dependence import load_dependence


@dg.asset(group_name="answers", kinds={"duckdb", "parquet"})
def out_export_totals(
    out_mirror_flows: pl.DataFrame,
    compute_exports: pl.DataFrame,
    capital_flows: pl.DataFrame,
    talent_movement: pl.DataFrame,
    core_cepii_geodist: pl.DataFrame,
) -> pl.DataFrame:
    """What one area sends of one product in one year in all."""
    themes = {
        "compute_exports": compute_exports,
        "capital_flows": capital_flows,
        "talent_movement": talent_movement,
    }
    totals = build_world_totals(themes, references(core_cepii_geodist, *themes.values()))
    of_goods = totals.filter(theme=supply.GOODS, freq="A", role="from", stock_flow="F")
    return supply.build_export_totals(out_mirror_flows, of_goods.with_columns(pl.col("value").cast(pl.Float64)))


@dg.asset(group_name="answers", kinds={"numpy", "parquet"})
def out_dependency_criteria(
    out_mirror_flows: pl.DataFrame, out_dependency: pl.DataFrame, out_export_totals: pl.DataFrame
) -> pl.DataFrame:
    """One criterion of dependency for one set of members in one product and year, with its distance to the limit."""
    return dependency_tables.build_dependency_criteria(
        _supplies(out_mirror_flows, out_dependency, out_export_totals),
        _blocs(),
        load_dependence(),
        supply.possible_suppliers(),
    )


@dg.asset(group_name="answers", kinds={"polars", "parquet"})
def out_dependency_stability(out_dependency_criteria: pl.DataFrame) -> pl.DataFrame:
    """How long one criterion of dependency has been met by one set of members in one product."""
    return dependency_tables.build_dependency_stability(out_dependency_criteria, load_dependence())


@dg.asset(group_name="answers", kinds={"numpy", "parquet"})
def out_supplier_cuts(
    out_mirror_flows: pl.DataFrame, out_dependency: pl.DataFrame, out_export_totals: pl.DataFrame
) -> pl.DataFrame:
    """What is left of one receiver's imports of one product in one year when its largest suppliers are cut."""
    supplies = _supplies(out_mirror_flows, out_dependency, out_export_totals)
    return dependency_tables.build_supplier_cuts(supplies, _blocs(), list(load_contracts().membership.tier_of))


@dg.asset(group_name="answers", kinds={"numpy", "parquet"})
def out_geopolitical_distance(
    out_mirror_flows: pl.DataFrame,
    out_dependency: pl.DataFrame,
    out_export_totals: pl.DataFrame,
    out_geopolitical_position: pl.DataFrame,
) -> pl.DataFrame:
    """How far in policy positions the suppliers of one receiver are in one product and year."""
    return dependency_tables.build_geopolitical_distance(
        _supplies(out_mirror_flows, out_dependency, out_export_totals),
        _blocs(),
        list(load_contracts().membership.tier_of),
        out_geopolitical_position,
        load_dependence().covered_share,
    )


def _blocs() -> dict[str, list[str]]:
    """The sets that stand in the tables; sets with one more area are measured when somebody asks for them."""
    membership = load_contracts().membership
    return {bloc.id: membership.areas_of(bloc) for bloc in membership.blocs}


def _supplies(
    out_mirror_flows: pl.DataFrame, out_dependency: pl.DataFrame, out_export_totals: pl.DataFrame
) -> dict[tuple[str, str], supply.Supply]:
    of_all_products = {"theme": supply.GOODS, "subject": None}
    with duckdb.connect() as connection:
        connection.register("out_mirror_flows", out_mirror_flows)
        connection.register("out_dependency", out_dependency)
        connection.register("out_export_totals", out_export_totals)
        imports = connection.execute(supply.IMPORTS_SQL, of_all_products).pl()
        exports = connection.execute(supply.EXPORTS_SQL, of_all_products).pl()
    return supply.read_supplies(imports, exports)
