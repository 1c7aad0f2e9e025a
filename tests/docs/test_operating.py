"""The operator's guide names every key, quota and alert that there is; its tables are those of schemas/sources/."""

import re
from pathlib import Path
from typing import Final

import pytest

from compact_pipelines.contracts import Contracts
from compact_pipelines.contracts.derive import guide_file, write_guide_tables
from compact_pipelines.contracts.guide_tables import TABLE, filled
from compact_pipelines.definitions import EXECUTOR
from compact_pipelines.live.hosts import HOSTS_VARIABLE
from compact_pipelines.live.notices import ADDRESS, REMEDIES
from compact_pipelines.pulls import CHECKS

ROOT: Final = Path(__file__).resolve().parents[2]
GUIDE: Final = ROOT / "docs/operator_guide.md"
EXAMPLE: Final = ROOT / "deploy/settings.env.example"


def test_the_guide_names_every_key_and_quota(contracts: Contracts) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert {found[1] for found in TABLE.findall(text)} == {"keys", "quotas"}
    assert "`CENSUS_API_KEY`" in text
    assert text == filled(text, contracts), "run `make contracts`"


@pytest.mark.parametrize("name", ["keys", "quotas"])
def test_a_table_that_has_grown_old_is_found(contracts: Contracts, name: str) -> None:
    text = f"<!-- {name} -->\n| a |\n| --- |\n| of yesterday |\n\nMore.\n"
    now = filled(text, contracts)
    assert "of yesterday" not in now
    assert now.endswith("|\n\nMore.\n")


def test_the_tables_are_written_where_all_else_is_derived(tmp_path: Path) -> None:
    old = tmp_path / "guide.md"
    old.write_text("# Guide\n\n<!-- keys -->\n| a |\n| --- |\n| of yesterday |\n\nMore.\n", encoding="utf-8")
    assert write_guide_tables(old) == [old]
    now = old.read_text(encoding="utf-8")
    assert "of yesterday" not in now
    assert "| `CENSUS_API_KEY` |" in now
    assert guide_file() == GUIDE


def untold(text: str) -> list[str]:
    """Alerts, states and settings that a text does not name."""
    checks = [f"*{name}*" for name, _ in CHECKS.values()]
    settings = [f"`{name}`" for name in (ADDRESS, EXECUTOR, HOSTS_VARIABLE)]
    return [name for name in [*checks, *REMEDIES, "late", *settings] if name not in text and name != "STOPPED"]


def test_the_guide_says_what_to_do_at_each_alert() -> None:
    assert untold(GUIDE.read_text(encoding="utf-8")) == []
    assert untold("NO_KEY UNAVAILABLE late *rows_came* `COMPACT_NOTICE_URL` `COMPACT_EXECUTOR`") == [
        "*the_shape_is_known*",
        "*coverage_did_not_shrink*",
        "*size_is_near_the_last*",
        "`COMPACT_LIVE_HOSTS`",
    ]


def test_no_key_has_a_value_in_the_example_of_settings() -> None:
    assert not re.search(r"^[A-Z_]*(KEY|TOKEN|ID)[A-Z_]*=.+$", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
