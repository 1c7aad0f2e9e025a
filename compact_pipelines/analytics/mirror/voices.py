"""Who is heard: one voice a side, flow and period, carried as two small codes so that millions of rows stay narrow.

Everything that repeats (theme, frequency, unit; source, valuation, basis, status) stands once in a table of kinds.
Only reporters that several sources or frequencies speak for need a choice; all others pass through untouched, which is
what keeps a large join as cheap as a bare one.

A voice in a row is the number of its kind times eight, plus what the arithmetic has to know of it: 1 for a copy of the
other side, 2 for a definition of its own, 4 for a value that holds freight. So no row has to look its kind up.
"""

from typing import Final

import duckdb

from compact_pipelines.analytics.mirror.reports import SIDES, Shape

FLAGS: Final = 8
IS_COPY, OWN_DEFINITION, HOLDS_FREIGHT = 1, 2, 4

# What tells two kinds of voice apart.
_KIND: Final = "source_id, valuation, basis, obs_status, imputed_mirror, months"

TABLES_SQL: Final = """
CREATE TEMP SEQUENCE next_series MINVALUE 0 START 0;
CREATE TEMP SEQUENCE next_voice MINVALUE 0 START 0;
CREATE TEMP TABLE series_kind (
  series INTEGER, theme VARCHAR, stock_flow VARCHAR, freq VARCHAR, unit_measure VARCHAR, months BIGINT
);
CREATE TEMP TABLE voice_kind (
  voice INTEGER, theme VARCHAR, source_id VARCHAR, valuation VARCHAR, basis VARCHAR, obs_status VARCHAR,
  imputed_mirror BOOLEAN, months BIGINT, place DOUBLE, freight_free VARCHAR[]
);
"""

# A source without a rank would lose its rows in this join; the caller has checked that all have one. A voice with a
# value comes before one without, a report of one's own before a copy, then the rank, then what stands before a sum.
_VOICES_SQL: Final = f"""
INSERT INTO voice_kind
SELECT nextval('next_voice'), $theme, {_KIND},
       standing.place + CASE WHEN obs_status = 'I' OR imputed_mirror THEN 1000000 ELSE 0 END
         + CASE WHEN months IS NOT NULL THEN 0.5 ELSE 0 END,
       f.areas
FROM (SELECT {_KIND} FROM kind_from UNION SELECT {_KIND} FROM kind_to)
JOIN standing USING (source_id)
LEFT JOIN (SELECT source_id, list(area) AS areas FROM freight_free GROUP BY source_id) f USING (source_id)
"""  # noqa: S608  (our names)

_SERIES_SQL: Final = """
INSERT INTO series_kind
SELECT nextval('next_series'), $theme, stock_flow, freq, unit_measure,
       CASE freq WHEN 'A' THEN 12 WHEN 'Q' THEN 3 ELSE 1 END
FROM (SELECT stock_flow, freq, unit_measure FROM kind_from UNION SELECT stock_flow, freq, unit_measure FROM kind_to)
"""


# Both codes of everything that repeats, so that a row finds them in one look.
_CODES_SQL: Final = f"""
CREATE OR REPLACE TEMP TABLE kind_code AS
SELECT k.*, s.series, v.place, k.obs_status IS NOT DISTINCT FROM 'I' AS is_stated_copy,
       CAST(v.voice * {FLAGS} + CASE WHEN k.imputed_mirror THEN {IS_COPY} ELSE 0 END
            + CASE WHEN k.obs_status = 'D' THEN {OWN_DEFINITION} ELSE 0 END
            + CASE WHEN k.valuation = 'CIF' THEN {HOLDS_FREIGHT} ELSE 0 END AS INTEGER) AS voice,
       CASE WHEN k.valuation = 'CIF' THEN v.freight_free END AS freight_free
FROM (SELECT DISTINCT stock_flow, freq, unit_measure, {_KIND}
      FROM (SELECT * FROM kind_from UNION ALL SELECT * FROM kind_to)) k
JOIN series_kind s ON s.theme = $theme AND s.stock_flow = k.stock_flow AND s.freq = k.freq
                  AND s.unit_measure = k.unit_measure
JOIN voice_kind v ON v.theme = $theme AND v.source_id = k.source_id AND v.valuation IS NOT DISTINCT FROM k.valuation
                 AND v.basis IS NOT DISTINCT FROM k.basis AND v.obs_status IS NOT DISTINCT FROM k.obs_status
                 AND v.imputed_mirror = k.imputed_mirror AND v.months IS NOT DISTINCT FROM k.months
"""  # noqa: S608  (our names)


def _name_codes(connection: duckdb.DuckDBPyConnection, shape: Shape) -> None:
    """Make the types of this theme's areas, subjects and periods: numbers underneath, in the order of the codes.

    A large join on numbers costs half of one on texts, and so does writing them. Only single areas have a number, so
    a cast leaves groups and special codes out.
    """
    derived = "SELECT {name} FROM derived_from UNION ALL SELECT {name} FROM derived_to"
    listed = {
        "area": "SELECT area FROM single_area",
        "subject": f"SELECT {shape.subject} FROM {shape.theme} UNION ALL {derived.format(name='subject')}",  # noqa: S608
        "period": f"SELECT time_period FROM {shape.theme} UNION ALL {derived.format(name='time_period')}",  # noqa: S608
    }
    for name, codes in listed.items():
        connection.execute(f"DROP TYPE IF EXISTS {name}_of_{shape.theme}")
        # A blank code stands in each, since a theme without a row would leave a type without a code.
        listed_once = f"SELECT DISTINCT * FROM ({codes} UNION ALL SELECT '') ORDER BY 1"  # noqa: S608  (our names)
        connection.execute(f"CREATE TYPE {name}_of_{shape.theme} AS ENUM ({listed_once})")


def choose_voices(connection: duckdb.DuckDBPyConnection, shape: Shape) -> None:
    """Make the views `side_from` and `side_to` of one theme: one row a flow and period.

    Args:
        connection: has `spoken_from`, `spoken_to` and their kinds (`reports.tell`), `standing` (source_id, place: the
            precedence as 1, 2, 3 ...), `single_area` (area), `freight_free` (source_id, area) and the tables of
            `TABLES_SQL`.
        shape: the theme.

    Returns:
        Nothing; the views have the columns from_area, to_area, subject, time_period, series, value (blank where it is
        missing or a copy) and voice, the first four as the types `area_of_<theme>`, `subject_of_<theme>` and
        `period_of_<theme>`, areas blank where they are no single ones. Of several voices the one with a value is
        heard, then the better place.
    """
    connection.execute(_VOICES_SQL, {"theme": shape.theme})
    connection.execute(_SERIES_SQL, {"theme": shape.theme})
    connection.execute(_CODES_SQL, {"theme": shape.theme})
    _name_codes(connection, shape)
    # A stated CIF figure that in truth holds no freight is listed by its area.
    voice = f"""
        CASE WHEN v.freight_free IS NOT NULL AND list_contains(v.freight_free, s.reporter)
             THEN v.voice - {HOLDS_FREIGHT} ELSE v.voice END
    """
    for side in SIDES:
        contested = f"""
            CREATE OR REPLACE TEMP TABLE contested_{side} AS
            SELECT reporter FROM kind_{side}
            GROUP BY reporter HAVING count(DISTINCT source_id) > 1 OR bool_or(months IS NOT NULL)
        """  # noqa: S608  (our names)
        connection.execute(contested)
        coded = f"""
            SELECT reporter, TRY_CAST(from_area AS area_of_{shape.theme}) AS from_area,
                   TRY_CAST(to_area AS area_of_{shape.theme}) AS to_area,
                   CAST(subject AS subject_of_{shape.theme}) AS subject,
                   CAST(time_period AS period_of_{shape.theme}) AS time_period, series,
                   CASE WHEN NOT v.is_stated_copy THEN obs_value END AS value, {voice} AS voice,
                   place + CASE WHEN obs_value IS NULL THEN 2000000 ELSE 0 END AS place
            FROM spoken_{side} s JOIN kind_code v
              ON s.stock_flow = v.stock_flow AND s.freq = v.freq AND s.unit_measure = v.unit_measure
             AND s.source_id = v.source_id AND s.valuation IS NOT DISTINCT FROM v.valuation
             AND s.basis IS NOT DISTINCT FROM v.basis AND s.obs_status IS NOT DISTINCT FROM v.obs_status
             AND s.imputed_mirror = v.imputed_mirror AND s.months IS NOT DISTINCT FROM v.months
        """  # noqa: S608  (our names)
        alone = f"SELECT from_area, to_area, subject, time_period, series, value, voice FROM ({coded})"  # noqa: S608
        # An aggregate and no window, since a window would sort every report there is.
        chosen = f"""
            SELECT from_area, to_area, subject, time_period, series, heard.value, heard.voice
            FROM (
              SELECT from_area, to_area, subject, time_period, series,
                     arg_min(struct_pack(value := value, voice := voice), place) AS heard
              FROM ({coded}) WHERE reporter IN (SELECT reporter FROM contested_{side})
              GROUP BY from_area, to_area, subject, time_period, series
            )
        """  # noqa: S608  (our names)
        has_choice = connection.execute(f"SELECT count(*) > 0 FROM contested_{side}").fetchone() == (True,)  # noqa: S608
        body = alone
        if has_choice:
            body = f"{alone} WHERE reporter NOT IN (SELECT reporter FROM contested_{side}) UNION ALL {chosen}"  # noqa: S608
        connection.execute(f"CREATE OR REPLACE TEMP VIEW side_{side} AS {body}")
