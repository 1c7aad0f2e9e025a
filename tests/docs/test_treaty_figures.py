"""What docs/accession.md prints that no query gives: answers of the model and of the gap list, computed anew.

Such a table stands under `<!-- answer: name -->` and is filled by what the page and the command call too. After a
change of the engine, `python tests/docs/test_treaty_figures.py DATA_ROOT` writes these tables anew. Whole numbers in
sentences, which `test_figures.py` does not look at, are put together anew here.
"""

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest

from compact_app.app_pages.gaps.measuring import Case, Measured, measure
from compact_pipelines.answers.standards_alignment import known_statuses
from compact_pipelines.contracts import load_contracts
from compact_pipelines.scenarios import answer, load_inputs, share
from compact_pipelines.warehouse import read
from compact_pipelines.warehouse.layout import Layout

ROOT: Final = Path(__file__).resolve().parents[2]
DOCUMENT: Final = "docs/accession.md"
METHOD: Final = "docs/treaty_analytics.md"
TABLE: Final = re.compile(r"<!-- answer: (\w+) -->\n((?:\|.*\|\n){2})((?:\|.*\|\n)*)")
FOUNDING: Final = ("USA", "CAN", "MEX")
WITH_UAE: Final = (*FOUNDING, "ARE")
CASES: Final = (
    ("the three", FOUNDING, "most", "all", "both others"),
    ("the three, on AI alone", FOUNDING, "most", "ai", "both others"),
    ("with the United Arab Emirates", WITH_UAE, "most", "all", "more than half of the others"),
    ("with the United Arab Emirates, on AI alone", WITH_UAE, "most", "ai", "more than half of the others"),
    ("with the United Arab Emirates", WITH_UAE, "all", "all", "all others"),
)
SEVEN: Final = ("DEU", "FRA", "GBR", "ITA", "JPN")
USD_PER_MILLION: Final = 1e6

Ask = Callable[[str], list[tuple[Any, ...]]]
Row = tuple[str, ...]


@dataclass(frozen=True)
class Held:
    """The answers that the tables are made of."""

    names: dict[str, str]
    joins: dict[str, Any]
    shared: dict[str, Any]
    gaps: tuple[Measured, ...]


def held_by(edition: read.EditionConnection) -> Held:
    """Ask the model and the gap list of an edition, as the pages do."""

    def frame(sql: str) -> pl.DataFrame:
        return edition.connection.execute(sql).pl()

    inputs = load_inputs(frame)
    history = known_statuses(frame("SELECT * FROM standards_adoption"), load_contracts())
    names = dict(frame("SELECT area, name_en FROM areas").iter_rows())
    gaps = tuple(
        measure(Case(members, "MEX", names, basis, history, scope=scope)) for _, members, basis, scope, _ in CASES
    )
    return Held(names, answer(inputs, FOUNDING, ["ARE"]), share(inputs, "welfare", WITH_UAE), gaps)


def other_assumptions(held: Held) -> Iterator[Row]:
    """Point gains in per cent at each elasticity, and on the other goods base."""
    steps = {(row["area"], row["sigma"]): row["gain_percent"] for row in held.joins["sensitivity"]}
    others = {row["area"]: row for row in held.joins["other_bases"] if row["base_id"] == "goods_2018_gdp"}
    for area in ("ARE", "MEX", "USA", "CAN"):
        by_sigma = (f"{steps[area, sigma]:+.3g}" for sigma in (3.0, 5.0, 8.0))
        yield (held.names[area], *by_sigma, f"{others[area]['gain_percent']:+.3g}")


def who_adds(held: Held) -> Iterator[Row]:
    """Shapley values of real income, and what each gains by the accession itself, in millions of dollars."""
    gains = {row["area"]: row["gain_usd"] / USD_PER_MILLION for row in held.joins["areas"]}
    for row in held.shared["members"]:
        yield held.names[row["area"]], f"{row['value'] / USD_PER_MILLION:,.0f}", f"{gains[row['area']]:,.0f}"
    total = held.shared["total"] / USD_PER_MILLION
    yield "together", f"{total:,.0f}", f"{held.joins['whole']['gain_usd'] / USD_PER_MILLION:,.0f}"


def all_steps(held: Held) -> Iterator[Row]:
    """Mexico's gaps in each set, and the mean alignment of the set's pairs before and after all are closed."""
    for (label, *_, words), found in zip(CASES, held.gaps, strict=True):
        before, after = found.today, found.after
        counts = (str(found.gaps.height), str(found.count("has")), str(found.count("unknown")))
        if after is None:
            yield (label, words, *counts, f"{before.documented:.3f}", "no gap", "no gap", "no gap")
            continue
        yield (
            label,
            words,
            *counts,
            f"{before.documented:.3f}",
            f"{after['documented_after']:.3f}",
            f"{before.low:.3f} to {before.high:.3f}",
            f"{after['low_after']:.3f} to {after['high_after']:.3f}",
        )


ANSWERS: Final[dict[str, Callable[[Held], Iterator[Row]]]] = {
    "other_assumptions": other_assumptions,
    "who_adds": who_adds,
    "all_steps": all_steps,
}


def filled(text: str, held: Held) -> str:
    """The document with the rows of its answer tables as the model and the gap list give them."""

    def fill(table: re.Match[str]) -> str:
        name, head, _ = table.groups()
        rows = "".join(f"| {' | '.join(row)} |\n" for row in ANSWERS[name](held))
        return f"<!-- answer: {name} -->\n{head}{rows}"

    return TABLE.sub(fill, text)


def written() -> str:
    return (ROOT / DOCUMENT).read_text(encoding="utf-8")


def tables_of(text: str) -> set[str]:
    return set(re.findall(r"`(out_\w+)`", text))


def columns(ask: Ask, table: str) -> set[str]:
    return {name for (name,) in ask(f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'")}


def hold(*sentences: str) -> None:
    """Fail unless the document says every sentence as it was put together here."""
    said = " ".join(written().split())
    assert [sentence for sentence in sentences if sentence not in said] == []


@pytest.fixture(scope="module")
def held(edition_root: Path) -> Iterator[Held]:
    edition = read.connect(Layout(edition_root))
    yield held_by(edition)
    edition.connection.close()


def test_tables_are_what_the_model_and_the_gap_list_answer(held: Held) -> None:
    wanted = filled(written(), held)
    apart = [pair for pair in zip(written().splitlines(), wanted.splitlines(), strict=False) if pair[0] != pair[1]]
    assert apart == []
    assert written() == wanted


def test_every_answer_fills_a_table() -> None:
    assert [table.group(1) for table in TABLE.finditer(written())] == list(ANSWERS)


def test_who_loses_is_told_as_the_draws_say(held: Held) -> None:
    areas = pl.DataFrame(held.joins["areas"])
    outside = areas.filter(pl.col("role").is_in(["outside", "rest"]))
    losing = outside.filter(pl.col("gain_median") < 0)
    surely, most = losing.filter(pl.col("gain_p95") < 0).height, losing.sort("gain_median").row(0, named=True)
    assert held.joins["lowest_member"]["share_above_zero"] == 1
    assert not held.joins["pairs_in_force"]
    assert outside["gain_median"].min() > -0.01  # type: ignore[operator]
    hold(
        f"No member, in any of {held.joins['parameters']['draws_used']} draws.",
        f"Of the {outside.height} areas outside, {losing.height} lose in most draws and {surely} of them in 95 of 100; "
        f"{held.names[most['area']]} the most, {-most['gain_median']:.4f} % or "
        f"{-most['gain_usd'] / USD_PER_MILLION:.0f} million dollars.",
    )


def test_what_is_told_of_trade_and_agreements_is_held(ask: Ask) -> None:
    ((inside, whole),) = ask("""
        SELECT sum(obs_value) FILTER (from_area IN ('USA', 'CAN', 'MEX') OR to_area IN ('USA', 'CAN', 'MEX')),
               sum(obs_value) FROM out_gravity_base
        WHERE base_id = 'goods_2018' AND from_area <> to_area AND 'ARE' IN (from_area, to_area)
    """)
    assert 0.04 < inside / whole < 0.05
    hold("The three have less than a twentieth of the goods trade of the United Arab Emirates")
    with_seven = {
        member: ask(f"""
            SELECT count(*) FILTER (has_agreement), count(*) FROM trade_agreements
            WHERE '{member}' IN (area_1, area_2) AND (area_1 IN {SEVEN} OR area_2 IN {SEVEN})
        """)
        for member in FOUNDING
    }
    assert with_seven == {"USA": [(0, 5)], "CAN": [(5, 5)], "MEX": [(5, 5)]}
    hold("Canada and Mexico have agreements with those five already and the United States has none")
    losing = ask("""
        SELECT bloc, string_agg(area, ',' ORDER BY area) FROM out_accession
        WHERE bloc IN ('core_uae', 'core_gulf', 'core_g7', 'core_allies') AND role = 'member' AND gain_median < 0
        GROUP BY bloc
    """)
    assert losing == [("core_g7", "CAN,MEX")]
    ((pairs, unknown),) = ask("SELECT count(*), count(*) FILTER (has_agreement IS NULL) FROM trade_agreements")
    hold(f"Of {pairs:,} pairs {unknown} are not known")


def test_what_is_told_of_gaps_is_counted(held: Held, ask: Ask) -> None:
    three, three_on_ai, four, _, strict = held.gaps
    hold(
        f"Mexico is known to have {three.count('has')} of the {three.gaps.height} instruments that both others have; "
        f"{three.count('unknown')} are unknown.",
        f"the list is {four.gaps.height}, Mexico is known to have {four.count('has')}, and {four.count('unknown')} are "
        "unknown.",
        f"On AI alone it has {three_on_ai.count('has')} of {three_on_ai.gaps.height}",
    )
    assert strict.missing.is_empty()
    both = set(three.missing["instrument"]) & set(four.missing["instrument"])
    assert (len(both), len(set(four.missing["instrument"]) - both)) == (8, 3)
    hold("The eleven,", "Eight count in both; three are shared by the United Arab Emirates")
    ((refused, secondary, instruments),) = ask("""
        SELECT (SELECT count(*) FROM out_standards_gaps WHERE state = 'stated_not'),
               count(*) FILTER (source_tier = 'secondary'),
               (SELECT max(listed_count) FROM out_standards_alignment) FROM standards_adoption
    """)
    assert refused == 0
    hold(
        f"The register** holds {instruments} instruments of our choice.",
        f"and {secondary} statuses that rest on secondary sources count as unknown.",
    )


def test_what_is_told_of_commitments_is_counted(ask: Ask) -> None:
    met, others = ask("""
        SELECT count(*) FROM out_commitments JOIN compact_articles USING (commitment)
        WHERE theme = 'standards' AND member = 'MEX' AND is_latest GROUP BY status = 'met' ORDER BY status = 'met' DESC
    """)
    missed = ask("SELECT commitment FROM out_commitments WHERE member = '_Z' AND is_latest AND status = 'not_met'")
    binds = ask("SELECT commitment, binds FROM compact_articles WHERE binds IS NOT NULL")
    assert (met, others) == ((2,), (7,))
    assert (len(missed), binds) == (6, [("11.2", "USA")])
    assert ("11.2",) in missed
    hold(
        "On standards Mexico meets the two commitments that can be told, and misses none",
        "one commitment binds the United States alone; for the three it is one of the six that are missed",
    )


def test_every_reason_of_the_edition_is_in_the_method(ask: Ask) -> None:
    method = (ROOT / METHOD).read_text(encoding="utf-8")
    asked = [name for name in sorted(tables_of(method)) if "reason" in columns(ask, name)]
    assert len(asked) >= 10
    reasons = {reason for name in asked for (reason,) in ask(f"SELECT DISTINCT reason FROM {name}") if reason}
    assert len(reasons) >= 20
    assert {reason for reason in reasons if f"`{reason}`" not in method} == set()


def test_every_table_that_the_method_names_is_published(ask: Ask) -> None:
    named = tables_of((ROOT / METHOD).read_text(encoding="utf-8"))
    assert len(named) >= 18
    assert [name for name in sorted(named) if not columns(ask, name)] == []


def test_a_figure_that_moved_is_written_anew(held: Held) -> None:
    head = "<!-- answer: who_adds -->\n| who | adds | gains |\n| --- | --- | --- |\n"
    found = filled(f"{head}| made up | 1 | 2 |\n\nText.\n", held)
    assert "made up" not in found
    assert found.count("\n| ") == len(WITH_UAE) + 3
    assert found.endswith(" |\n\nText.\n")


def write_anew(data_root: Path) -> None:
    """Fill every answer table from the edition of a data root."""
    text = filled(written(), held_by(read.connect(Layout(data_root))))
    (ROOT / DOCUMENT).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_anew(Path(sys.argv[1]))
