"""The tables of keys and of daily quotas in the operator's guide, derived from schemas/sources/ like all else."""

import re
from typing import Final
from urllib.parse import urlsplit

from compact_pipelines.contracts.model import Contracts
from compact_pipelines.contracts.sources import Source

# A mark with the table's name, its two lines of header, then the rows.
TABLE: Final = re.compile(r"(<!-- (keys|quotas) -->\n(?:\|.*\|\n){2})((?:\|.*\|\n)*)")


def filled(text: str, contracts: Contracts) -> str:
    """A text with its tables of keys and quotas as they are now; all else as it was."""
    rows = {"keys": keys(contracts), "quotas": quotas(contracts)}
    return TABLE.sub(lambda found: found[1] + "".join(f"{row}\n" for row in rows[found[2]]), text)


def keys(contracts: Contracts) -> list[str]:
    """Rows: each variable, which sources it is for, whether they answer without it, where it is obtained."""
    found: dict[str, list[Source]] = {}
    for source in contracts.sources.values():
        if source.live and source.live.key:
            found.setdefault(source.live.key.variable, []).append(source)
    rows = []
    for variable, sources in sorted(found.items()):
        names = ", ".join(f"`{source.id}`" for source in sorted(sources, key=lambda one: one.id))
        known = [source.live.key for source in sources if source.live and source.live.key]
        needed = "yes" if all(key.is_required for key in known) else "no: fewer figures without"
        obtained = "; ".join(dict.fromkeys(key.obtained for key in known)).replace("|", "/")
        rows.append(f"| `{variable}` | {names} | {needed} | {obtained} |")
    return rows


def quotas(contracts: Contracts) -> list[str]:
    """Rows: each host with a daily quota, how much, how fast, where that was read."""
    rows = set()
    for source in contracts.sources.values():
        if source.live and source.live.rate.a_day:
            rate = source.live.rate
            host = urlsplit(next(iter(source.live.requests.values())).url).hostname
            pace = f"{rate.requests} in {rate.per_seconds:g} s"
            rows.add(f"| {host} | {rate.a_day:,} | {pace} | `{source.id}`: {rate.source.replace('|', '/')} |")
    return sorted(rows)
