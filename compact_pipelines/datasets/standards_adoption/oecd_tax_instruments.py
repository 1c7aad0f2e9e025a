"""Which area belongs to the OECD, has signed or is bound by its multilateral tax convention, and exchanges tax reports.

Source: OECD lists, reprinted by F. Heitmueller; see schemas/sources/oecd_tax_instruments.yaml.
Revised: with each signature; this vintage is the convention's status on 16 December 2022.
Quirks: three spellings of a date; numbered country names; a deposit made before the OECD Convention entered into force
made no member, so the founders stand under the day of its entry into force.
"""

from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import conform, read_csv, require_columns, require_known
from compact_pipelines.resources import Snapshots
from compact_pipelines.snapshots import Snapshot

SOURCE: Final = "oecd_tax_instruments"
THEME: Final = "standards_adoption"
MEMBERS: Final = ["country", "ratification_date", "iso3c", "ratification_year"]
MLI: Final = [
    "number",
    "country",
    "signed",
    "ratified",
    "entry_into_force",
    "notifications_35_7",
    "notifications_after",
    "arbitration_profile",
    "iso3c",
    "current_date",
]
SIGNATORIES: Final = ["country", "date", "iso3c"]
# Convention on the OECD, article 14; http://search.oecd.org/about/oecd-convention.htm
CONVENTION_IN_FORCE: Final = "1961-09-30"
READ_IN: Final = (
    "https://github.com/fheitmueller/phd_thesis_rep/blob/d681d464b83cfaeb9c4224a345e421f3515e113f/data-created/{}.csv"
)


def parse_list(content: bytes) -> pl.DataFrame:
    """Read one list as it stands: one row per area, all text.

    Raises:
        SourceChanged: the bytes are not such a table.
    """
    return read_csv(content, SOURCE)


def to_date(column: str, spelling: str, part: str, published: pl.DataFrame) -> pl.Series:
    """Read a text column as dates in one spelling; a blank cell stays blank.

    Args:
        column: the text column.
        spelling: how this list writes a day, as `polars.Series.str.to_date` takes it.
        part: the part, for the message.
        published: the frame that holds it.

    Returns:
        (rows,) dates.

    Raises:
        SourceChanged: a cell is not such a date.
    """
    dates = published[column].str.to_date(spelling, strict=False)
    if wrong := published[column].filter(dates.is_null() & published[column].is_not_null()).to_list():
        raise SourceChanged(
            f"{SOURCE}, part {part}, column {column}: {wrong[:5]} are not dates of the form {spelling}; read the list"
        )
    return dates


def require_areas(published: pl.DataFrame, part: str) -> None:
    """Stop unless every row names a known area, and none stands twice.

    Args:
        published: (rows, iso3c among the columns), text.
        part: the part, for the message.

    Raises:
        SourceChanged: naming the unknown or doubled codes.
    """
    place = f"{SOURCE}, part {part}"
    require_known(published["iso3c"].fill_null(""), load_contracts().codelists["area"].codes, place, "area codes")
    if doubled := sorted(published["iso3c"].filter(published["iso3c"].is_duplicated()).unique()):
        raise SourceChanged(f"{place}: {doubled} stand more than once; keep one row per area")


def shape_events(events: pl.DataFrame, instrument: str, read_in: str) -> pl.DataFrame:
    """Put events of one instrument into the contract's columns.

    Args:
        events: (rows; ref_area, status in the source's words, event_date, comment).
        instrument: its code.
        read_in: the file's name in the compilation.

    Returns:
        (rows, contract columns without provenance); the month of the event is the period.

    Raises:
        SourceChanged: an area has no date.
    """
    if undated := sorted(events.filter(pl.col("event_date").is_null())["ref_area"]):
        raise SourceChanged(f"{SOURCE}, {read_in}: {undated} stand without a date; a listed area has one")
    levels = load_contracts().codelists["source_status"].column("adoption_status")
    return events.select(
        ref_area="ref_area",
        instrument=pl.lit(instrument),
        time_period=pl.col("event_date").dt.strftime("%Y-%m"),
        adoption_status=pl.col("status").replace_strict(levels, return_dtype=pl.String),
        event_date="event_date",
        source_tier=pl.lit("reprinted"),
        citation=pl.lit(READ_IN.format(read_in)),
        obs_status=pl.lit("A"),
        comment_obs=pl.concat_str("status", "comment", separator="; ", ignore_nulls=True),
    )


def tidy_members(published: pl.DataFrame) -> pl.DataFrame:
    """Shape the list of members into the standards_adoption contract.

    Args:
        published: (members, MEMBERS), text, from `parse_list`.

    Returns:
        (members, contract columns without provenance); the event is the deposit of the instrument of ratification or
        accession, for the founders the later entry into force of the Convention; the deposit is in comment_obs.

    Raises:
        SourceChanged: unknown columns or areas, or a cell that is blank, not a date or not of its year.
    """
    require_columns(published, MEMBERS, f"{SOURCE}, part members")
    require_areas(published, "members")
    deposited = to_date("ratification_date", "%d %B %Y", "members", published)
    if wrong := published.filter(deposited.dt.strftime("%Y") != pl.col("ratification_year"))["iso3c"].to_list():
        raise SourceChanged(f"{SOURCE}, part members: the year of {wrong} is not that of their date; read the list")
    in_force = pl.lit(CONVENTION_IN_FORCE).str.to_date()
    events = published.select(
        ref_area="iso3c",
        status=pl.lit("member"),
        event_date=pl.max_horizontal(deposited, in_force),
        comment=pl.format("instrument of ratification or accession deposited on {}", deposited.cast(pl.String)),
    )
    return shape_events(events, "OECD_MEMBERSHIP", "oecd_members")


def tidy_mli(published: pl.DataFrame) -> pl.DataFrame:
    """Shape the convention's status list into the standards_adoption contract.

    Args:
        published: (signatories, MLI), text, from `parse_list`.

    Returns:
        (signatures and entries into force, contract columns without provenance); an area whose convention is in force
        has two rows, signatory and then party; the deposit of its ratification is in comment_obs of the second.

    Raises:
        SourceChanged: unknown columns or areas, a cell that is not a date, or dates out of their order.
    """
    require_columns(published, MLI, f"{SOURCE}, part mli")
    require_areas(published, "mli")
    steps = published.select(
        "iso3c",
        *(to_date(name, "%d-%m-%Y", "mli", published) for name in ("signed", "ratified", "entry_into_force")),
    )
    in_order = (
        pl.col("signed").is_not_null()
        & (pl.col("ratified").is_null() == pl.col("entry_into_force").is_null())
        & (pl.col("signed") <= pl.col("ratified")).fill_null(value=True)
        & (pl.col("ratified") < pl.col("entry_into_force")).fill_null(value=True)
    )
    if wrong := sorted(steps.filter(~in_order)["iso3c"]):
        raise SourceChanged(
            f"{SOURCE}, part mli: {wrong} do not sign, then ratify, then have it in force; read the list again"
        )
    signed = steps.select(
        ref_area="iso3c", status=pl.lit("signatory"), event_date="signed", comment=pl.lit(None, pl.String)
    )
    bound = steps.drop_nulls("entry_into_force").select(
        ref_area="iso3c",
        status=pl.lit("party"),
        event_date="entry_into_force",
        comment=pl.format("in force; instrument of ratification deposited on {}", pl.col("ratified").cast(pl.String)),
    )
    return shape_events(pl.concat([signed, bound]), "OECD_BEPS_MLI", "mli_signatories")


def tidy_signatories(published: pl.DataFrame) -> pl.DataFrame:
    """Shape the list of signatories of the agreement on country-by-country reports into the contract.

    Args:
        published: (signatories, SIGNATORIES), text, from `parse_list`.

    Returns:
        (signatories, contract columns without provenance); a signature, which alone exchanges nothing yet.

    Raises:
        SourceChanged: unknown columns or areas, or a cell that is blank or not a date.
    """
    require_columns(published, SIGNATORIES, f"{SOURCE}, part cbc_mcaa")
    require_areas(published, "cbc_mcaa")
    signed = to_date("date", "%Y-%m-%d", "cbc_mcaa", published)
    events = published.select(
        ref_area="iso3c", status=pl.lit("signatory"), event_date=signed, comment=pl.lit(None, pl.String)
    )
    return shape_events(events, "OECD_CBC_MCAA", "cbc_mcaa_signatories")


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "members"})
def raw_oecd_tax_instruments__members(snapshots: Snapshots) -> Snapshot:
    """The members, kept byte for byte."""
    return snapshots.take(SOURCE, "members")


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "mli"})
def raw_oecd_tax_instruments__mli(snapshots: Snapshots) -> Snapshot:
    """Signatories and parties of the multilateral tax convention, kept byte for byte."""
    return snapshots.take(SOURCE, "mli")


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "cbc_mcaa"})
def raw_oecd_tax_instruments__cbc_mcaa(snapshots: Snapshots) -> Snapshot:
    """Signatories of the agreement on country-by-country reports, kept byte for byte."""
    return snapshots.take(SOURCE, "cbc_mcaa")


@dg.asset(group_name=THEME, kinds={"polars", "parquet"})
def core_oecd_tax_instruments(
    raw_oecd_tax_instruments__members: Snapshot,
    raw_oecd_tax_instruments__mli: Snapshot,
    raw_oecd_tax_instruments__cbc_mcaa: Snapshot,
) -> pl.DataFrame:
    """Status per area towards three OECD instruments, since its month."""
    members, mli, reports = (
        raw_oecd_tax_instruments__members,
        raw_oecd_tax_instruments__mli,
        raw_oecd_tax_instruments__cbc_mcaa,
    )
    return conform(
        THEME,
        SOURCE,
        tidy_members(parse_list(members.read())).with_columns(**members.stamp()),
        tidy_mli(parse_list(mli.read())).with_columns(**mli.stamp()),
        tidy_signatories(parse_list(reports.read())).with_columns(**reports.stamp()),
    )
