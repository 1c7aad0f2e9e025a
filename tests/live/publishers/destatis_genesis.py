"""Genesis-Online of Destatis, table 51000-0010. Figures are made up, in the shape that was recorded for other goods."""

import io
import json
import zipfile

from tests.live.publishers import PublisherAnswers

VARIABLES = ("DINSG", "STLAH", "WAM4")
HEADER = ";".join(
    [
        "statistics_code;statistics_label;time_code;time_label;time",
        *(f"{n}_variable_{part}" for n in (1, 2, 3) for part in ("code", "label", "attribute_code", "attribute_label")),
        "value;value_unit;value_variable_code;value_variable_label",
    ]
)
MEASURES = {
    "GEWA": ("t", "Exports: Net mass"),
    "WERTA": ("EUR 1000", "Exports: Value"),
    "WERTAS": ("US-$ 1000", "Exports: Value (US-Dollar)"),
    "WERTES": ("US-$ 1000", "Imports: Value (US-Dollar)"),
}


def line(value: str, measure: str = "WERTAS", country: str = "STLAH400", heading: str = "WA8471") -> str:
    """One measure of one cell."""
    unit, label = MEASURES[measure]
    codes = ("DG", country, heading)
    named = ";".join(f"{name};{name};{code};{code}" for name, code in zip(VARIABLES, codes, strict=True))
    return f"51000;Foreign trade;JAHR;Year;2022;{named};{value};{unit};{measure};{label}"


def packed(*lines: str, header: str = HEADER) -> bytes:
    """The zip that holds the flat file, under a name that carries the time."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("51000-0010_1773175254336_en_flat.csv", "\ufeff" + "\n".join([header, *lines, ""]))
    return file.getvalue()


def told(code: int, content: str) -> bytes:
    """What comes in place of a file."""
    status = {"Code": code, "Content": content, "Type": "Warnung"}
    return json.dumps({"Ident": {"Service": "data", "Method": "tablefile"}, "Status": status}).encode()


LINES = (
    line("1200"),
    line("900", "WERTES"),
    line("-", country="STLAH404"),
    line("33", "GEWA"),
    line("70", country="STLAH404", heading="WA8542"),
)

ANSWERS = PublisherAnswers(
    source_id="destatis_genesis",
    partition="2022",
    normal={"trade": packed(*LINES)},
    empty=(200, told(104, "There are no objects matching your selection.")),
    refused=(200, {}, told(15, "Invalid username or password.")),
    drifted={"trade": packed(*LINES, header=HEADER.replace("value_unit", "unit"))},
    content_type="application/zip",
    refused_means="key",
    empty_content_type="application/json",
    refused_content_type="application/json",
)
