"""The commands `compact scenario accession` and `compact scenario share`: what the page says of a membership, here.

Exit code 0 is fine, 2 is a wrong call; a question without an answer, such as of no member, is fine and says why.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.markup import escape

from compact_pipelines.commands.options import AsJson, DataRoot, root_of
from compact_pipelines.console import OUT, print_json, print_rows, progress_bar
from compact_pipelines.errors import ModelRefused, UsageError

if TYPE_CHECKING:
    from compact_pipelines.scenarios import Inputs

USD_PER_MILLION: Final = 1_000_000
SHOWN_OUTSIDE: Final = 5
IF_NEW: Final = "gain_if_unknown_new"  # shown where a pair is unknown; else it is the gain
GAINS: Final = {"gain_percent": "gain %", IF_NEW: "if unknown new %", "gain_p05": "5 %", "gain_p95": "95 %"}
WHEN: Final = ("before", "after")

# What a code of an answer says.
REASONS: Final = {
    "no_members": "no member was named; name at least one",
    "one_member": "one member alone forms no set; name a second, or a candidate",
    "candidate_is_member": "it is a member already",
    "no_member_in_base": "no member is in the base year; see the reasons",
    "one_member_in_base": "one member alone is in the base year, which forms no set; see the reasons",
    "no_candidate_in_base": "no candidate is in the base year; see the reasons",
    "not_in_base": "the base year does not have it",
    "no_gdp": "no GDP is held",
    "no_published_total": "no published total with the world is held",
    "exports_exceed_gdp": "it exports more than its GDP: it sells on what it bought, and its sales at home are unknown",
    "partners_exceed_total": "its named partners add up to more than its published total",
    "no_sales_at_home": "no sales at home are held",
    "not_solved": "no equilibrium was found; choose another elasticity or base year",
    "agreement_unknown": "of every pair without an agreement it could not be verified, so it is not known what changes",
    "nothing_changes": "every pair has an agreement already, so in this model nothing changes",
}

scenario = typer.Typer(
    name="scenario",
    help="Ask what a membership changes: accession, share.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Members = Annotated[str, typer.Option("--members", help="Codes, comma-separated, such as USA,CAN,MEX.")]
BaseName = Annotated[str | None, typer.Option("--base", help="Base year; the default one if not given.")]
Sigma = Annotated[float | None, typer.Option("--sigma", help="One elasticity, 1.5 to 100; else as stated.")]
Seed = Annotated[int | None, typer.Option("--seed", help="Of the draws; as stated if not given.")]
Audience = Annotated[str, typer.Option("--audience", help="Whose file to read.")]


@scenario.command()
def accession(  # noqa: PLR0913, PLR0917  (one option a choice)
    members: Members = "",
    candidate: Annotated[str, typer.Option("--candidate", help="Who joins; none: the set forms.")] = "",
    base: BaseName = None,
    sigma: Sigma = None,
    draws: Annotated[int | None, typer.Option("--draws", help="How many, 500 to 20,000; 500 if not given.")] = None,
    seed: Seed = None,
    data_root: DataRoot = None,
    audience: Audience = "public",
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """What changes for each area when candidates join members: simple shares, and gains with their interval."""
    from compact_pipelines.scenarios import answer  # noqa: PLC0415

    inputs, known = _inputs(data_root, audience)
    asked = [_areas(text, known) for text in (members, candidate)]
    with progress_bar() as bar:
        found = answer(
            inputs, *asked, base_id=base, sigma=sigma, draws=draws, seed=seed, progress=_told(bar, "drawing")
        )
    if as_json:
        print_json(found)
    else:
        _print_accession(found)


@scenario.command()
def share(  # noqa: PLR0913, PLR0917  (one option a choice)
    members: Members = "",
    goal: Annotated[str, typer.Option("--goal", help="welfare, concentration_fall or resilience.")] = "welfare",
    base: BaseName = None,
    sigma: Sigma = None,
    seed: Seed = None,
    data_root: DataRoot = None,
    audience: Audience = "public",
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Who adds how much to what the members reach together: each one's Shapley value."""
    from compact_pipelines.scenarios import share as share_out  # noqa: PLC0415

    inputs, known = _inputs(data_root, audience)
    areas = _areas(members, known)
    with progress_bar() as bar:
        told = _told(bar, "valuing coalitions")
        try:
            found = share_out(inputs, goal, areas, base_id=base, sigma=sigma, seed=seed, progress=told)
        except ModelRefused as error:  # what was asked for cannot be shared: a wrong call
            raise UsageError(str(error)) from None
    if as_json:
        print_json(found)
        return
    shown = ["area", "value", "std_error", *(["value_if_unknown_new"] if found["pairs_unknown"] else [])]
    heads = {"value": found["unit"], "value_if_unknown_new": f"{found['unit']} if unknown new"}
    print_rows(
        [heads.get(name, name) for name in shown], [tuple(row[name] for name in shown) for row in found["members"]]
    )
    if found["reason"]:
        OUT.print(f"The model: {REASONS[found['reason']]}.", highlight=False)
    how = f"{found['orders']:,} orders of coming, seed {found['seed']}" if found["orders"] else "all coalitions"
    OUT.print(f"Together {found['total']:,.4g} {found['unit']}; from {how}.", highlight=False)
    if found["pairs_unknown"]:
        OUT.print(
            f"{_unverified(found['pairs_unknown'])} If they are new, together "
            f"{found['total_if_unknown_new']:,.4g} {found['unit']}.",
            highlight=False,
        )


def _inputs(data_root: Any, audience: str) -> tuple["Inputs", frozenset[str]]:
    """What the edition says, and the codes of all areas."""
    from compact_pipelines.scenarios import load_inputs  # noqa: PLC0415
    from compact_pipelines.warehouse import read  # noqa: PLC0415
    from compact_pipelines.warehouse.layout import Layout  # noqa: PLC0415

    connection = read.connect(Layout(root_of(data_root)), audience).connection
    known = connection.execute("SELECT area FROM areas WHERE kind = 'area'").pl()["area"]
    return load_inputs(lambda sql: connection.execute(sql).pl()), frozenset(known)


def _areas(text: str, known: frozenset[str]) -> list[str]:
    codes = [code.strip().upper() for code in text.split(",") if code.strip()]
    if unknown := sorted(set(codes) - known):
        raise UsageError(f"no area {', '.join(unknown)}; use ISO 3166-1 alpha-3 codes, such as USA,CAN,MEX")
    return codes


def _told(bar: Any, what: str) -> Callable[[int, int], None]:
    task = bar.add_task(what, total=None)
    return lambda done, total: bar.update(task, completed=done, total=total)


def _print_accession(found: dict[str, Any]) -> None:
    question, shares, parameters = found["question"], found["shares"], found["parameters"]
    joining = ", ".join(question["candidates"]) or "nobody"
    OUT.print(f"[bold]{', '.join(question['members']) or 'Nobody'}; joined by {joining}[/]", highlight=False)
    _print_measures(shares, found["measures"])
    for row in found["left_out"]:
        OUT.print(f"Left out: {row['area']}, {REASONS.get(row['reason'], row['reason'])}.", highlight=False)
    if found["reason"]:
        OUT.print(f"The model: {REASONS[found['reason']]}.", highlight=False)
    if found["pairs_unknown"]:
        pairs = [(pair["area_1"], pair["area_2"]) for pair in found["pairs_unknown"]]
        OUT.print(_unverified(pairs), highlight=False)
    if found["whole"][IF_NEW] is None:
        return
    if found["reason"] != "nothing_changes":
        _print_gains(found)
    OUT.print(
        f"Base year {found['base']['time_period']}, {found['base']['title']['en']}; effect of an agreement "
        f"{parameters['beta']:.4f} (standard error {parameters['beta_se']:.4f}; {parameters['beta_citation']}); "
        f"elasticity {parameters['sigma']:g}, drawn from {parameters['sigma_low']:g} to {parameters['sigma_high']:g}; "
        f"{parameters['draws_used']} of {parameters['draws']} draws, seed {parameters['seed']}.",
        highlight=False,
    )
    for caution in found["cautions"]:
        OUT.print(
            f"{caution['area']} exports {caution['exports_to_income_share']:.0%} of its GDP, much of it bought "
            "elsewhere first: its gain is overstated.",
            highlight=False,
        )
    omitted = "; ".join(omission["text"]["en"] for omission in found["omissions"])
    OUT.print(f"Not in the model: {omitted}.", highlight=False)


def _print_measures(shares: dict[str, Any], measures: Sequence[dict[str, Any]]) -> None:
    """The shares of goods, and people, standards and capital, each with why it is blank."""
    rows = []
    for name, value in shares["before"].items():
        told = [_blank(shares["reasons"][when].get(name), shares["missing"][when].get(name, ())) for when in WHEN]
        rows.append((name, shares["time_period"], value, shares["after"][name], *told))
    for row in measures:
        if row["theme"] != shares["theme"]:
            told = [_blank(row[f"reason_{when}"], (row[f"missing_{when}"] or "").split(",")) for when in WHEN]
            rows.append((f"{row['measure']} {row['subject']}", row["time_period"], row["before"], row["after"], *told))
    print_rows(
        ["measure", "year", *WHEN, "why blank"],
        [
            (name.removesuffix(" _Z"), year, _short(before), _short(after), "; ".join(dict.fromkeys(filter(None, why))))
            for name, year, before, after, *why in rows
        ],
    )
    OUT.print(shares["note"], highlight=False)


def _blank(reason: str | None, missing: Sequence[str]) -> str | None:
    return reason and ": ".join(filter(None, (reason.replace("_", " "), ",".join(missing))))


def _print_gains(found: dict[str, Any]) -> None:
    point = "gain_percent" if found["reason"] is None else IF_NEW
    rows = [row for row in found["areas"] if row[point] is not None]
    inside = [row for row in rows if row["role"] in {"candidate", "member"}]
    outside = sorted((row for row in rows if row["role"] in {"outside", "rest"}), key=lambda row: row[point])
    whole = {**found["whole"], "area": "all together", "role": ""}
    names = [name for name in GAINS if name != IF_NEW or found["pairs_unknown"]]
    print_rows(
        ["area", "role", *(GAINS[name] for name in names), "draws above 0", "USD million"],
        [_cells(row, names) for row in [*inside, whole, *outside[:SHOWN_OUTSIDE]]],
    )
    if found["reason"] is None:
        for text in _sentences(found, inside, outside):
            OUT.print(text, highlight=False)


def _sentences(found: dict[str, Any], inside: Sequence[dict[str, Any]], outside: Sequence[dict[str, Any]]) -> list[str]:
    from compact_pipelines.scenarios import is_open  # noqa: PLC0415

    lowest, told = found["lowest_member"], []
    count = len(found["pairs_unknown"])
    depends = f"depends on {count} agreement{'' if count == 1 else 's'} that could not be verified"
    if open_ := [row["area"] for row in inside if is_open(row)]:
        told.append(f"Whether {', '.join(open_)} gain or lose {depends}.")
    if lowest["area"] is not None and lowest["area"] not in open_:
        verb = "loses" if lowest["gain_percent"] < 0 else "gains"
        told.append(
            f"The member with the least is {escape(lowest['area'])}: it {verb} {abs(lowest['gain_percent']):.3g} %."
        )
        if not open_:
            told.append(f"Every member in the model gains in {lowest['share_above_zero']:.0%} of the draws.")
    if losers := sum(1 for row in outside if row["gain_percent"] < 0 and not is_open(row)):
        told.append(f"Of {len(outside)} areas outside, {losers} lose; the first {SHOWN_OUTSIDE} are shown.")
    if outside_open := sum(1 for row in outside if is_open(row)):
        told.append(f"Whether {outside_open} of the areas outside gain or lose {depends}.")
    told.append(
        f"{_pairs(found['pairs_changed'])} an agreement; {len(found['pairs_in_force'])} of those asked about have one."
    )
    return told


def _unverified(pairs: Sequence[Sequence[str]]) -> str:
    named = ", ".join("-".join(pair) for pair in pairs)
    return f"Not verified whether they have an agreement, and left as they are: {named}."


def _pairs(pairs: Sequence[Sequence[str]]) -> str:
    if not pairs:
        return "No pair gets"
    named = ", ".join("-".join(pair) for pair in pairs)
    return f"{named} get" + ("s" if len(pairs) == 1 else "")


def _cells(row: dict[str, Any], names: Sequence[str]) -> tuple[object, ...]:
    above, usd = row["share_above_zero"], row["gain_usd"]
    return (
        row["area"],
        row["role"],
        *(_short(row[name]) for name in names),
        None if above is None else f"{above:.0%}",
        None if usd is None else f"{usd / USD_PER_MILLION:,.0f}",
    )


def _short(value: float | None) -> str | None:
    return None if value is None else f"{value:.3g}"
