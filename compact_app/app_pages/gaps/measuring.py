"""The case a reader has chosen, measured live: statuses, gaps, and what closing them does to the set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from compact_app import wording
from compact_pipelines.analytics.adoption import TAKEN_ON, Adoption, adoption_at, listed_since
from compact_pipelines.analytics.alignment import METRICS, jointly_known, measure_alignment
from compact_pipelines.analytics.standards_gaps import (
    TOGETHER,
    Together,
    align_together,
    find_gaps,
    measure_effects,
    since_when,
)
from compact_pipelines.contracts import load_contracts

ALL: Final = "all"
MOST: Final = "most"
ANY: Final = "any"
BASES: Final = (MOST, ALL, ANY)
# What instruments are about: all of the register, those on AI, data and digital trade, or those on AI alone.
SUBJECTS: Final[dict[str, tuple[str, ...] | None]] = {"all": None, "digital": ("ai", "digital"), "ai": ("ai",)}
AI: Final = "ai"
DOUBLE: Final = 2.0
NOT_AT_ALL: Final = 0.0


@dataclass(frozen=True)
class Case:
    """What a page is about.

    Attributes:
        members: the set, codes.
        area: whose gaps they are; it may be no member yet.
        names: area to its name, for every area of the scenario.
        basis: which instruments are held against the area: those that all, most or any of the others have.
        weights: instrument to how much it counts; 1 where none is given.
        history: statuses that count as known.
        scope: which instruments count by what they are about, a name in SUBJECTS.
        date: the year they are told up to.
    """

    members: tuple[str, ...]
    area: str
    names: Mapping[str, str]
    basis: str
    history: pl.DataFrame
    weights: Mapping[str, float] = field(default_factory=dict)
    scope: str = ALL

    @property
    def date(self) -> str:
        """The last year in which the table knows of anything: the present state."""
        return str(self.history["time_period"].str.slice(0, 4).max() or "")

    @property
    def others(self) -> list[str]:
        """The other members."""
        return [member for member in self.members if member != self.area]

    @property
    def whole(self) -> list[str]:
        """The members with the area among them, sorted."""
        return sorted({*self.members, self.area})


@dataclass(frozen=True)
class Measured:
    """What was found.

    Attributes:
        case: what it is about.
        adoption: statuses of members and area.
        gaps: instruments of the basis that count, from `find_gaps`, with what each step would move.
        today: mean alignment of the set with the area in it.
        after: the same with every gap closed; None without a gap.
    """

    case: Case
    adoption: Adoption
    gaps: pl.DataFrame
    today: Together
    after: Mapping[str, float | None] | None

    @property
    def missing(self) -> pl.DataFrame:
        """What the area is not known to have."""
        return self.gaps.filter(pl.col("state") != "has")

    def count(self, state: str) -> int:
        """How many instruments of the basis are in a state for the area."""
        return self.gaps.filter(pl.col("state") == state).height

    @property
    def on_ai(self) -> pl.DataFrame:
        """Instruments of the basis that are on AI."""
        return self.gaps.filter(pl.col("instrument").replace_strict(_subjects(), return_dtype=pl.String) == AI)


def measure(case: Case) -> Measured:
    """Gaps of the area and their effects, for members and area as they stand at the date."""
    instruments = load_contracts().codelists["standards_instrument"]
    listed = listed_since(list(instruments.codes), instruments.column("adopted_date"), case.history)
    wanted, subjects = SUBJECTS[case.scope], _subjects()
    listed = {name: since for name, since in listed.items() if wanted is None or subjects[name] in wanted}
    adoption = adoption_at(case.history, case.whole, listed, case.date, case.weights)
    gaps = find_gaps(adoption, since_when(case.history, case.date), case.members, case.area).filter(
        _of_basis(case.basis), pl.col("instrument").is_in(_counted(adoption))
    )
    missing = dict(gaps.filter(pl.col("state") != "has").select("instrument", "level_low").iter_rows())
    effects = measure_effects(adoption, case.members, case.area, missing)
    together = effects.filter(pl.col("instrument") == TOGETHER)
    return Measured(
        case,
        adoption,
        gaps.join(effects, on="instrument", how="left", maintain_order="left"),
        align_together(adoption, case.whole),
        together.row(0, named=True) if together.height else None,
    )


def _subjects() -> dict[str, str]:
    return load_contracts().codelists["standards_instrument"].column("subject")


def _of_basis(basis: str) -> pl.Expr:
    return {ALL: pl.col("is_common"), MOST: pl.col("is_most"), ANY: pl.lit(value=True)}[basis]


def _counted(adoption: Adoption) -> list[str]:
    return [name for name, weight in zip(adoption.instruments, adoption.weights, strict=True) if weight > 0]


def weights_of(left_out: Sequence[str], double: Sequence[str]) -> dict[str, float]:
    """Weights from what a reader leaves out or counts double; left out wins."""
    return dict.fromkeys(double, DOUBLE) | dict.fromkeys(left_out, NOT_AT_ALL)


def matrix(found: Measured) -> pl.DataFrame:
    """Every member and the area against every instrument of the basis.

    Returns:
        (areas * instruments, [area, name, instrument_name, state, state_name, level, status_name, letter]), the area
        first, then members by name; unknown is a state of its own.
    """
    case = found.case
    areas = [case.area, *sorted(case.others, key=case.names.__getitem__)]
    rows = []
    for area in areas:
        row = found.adoption.areas.index(area)
        for instrument in found.gaps["instrument"]:
            level = found.adoption.levels[row, found.adoption.instruments.index(instrument)]
            known = level == level  # noqa: PLR0124  (not NaN)
            state = "unknown" if not known else "has" if level >= TAKEN_ON else "stated_not"
            status = status_name(int(level)) if known else wording.say("gaps_state_unknown")
            rows.append(
                {
                    "area": area,
                    "name": case.names[area],
                    "instrument_name": instrument_name(instrument),
                    "state": state,
                    "state_name": wording.say(f"gaps_state_{state}"),
                    "level": int(level) if known else None,
                    "status_name": status,
                    "letter": wording.status_letter(int(level), status)
                    if known
                    else wording.say("gaps_letter_unknown"),
                }
            )
    return pl.DataFrame(rows, schema_overrides={"level": pl.Int64})


def gap_table(found: Measured) -> pl.DataFrame:
    """What the area is not known to have, in words, with what each step would move; most shared first."""
    kinds = load_contracts().codelists["standards_instrument"].column("kind")
    case = found.case
    return found.missing.select(
        instrument_name=pl.col("instrument").map_elements(instrument_name, pl.String),
        state_name=pl.col("state").map_elements(lambda state: wording.say(f"gaps_state_{state}"), pl.String),
        with_count="with_count",
        members_count="members_count",
        since_first=pl.col("since_first").fill_null(wording.say("gaps_not_dated")),
        since_last=pl.col("since_last").fill_null(wording.say("gaps_not_dated")),
        undated_count="undated_count",
        needed_name=pl.col("level_low").map_elements(status_name, pl.String),
        documented_after="documented_after",
        change=pl.col("documented_after") - pl.col("documented_before"),
        low_after="low_after",
        high_after="high_after",
        members_with=pl.col("members_with").map_elements(lambda codes: _in_words(codes, case.names), pl.String),
        firmest_name=pl.col("level_high").map_elements(status_name, pl.String),
        kind=pl.col("instrument").replace_strict(kinds, default=None, return_dtype=pl.String),
        documented_before="documented_before",
        low_before="low_before",
        high_before="high_before",
        instrument="instrument",
    )


def alignment_table(found: Measured) -> pl.DataFrame:
    """All four measures of every pair of the set with the area in it, one row a pair, those of the area first."""
    names, areas = found.case.names, found.adoption.areas
    measured = measure_alignment(found.adoption)
    counts = jointly_known(found.adoption)
    rows = []
    for first, one in enumerate(areas):
        for second in range(first + 1, len(areas)):
            cells: dict[str, object] = {}
            for metric in METRICS:
                of = measured[metric]
                cells[metric] = _cell(of.value[first, second])
                if metric == "jaccard":
                    cells |= {
                        "documented": _cell(of.documented[first, second]),
                        "low": _cell(of.low[first, second]),
                        "high": _cell(of.high[first, second]),
                    }
            reason = measured["kappa"].reason[first, second] or measured["jaccard"].reason[first, second]
            rows.append(
                {"name_1": names[one], "name_2": names[areas[second]]}
                | cells
                | {
                    "instruments_count": int(counts[first, second]),
                    "listed_count": len(found.adoption.instruments),
                    "reason": wording.say(f"gaps_reason_{reason}") if reason else None,
                    "is_of_area": found.case.area in {one, areas[second]},
                }
            )
    schema = dict.fromkeys(("jaccard", "documented", "low", "high", "cosine", "hamming", "kappa"), pl.Float64)
    frame = pl.DataFrame(rows, schema_overrides={**schema, "reason": pl.String}) if rows else pl.DataFrame()
    return frame.sort("is_of_area", "name_1", "name_2", descending=[True, False, False]).drop("is_of_area")


def _cell(value: float) -> float | None:
    return None if value != value else float(value)  # noqa: PLR0124  (NaN)


def instrument_name(code: str) -> str:
    """An instrument in the reader's language."""
    return wording.code_name("standards_instrument", code)


def status_name(level: int) -> str:
    """A level in the reader's language."""
    levels = load_contracts().codelists["adoption_status"].column("level")
    return wording.code_name("adoption_status", next(code for code, of in levels.items() if int(of) == level))


def _in_words(codes: str, names: Mapping[str, str]) -> str:
    return ", ".join(sorted(names[code] for code in codes.split(",")))
