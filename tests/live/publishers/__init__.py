"""How each publisher answers, for the stub server: one module a source, each with `ANSWERS`.

The figures in them are made up, in the shape that the publisher documents. Nothing here may be taken for data.
"""

import importlib
import pkgutil
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class PublisherAnswers:
    """The made-up answers of one publisher.

    Attributes:
        source_id: the source.
        partition: the key of a partition that is long past, so that its figures are due.
        normal: part to its answer with rows; a list holds its pages, where the source's file states paging. All parts
            together hold at least two series.
        empty: status and body of an answer without rows, as the publisher documents it.
        refused: status, headers and body of its documented error over a key or a parameter.
        refused_means: what the source's file says that error means.
        drifted: part to an answer in which a header or a field has another name; other parts answer as usual.
        content_type: of answers with rows; a part may have its own in `content_types`.
        content_types: part to its content type.
        empty_content_type: of the empty answer; blank for that of the first part.
        refused_content_type: of the refusal; blank for that of the first part.
    """

    source_id: str
    partition: str
    normal: dict[str, bytes | list[bytes]]
    empty: tuple[int, bytes]
    refused: tuple[int, dict[str, str], bytes]
    drifted: dict[str, bytes]
    content_type: str
    refused_means: Literal["key", "request", "quota", "unavailable"] = "request"
    content_types: dict[str, str] = field(default_factory=dict)
    empty_content_type: str = ""
    refused_content_type: str = ""

    def pages(self, part: str) -> list[bytes]:
        """All pages of a part's answer."""
        pages = self.normal[part]
        return [pages] if isinstance(pages, bytes) else pages

    def type_of(self, part: str) -> str:
        """The content type of a part's answer with rows."""
        return self.content_types.get(part, self.content_type)


def all_publishers() -> dict[str, PublisherAnswers]:
    """The answers of every module in this folder, by source."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    found = [importlib.import_module(f"{__name__}.{name}").ANSWERS for name in names]
    return {answers.source_id: answers for answers in found}
