"""A source that is not there, for tests of asking; its live block has whatever fields a test gives it."""

from typing import Any, Final

from compact_pipelines.contracts.sources import Source

KEY: Final = "Made-Up/Key+00417&x=9"
KEYED: Final = {
    "variable": "MADE_UP_KEY",
    "place": "query",
    "name": "key",
    "obtained": "https://example.test/keys",
}
HOST: Final = "https://api.example.test"
OF_REQUEST: Final = {
    "method", "url", "parameters", "form", "json_body", "headers", "media", "accept", "paging", "cut", "keyless",
    "follows_to",
}  # fmt: skip
WORDS: Final = {"en": "Made up", "fr": "Inventé", "es": "Inventado"}


def made_up_source(*, parts: tuple[str, ...] = ("totals",), **live: Any) -> Source:
    """A source whose live block has the given fields, those of a request in each of its parts."""
    request = {"url": f"{HOST}/data", "media": "json", "accept": ["application/json"]}
    request |= {name: live.pop(name) for name in sorted(OF_REQUEST & live.keys())}
    block = {
        "contract": "documented",
        "rate": {"requests": 1_000, "per_seconds": 1, "source": "made up"},
        "requests": dict.fromkeys(parts, request),
        "release": {"lag_days": 30, "every_days": 30, "cron": "0 4 * * *", "calendar": "made up"},
        "scale": {"rule": "none", "reason": "made up"},
        **live,
    }
    block["partitions"] = {"since": "2020", "by": "month", **live.get("partitions", {})}
    return Source.model_validate(
        {
            "id": "made_up",
            "theme": "compute_exports",
            "title": WORDS,
            "publisher": "Nobody",
            "url": HOST,
            "licence": {"name": "none", "attribution": "none"},
            "kind": "register",
            "speaks_for": [],
            "conf_status": "F",
            "frequency": "M",
            "revised": "never",
            "live": block,
            "beware": [],
        }
    )
