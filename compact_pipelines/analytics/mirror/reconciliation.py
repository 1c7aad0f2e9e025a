"""One value for two reports, with an interval: the minimum-variance weight over a whole table at once.

`analytics/reconciling.py` has the same arithmetic for one flow, with its sources; tests hold the two together.
"""

from typing import Final

import duckdb

from compact_pipelines.analytics.mirror.pairs import valued
from compact_pipelines.analytics.mirror.reports import Shape

# What is worked out once a pair of areas, so that a row costs multiplications only. Errors of two offices are taken as
# independent; where both rest on one collection they are not, and the standard deviations add up instead.
_WEIGHTS_SQL: Final = """
CREATE OR REPLACE TEMP TABLE weights AS
WITH role AS (
  SELECT kin, area, role, sigma, sigma_kind, exp(sigma * sigma) * (exp(sigma * sigma) - 1) AS variance FROM sigma
), side AS (
  SELECT f.kin, f.area AS from_area, t.area AS to_area, f.sigma AS sigma_from, t.sigma AS sigma_to,
         f.sigma_kind AS sigma_kind_from, t.sigma_kind AS sigma_kind_to,
         f.variance AS variance_from, t.variance AS variance_to,
         CASE WHEN f.variance + t.variance > 0 THEN t.variance / (f.variance + t.variance) ELSE 0.5 END AS weight
  FROM role f JOIN role t ON f.kin = t.kin AND f.role = 'from' AND t.role = 'to' AND f.area <> t.area
)
SELECT kin, t.from_area, t.to_area, t.cif_fob_ratio, t.since, sigma_from, sigma_to, sigma_kind_from,
       sigma_kind_to, weight,
       exp($z * sqrt(ln(1 + weight * variance_from))) AS factor,
       exp($z * sqrt(ln(1 + variance_from))) AS factor_from,
       exp($z * sqrt(ln(1 + variance_to))) AS factor_to,
       exp($z * (weight * sqrt(ln(1 + variance_from)) + (1 - weight) * sqrt(ln(1 + variance_to)))) AS factor_one
FROM side JOIN {terms} t ON t.from_area = side.from_area AND t.to_area = side.to_area
"""

NORMAL_95: Final = 1.96
FAR: Final = 3  # times; nearer than that no tolerance takes two reports for a power of ten apart


# What keeps a value or its interval blank, or says how the interval was made. Numbers underneath, so that millions of
# rows are compared and written as such.
REASONS: Final = (
    "negative_input", "zero_no_interval", "zero_against_value", "one_report", "one_collection", "unit_slip",
)  # fmt: skip
GRADES: Final = ("A", "B", "C", "D", "X")


def _type(codes: tuple[str, ...]) -> str:
    return f"ENUM({', '.join(repr(code) for code in codes)})"


def reason(code: str) -> str:
    """A reason as SQL."""
    return f"'{code}'::{_type(REASONS)}"


def _grade(code: str) -> str:
    return f"'{code}'::{_type(GRADES)}"


def columns(shape: Shape) -> str:
    """The columns of `reconciled` as a table is declared.

    Figures of millions of flows hardly repeat, and looking for a way to compress them takes longer than writing them.
    """
    code, figure = f"_of_{shape.theme}", "USING COMPRESSION uncompressed"
    return f"""
        from_area area{code}, to_area area{code}, subject subject{code}, time_period period{code}, series INTEGER,
        sent DECIMAL(28, 6) {figure}, received DECIMAL(28, 6) {figure}, voice_from INTEGER, voice_to INTEGER,
        is_other_basis BOOLEAN, reconciled DOUBLE {figure}, low DOUBLE {figure}, high DOUBLE {figure},
        weight_from DOUBLE {figure}, grade {_type(GRADES)}, reason {_type(REASONS)}, is_far BOOLEAN
    """


def weigh(connection: duckdb.DuckDBPyConnection, terms: str) -> None:
    """Make the table `weights` from `sigma` (kin, area, role, sigma, sigma_kind) and the terms of pairs of areas.

    Args:
        connection: knows both, see `error_sizes` and `terms.set_terms`.
        terms: name of the terms.
    """
    connection.execute(_WEIGHTS_SQL.format(terms=terms), {"z": NORMAL_95})


def reconciled(shape: Shape, kin: str) -> str:
    """A SELECT that reconciles every pair of one theme. Takes the parameters $a, $b and $c.

    Args:
        shape: the theme; its `weights` are made (`weigh`).
        kin: what tells the kinds of report apart that have errors of their own, in terms of a row v
            (`error_sizes.kin_of`).

    Returns:
        The columns of `pair`, then reconciled, low, high, weight_from, grade, reason and is_far (whether the reports
        are so far apart that a slip of the unit has to be looked for). Reports are never changed.
    """
    one, zero = reason("one_report"), reason("zero_against_value")
    return f"""
        WITH judged AS (
          SELECT *,
                 CASE WHEN x < 0 OR m < 0 THEN {reason("negative_input")}
                      WHEN coalesce(x, 0) = 0 AND coalesce(m, 0) = 0 THEN {reason("zero_no_interval")}
                      WHEN x = 0 OR m = 0 THEN {zero}
                      WHEN x IS NULL OR m IS NULL OR is_copy THEN {one}
                      WHEN is_one_collection THEN {reason("one_collection")} END AS reason
          FROM ({valued(shape, "weights", kin)})
        ), weighed AS (
          SELECT *,
                 CASE WHEN reason IN ({reason("negative_input")}, {zero}) THEN NULL
                      WHEN x IS NULL THEN m WHEN m IS NULL THEN x
                      ELSE weight * x + (1 - weight) * m END AS value,
                 CASE WHEN reason IS NULL THEN factor
                      WHEN reason = {reason("one_collection")} THEN factor_one
                      WHEN reason <> {one} THEN NULL
                      WHEN x IS NULL THEN factor_to WHEN m IS NULL THEN factor_from
                      ELSE greatest(factor_from, factor_to) END AS spread
          FROM judged
        )
        SELECT from_area, to_area, subject, time_period, series, sent, received, voice_from, voice_to, is_other_basis,
               value AS reconciled,
               CASE WHEN reason = {zero} THEN 0 ELSE value / spread END AS low,
               CASE WHEN reason = {zero} THEN greatest(x, m) ELSE value * spread END AS high,
               CASE WHEN reason IS NULL OR reason = {reason("one_collection")} THEN weight END AS weight_from,
               CASE WHEN has_own_definition OR is_other_basis THEN {_grade("X")}
                    WHEN reason = {one} THEN
                      CASE WHEN is_copy AND x IS NOT NULL AND m IS NOT NULL THEN {_grade("D")}
                           WHEN CASE WHEN x IS NULL THEN sigma_kind_to ELSE sigma_kind_from END = 'panel'
                           THEN {_grade("C")} ELSE {_grade("D")} END
                    WHEN reason IS NOT NULL AND reason <> {reason("one_collection")} THEN {_grade("D")}
                    WHEN abs(x - m) <= $a * (x + m) AND reason IS NULL THEN {_grade("A")}
                    WHEN abs(x - m) <= $b * (x + m) THEN {_grade("B")}
                    WHEN abs(x - m) <= $c * (x + m) THEN {_grade("C")}
                    ELSE {_grade("D")} END AS grade,
               reason, coalesce(x > {FAR} * m OR m > {FAR} * x, false) AS is_far
        FROM weighed
    """  # noqa: S608  (our names)
