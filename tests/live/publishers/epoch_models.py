"""Epoch AI, frontier models. Models are made up, with the columns that were recorded."""

import csv
import io

from tests.live.publishers import PublisherAnswers

HEADER = ["Model", "Publication date", "Country (of organization)", "Frontier model", "Estimated over 1e25 FLOP"]
HEADER += ["Exclude", "Notes"]


def table(*rows: list[str], header: list[str] | None = None) -> bytes:
    """The file, with cells quoted where they must be."""
    text = io.StringIO()
    csv.writer(text).writerows([header or HEADER, *rows])
    return text.getvalue().encode()


USA = "United States of America"
MODELS = (
    ["Made up 1", "2023-05-01", USA, "True", "True", "0", "a note\nof two lines"],
    ["Made up 2", "2023-06-01", f"{USA},France,{USA}", "True", "", "", ""],
    ["Made up 3", "2024-01-31", "Canada", "True", "", "", ""],
)

ANSWERS = PublisherAnswers(
    source_id="epoch_models",
    partition="all",
    normal={"models": table(*MODELS)},
    # The publisher has no empty answer: a table without models is refused by the reader.
    empty=(200, table()),
    refused=(404, {}, b"not found"),
    drifted={"models": table(*MODELS, header=[name.replace("Frontier", "Leading") for name in HEADER])},
    content_type="text/csv",
    refused_content_type="text/plain",
)
