"""Publishers' codes as ours: areas, and the status of an observation with or without its figure."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import area_codes, require_known

NORMAL: Final = "A"
MISSING: Final = "O"


def areas(
    codes: pl.Series,
    place: str,
    *,
    special: Mapping[str, str] | None = None,
    left_out: str = "",
    scheme: str = "",
) -> pl.Series:
    """The area of each row.

    Args:
        codes: the publisher's, text.
        place: source, part, partition and page, for the message.
        special: its own spellings to our areas; they go before all else.
        left_out: regular expression of whole codes that are no area of ours.
        scheme: the column of the area code list that the codes are of, such as iso2; blank for alpha-3.

    Returns:
        (rows,) area ids; null where the code is left out.

    Raises:
        SourceChanged: a code is blank, or neither known nor left out.
    """
    known = area_codes(scheme) if scheme else {area: area for area in load_contracts().codelists["area"].codes}
    mapping = {**known, **(special or {})}
    spelled = codes.unique().drop_nulls()
    outside = spelled.filter(~spelled.is_in(list(mapping)))
    kept = outside.filter(~outside.str.contains(f"^(?:{left_out})$")) if left_out else outside
    require_known(kept, [], place, f"areas in {codes.name}")
    if codes.null_count():
        raise SourceChanged(f"{place}: {codes.null_count():,} rows have no {codes.name}; each needs one")
    return codes.replace_strict(mapping, default=None, return_dtype=pl.String)


def statuses(values: pl.Series, codes: pl.Series, place: str, *, special: Mapping[str, str] | None = None) -> pl.Series:
    """The status of each row, so that a figure has one that goes with a figure and a gap one that does not.

    A blank code is normal. A gap whose code says that there is a figure is missing (O): the code was not meant.

    Args:
        values: the figures; null where there is none.
        codes: the publisher's status codes, text.
        place: source, part, partition and page, for the message.
        special: its own codes to ours; they go before all else.

    Returns:
        (rows,) ids of obs_status.

    Raises:
        SourceChanged: a code is unknown, or a figure has a code that says there is none.
    """
    rules = load_contracts().codelists["obs_status"].column("value_rule")
    known = {**{code: code for code in rules}, **(special or {})}
    require_known(codes, known, place, f"statuses in {codes.name}")
    ours = codes.fill_null(NORMAL).replace_strict({NORMAL: NORMAL, **known}, return_dtype=pl.String)
    rule = ours.replace_strict(rules, return_dtype=pl.String)
    if wrong := sorted(set(codes.filter(values.is_not_null() & (rule == "missing")).to_list())):
        raise SourceChanged(f"{place}: figures with status {wrong}, which says that there is none; look at the answer")
    is_gap = values.is_null() & (rule == "value")
    return pl.select(pl.when(is_gap).then(pl.lit(MISSING)).otherwise(ours)).to_series().rename("obs_status")
