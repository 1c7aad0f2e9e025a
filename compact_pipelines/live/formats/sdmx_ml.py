"""SDMX-ML, structure-specific: series with their observations; and messages that hold no data but say why.

Only what our publishers answer where they were seen to answer in XML. Attributes may stand at the series, at the
observation, or once at a group (`<Group INDICATOR="...">`) as attributes or as `<Comp id=...><Value>`. Entities and
document types are refused by defusedxml.
"""

from typing import Final
from xml.etree.ElementTree import Element

import polars as pl
from defusedxml import DefusedXmlException, ElementTree

from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.formats.flows import DATAFLOW, TIME, VALUE, Flow

URN: Final = ("Dataflow=", "DataStructure=")
MESSAGE: Final = {"Error": "error", "Footer": "notice"}


def parse_sdmx_ml(content: bytes, flow: Flow, place: str) -> pl.DataFrame:
    """Read a structure-specific SDMX-ML message as published.

    Args:
        content: the body.
        flow: what it is of. Nothing in such a message tells a dimension from an attribute of a series, so the
            dimensions are those of the flow that are there; a new one would show as an attribute.
        place: source, part, partition and page, for the message.

    Returns:
        (observations, DATAFLOW, dimensions, TIME_PERIOD, OBS_VALUE, the others), text; DATAFLOW is the structure's name
        where the message tells no other.

    Raises:
        SourceChanged: no such message, or one that says in words why there are no data (an error, or Eurostat's footer
            with code 413: too many rows, the answer will be a file).
    """
    root = _root(content, place)
    if not (datasets := _all(root, "DataSet")):
        raise SourceChanged(f"{place}: no data, but {_words(root) or 'no word why'}")
    if root.tag.rpartition("}")[2] == "GenericData":
        raise SourceChanged(f"{place}: generic SDMX-ML; expected the structure-specific kind, ask for that")
    rows = [row for dataset in datasets for row in _rows(dataset)]
    # Without a series nothing tells the structure; then it is taken for the one that was asked.
    names = dict.fromkeys(name for row in rows for name in row) or dict.fromkeys([*flow.dimensions, *flow.attributes])
    columns = dict.fromkeys([*(name for name in flow.dimensions if name in names), TIME, VALUE, *names])
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    frame = frame.with_columns(pl.all().replace({"": None}))
    return frame.select(pl.lit(_flow(root, place)).alias(DATAFLOW), *columns)


def said_in(content: bytes) -> str:
    """The words of an error or a footer; blank where the body is no such message."""
    try:
        return _words(_root(content, ""))
    except SourceChanged:
        return ""


def _root(content: bytes, place: str) -> Element:
    try:
        root: Element = ElementTree.fromstring(content, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException) as error:
        raise SourceChanged(
            f"{place}: no XML we can read ({type(error).__name__}: {error}); it begins {content[:60]!r}"
        ) from error
    return root


def _all(element: Element, name: str) -> list[Element]:
    """Elements of that name at any depth, whatever their name space."""
    return [each for each in element.iter() if each.tag.rpartition("}")[2] == name]


def _plain(element: Element) -> dict[str, str]:
    """Attributes without a name space: those of the structure."""
    return {name: text for name, text in element.attrib.items() if not name.startswith("{")}


def _rows(dataset: Element) -> list[dict[str, str]]:
    groups = []
    for group in _all(dataset, "Group"):
        told = {part.attrib["id"]: "".join(part.itertext()).strip() for part in _all(group, "Comp")}
        groups.append((_plain(group), told))
    rows: list[dict[str, str]] = []
    for series in _all(dataset, "Series"):
        shared = _plain(series)
        for keys, told in groups:
            if all(shared.get(name, text) == text for name, text in keys.items()):
                shared = {**told, **keys, **shared}
        rows.extend(shared | _plain(each) for each in _all(series, "Obs"))
    return rows


def _flow(root: Element, place: str) -> str:
    """`agency:flow(version)`, or that of the structure, from the header's name space."""
    for structure in _all(root, "Structure"):
        for begin in URN:
            text = structure.attrib.get("namespace", "")
            if begin in text:
                return text.split(begin, 1)[1].split(")", 1)[0] + ")"
    raise SourceChanged(f"{place}: the header does not say which flow or structure the figures are of")


def _words(root: Element) -> str:
    """What an error or a footer says: its code, then its words, white space made single."""
    said = []
    for name, kind in MESSAGE.items():
        for outer in _all(root, name):
            for message in [*_all(outer, "ErrorMessage"), *_all(outer, "Message")]:
                words = " ".join(" ".join(part.itertext()) for part in _all(message, "Text"))
                said.append(f"{kind} {message.attrib.get('code', '')}: {' '.join(words.split())}")
    return "; ".join(said)
