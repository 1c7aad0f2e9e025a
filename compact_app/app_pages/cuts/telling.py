"""The sentences of the page *Resilience*, out of what is measured."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from compact_app import wording
from compact_app.app_pages.cuts.measuring import Case, cuts_of, distance_of
from compact_pipelines.analytics.criteria import MEMBER_WITHOUT_DATA
from compact_pipelines.analytics.dependency_tables import positions_for
from compact_pipelines.analytics.outside import gather_imports
from compact_pipelines.analytics.resilience import POSITION_NOT_HELD, Answer, Cut
from compact_pipelines.analytics.supply import possible_suppliers
from compact_pipelines.contracts.dependence import ALL, load_dependence

NAMED_MEMBERS: Final = 4
ENDS: Final = 4  # so many members nearest and farthest are told where there are more
YEAR: Final = r"\d{4}"
UNIT: Final = "USD"


def share_range(low: float, high: float) -> str:
    """A share, or its range where the two ends are written differently."""
    ends = wording.share(low), wording.share(high)
    return ends[0] if ends[0] == ends[1] else wording.say("resilience_range", low=ends[0], high=ends[1])


def answered(answer: Answer) -> str:
    """A known answer in words."""
    return share_range(answer.low or 0.0, answer.high or 0.0)


def listed(names: Sequence[str]) -> str:
    """Names in a sentence: Canada, Mexico and the United States."""
    told = [wording.in_sentence(name) for name in names]
    if len(told) == 1:
        return told[0]
    return wording.say("resilience_and", first=", ".join(told[:-1]), last=told[-1])


def members_words(case: Case, areas: Sequence[str]) -> str:
    """Members within a sentence: by name where they are few."""
    if len(areas) > NAMED_MEMBERS:
        return wording.say("resilience_the_members", count=len(areas))
    return listed(sorted(case.names[area] for area in areas))


def capitalised(words: str) -> str:
    """The same where a sentence begins."""
    return words[0].upper() + words[1:]


def missing_words(case: Case) -> str:
    """The members that report nothing: by name where they are few."""
    missing = case.missing
    if len(missing) >= NAMED_MEMBERS:
        return wording.say("resilience_of_them", count=len(missing))
    words = listed(sorted(case.names[area] for area in missing))
    return wording.say("resilience_report" if len(missing) > 1 else "resilience_reports", members=words)


def product_words(case: Case) -> str:
    """The product within a sentence."""
    return wording.subject_in_sentence("compute_exports", case.product)


def outside_share(case: Case, receivers: Sequence[str]) -> str:
    """What these receivers take from outside the members, as a share or its range."""
    imports = gather_imports(case.supply, receivers, case.members, possible_suppliers())
    low, high = imports.from_outside
    return share_range(low / imports.whole, high / imports.whole)


def title(case: Case, cuts: Sequence[Cut]) -> str:
    """The finding, with its number and range; `cuts` is the curve of all members together."""
    product, year = product_words(case), case.year
    if case.missing:
        told = {"count": len(case.members), "missing": missing_words(case), "product": product, "year": year}
        return wording.say("resilience_title_some", **told)
    if len(cuts) < 2:  # noqa: PLR2004  (the imports as they are, and a cut)
        return wording.say("resilience_title_nothing", members=_set(case), product=product, year=year)
    first = cuts[1]
    told = {"kept": share_range(first.kept_low, first.kept_share), "supplier": _name(case, first), "year": year}
    if len(case.members) == 1:
        member = wording.in_sentence(case.names[case.members[0]])
        return wording.say("resilience_title_one", member=member, product=product, **told)
    outside = outside_share(case, case.members)
    return wording.say("resilience_title", members=_set(case), outside=outside, product=product, **told)


def sentence(case: Case, cuts: Sequence[Cut]) -> str:
    """What the largest supplier is worth; of the largest member that reports where not all do."""
    if not case.missing:
        if len(cuts) < 2:  # noqa: PLR2004  (as above)
            return ""
        last = cuts[-1]
        return wording.say(
            "resilience_sentence" if len(case.members) > 1 else "resilience_sentence_one",
            loss=wording.figure(cuts[1].lost, UNIT),
            supplier=_name(case, cuts[1]),
            count=last.count,
            kept=share_range(last.kept_low, last.kept_share),
        )
    largest = max(case.held, key=lambda area: (_imports(case, area), area))
    own = cuts_of(case, [largest])
    if len(own) < 2:  # noqa: PLR2004  (as above)
        return ""
    return wording.say(
        "resilience_sentence_some",
        member=wording.sentence(case.names[largest]),
        outside=outside_share(case, [largest]),
        supplier=_name(case, own[1]),
        kept=share_range(own[1].kept_low, own[1].kept_share),
        loss=wording.figure(own[1].lost, UNIT),
    )


def none_title(case: Case) -> str:
    """The title where nobody reports: by name where that is one member."""
    told = {"product": product_words(case), "year": case.year}
    if len(case.members) == 1:
        return wording.say("resilience_title_none_one", member=wording.sentence(case.names[case.members[0]]), **told)
    return wording.say("resilience_title_none", count=len(case.members), **told)


def years_hint(case: Case) -> str:
    """When the members report, where they do not in the chosen year."""
    whole, some = case.years()
    if len(case.members) == 1:
        never = wording.say("resilience_years_never_one")
        return wording.say("resilience_years_one", years=spans(whole)) if whole else never
    if whole:
        return wording.say("resilience_years_all", years=spans(whole))
    return wording.say("resilience_years_some", years=spans(some)) if some else wording.say("resilience_years_never")


def spans(years: Sequence[str]) -> str:
    """Years with their runs drawn together: 1991 to 2019, 2024."""
    runs: list[list[int]] = []
    for year in sorted(map(int, years)):
        if runs and runs[-1][-1] == year - 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(
        str(run[0]) if len(run) == 1 else wording.say("resilience_range", low=run[0], high=run[-1]) for run in runs
    )


def leaving(case: Case, cuts: Sequence[Cut], refusal: Answer | None) -> str:
    """What is left of the members' own trade without the largest of them, or why that is not said."""
    if refusal:
        missing = ""  # nobody, where there is no trade among members
        if refusal.missing:
            is_silent = refusal.reason == MEMBER_WITHOUT_DATA
            missing = missing_words(case) if is_silent else members_words(case, refusal.missing)
        return wording.say(f"resilience_leaves_{refusal.reason}", missing=missing)
    first = cuts[1]
    return wording.say(
        "resilience_leaves_sentence",
        kept=share_range(first.kept_low, first.kept_high),
        member=_name(case, first),
        lost=share_range(1 - first.kept_high, 1 - first.kept_low),
    )


def friends(case: Case, shares: Mapping[str, Answer]) -> str:
    """What comes from members, before and after the candidates; what is not known for all is left to the table."""
    told = []
    if shares["before"].low is not None:
        told.append(wording.say("resilience_friends_before", before=answered(shares["before"])))
        if not set(case.members) <= set(case.founding):
            told.append(wording.say("resilience_friends_after", after=answered(shares["after"])))
    if case.missing:
        told.append(wording.say("resilience_friends_missing", missing=missing_words(case)))
    elif len(case.members) > 1 and set(case.members) != set(case.founding):
        told.append(wording.say("resilience_friends_whole", whole=answered(shares["whole"])))
    return " ".join([*told, wording.say("resilience_friends_size")])


def distances(case: Case, table: pl.DataFrame) -> list[str]:
    """How far the suppliers are: of the set, of the founding members, of each member; or why that is not said."""
    told = [_distance(case)]
    founding = distance_of(case, case.founding)
    if founding.value is not None and set(case.founding) != set(case.members):
        told.append(wording.say("resilience_distance_founding", value=wording.ratio(founding.value)))
    held = table.filter(pl.col("distance").is_not_null()).sort("distance", "name")
    if len(case.members) > 1 and held.height:
        ends = [held.head(ENDS), held.tail(ENDS)] if held.height > 2 * ENDS else [held]
        key = "resilience_distance_members" if len(ends) == 1 else "resilience_distance_ends"
        told.append(wording.say(key, **dict(zip(("members", "farthest"), map(_each_distance, ends), strict=False))))
        if unknown := _unknown_distances(case, table):
            told.append(wording.say("resilience_distance_unknown", members=unknown))
    window, _ = positions_for(case.positions, case.year)
    if window:
        first, last = min(re.findall(YEAR, window)), max(re.findall(YEAR, window))
        explained = case.positions.filter(time_period=window)["explained_share"].item(0)
        told.append(
            wording.say(
                "resilience_distance_note",
                window=wording.say("resilience_range", low=first, high=last),
                explained=wording.share(explained),
            )
        )
    return told


def _each_distance(rows: pl.DataFrame) -> str:
    return ", ".join(
        wording.say("resilience_distance_of", area=name, value=wording.ratio(value))
        for name, value in rows.select("name", "distance").iter_rows()
    )


def _unknown_distances(case: Case, table: pl.DataFrame) -> str:
    """The members without a distance, each kind of reason once: the United Arab Emirates (no position is held)."""
    without = table.filter(pl.col("distance").is_null()).select("name", "distance_reason")
    whys: dict[str, list[str]] = {}
    for name, why in [*without.iter_rows(), *((case.names[area], MEMBER_WITHOUT_DATA) for area in case.missing)]:
        whys.setdefault(why, []).append(name)
    return "; ".join(
        wording.say("resilience_distance_because", members=listed(sorted(names)), why=distance_reason(why))
        for why, names in whys.items()
    )


def distance_reason(code: str) -> str:
    """Why there is no distance, in words."""
    return wording.say(f"resilience_distance_reason_{code}")


def _distance(case: Case) -> str:
    found = distance_of(case, case.members)
    words = {"members": members_words(case, case.members)}
    if found.value is not None:
        covered = wording.share(found.covered_share)
        return wording.say("resilience_distance_sentence", **words, value=wording.ratio(found.value), covered=covered)
    missing = ""  # nobody, where the reason lies with the suppliers
    if found.reason == POSITION_NOT_HELD:
        missing = listed(sorted(case.names[area] for area in found.missing))
    elif case.missing:
        missing = missing_words(case)
    covered = wording.share(found.covered_share)
    return wording.say(f"resilience_distance_{found.reason}", **words, missing=missing, covered=covered)


def criteria(table: pl.DataFrame) -> list[str]:
    """Per method: how many criteria are met, how many cannot be said, and whether that lasts."""
    rules, told = load_dependence(), []
    for method in rules.methods:
        rows = table.filter(pl.col("method") == method.id)
        single = rows.filter(pl.col("criterion") != ALL)
        open_ = single["is_met"].null_count()
        told.append(
            wording.say(
                "resilience_criteria_sentence",
                method=method.title["en"],
                met=int(single["is_met"].sum()),
                count=single.height,
                open=wording.say("resilience_criteria_open", count=open_) if open_ else "",
                lasting=_lasting(rows.filter(pl.col("criterion") == ALL).row(0, named=True)),
            )
        )
    return told


def _lasting(row: Mapping[str, Any]) -> str:
    if row["is_lasting"] is None:
        return wording.say("resilience_lasting_open")
    if row["is_lasting"]:
        return wording.say("resilience_lasting_yes", met=row["recent_met"], held=row["recent_held"])
    return wording.say("resilience_lasting_no", met=row["years_met"], years=row["years_held"])


def _set(case: Case) -> str:
    return capitalised(members_words(case, case.members))


def _name(case: Case, cut: Cut) -> str:
    return wording.in_sentence(case.names.get(cut.supplier or "", cut.supplier or ""))


def _imports(case: Case, area: str) -> float:
    return gather_imports(case.supply, [area], case.members, possible_suppliers()).whole
