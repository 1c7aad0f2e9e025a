"""`compact exchange drops`, `vintages`, `pause`, `resume` and `audit`."""

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Exchange

TABLE = "compute_exports"


def test_drops_are_listed_by_key_and_day(exchange: "Exchange") -> None:
    exchange.send("june", 1, "USA 2023 5")
    exchange.call("intake")
    [drop] = exchange.json("exchange", "drops")
    assert (drop["folder"], drop["status"], drop["key_id"], drop["rows_new"]) == ("june", "ACCEPTED", "only", 1)
    assert exchange.json("exchange", "drops", "--key", "only", "--since", "2020-01-01") == [drop]
    assert exchange.json("exchange", "drops", "--key", "another") == []
    assert exchange.json("exchange", "drops", "--since", "2200-01-01") == []
    assert exchange.call("exchange", "drops", "--since", "June")[0] == 2


def test_the_vintages_are_asked_as_of_a_time_and_for_revisions(exchange: "Exchange") -> None:
    exchange.send("june", 1, "USA 2023 5")
    exchange.call("intake")
    exchange.send("july", 2, "USA 2023 6")
    exchange.call("intake")
    [now] = exchange.json("exchange", "vintages", "compute_exports")
    assert (now["obs_value"], now["seq"], now["row"], now["contract_version"]) == (6, 2, 1, "1.0.0")
    assert exchange.json("exchange", "vintages", "compute_exports", "--as-of", "2020-01-01T00:00:00Z") == []
    revisions = exchange.json("exchange", "vintages", "compute_exports", "--revisions")
    assert [(row["obs_value_before"], row["obs_value"]) for row in revisions] == [(None, 5), (5, 6)]
    code, _, err = exchange.call("exchange", "vintages", "nothing")
    assert code == 2
    assert "the tables are" in err


def test_a_paused_partners_drops_wait_and_say_why(exchange: "Exchange") -> None:
    assert exchange.call("exchange", "pause", "made-up", "--reason", "wrong files")[0] == 0
    exchange.send("june", 1, "USA 2023 5")
    code, out, _ = exchange.call("intake")
    assert code == 0
    assert "made-up/june: WAITING" in out
    assert "Your drops are paused: wrong files." in out
    assert exchange.call("exchange", "pause", "made-up", "--reason", "again")[0] == 2
    assert exchange.call("exchange", "resume", "made-up", "--reason", "mended")[0] == 0
    assert "made-up/june: ACCEPTED" in exchange.call("intake")[1]
    assert exchange.call("exchange", "resume", "made-up", "--reason", "again")[0] == 2
    assert exchange.call("exchange", "pause", "nobody", "--reason", "x")[0] == 2


def test_the_audit_log_is_whole_and_knows_a_receipts_head(exchange: "Exchange") -> None:
    exchange.send("june", 1, "USA 2023 5")
    exchange.call("intake")
    head = exchange.json("receipt", "made-up/june")["audit"]["head"]
    assert exchange.call("exchange", "audit", "--head", head)[0] == 0
    code, _, err = exchange.call("exchange", "audit", "--head", "0" * 64)
    assert code == 1
    assert "this head is not in it" in err


def test_a_changed_audit_entry_is_found(exchange: "Exchange") -> None:
    exchange.send("june", 1, "USA 2023 5")
    exchange.call("intake")
    connection = sqlite3.connect(exchange.root / "exchange/ledger.sqlite")
    connection.execute("UPDATE audit SET detail = replace(detail, 'june', 'july') WHERE number = 1")
    connection.commit()
    connection.close()
    code, _, err = exchange.call("exchange", "audit")
    assert code == 1
    assert "breaks at entry 1" in err


def test_figures_that_are_not_free_are_read_for_a_reason_that_is_logged(exchange: "Exchange") -> None:
    exchange.send("june", 1, "USA 2023 5", "MEX 2023 77 C")
    exchange.call("intake")
    blank = {row["counterpart_area"]: row["obs_value"] for row in exchange.json("exchange", "vintages", TABLE)}
    assert blank == {"USA": 5, "MEX": None}
    before = len(exchange.json("exchange", "audit")["entries"])
    rows = exchange.json("exchange", "vintages", TABLE, "--reason", "asked by the partner")
    assert {row["counterpart_area"]: row["obs_value"] for row in rows} == {"USA": 5, "MEX": 77}
    entries = exchange.json("exchange", "audit")["entries"]
    assert len(entries) == before + 1
    assert entries[-1]["what"] == "break_glass"


def test_what_stands_in_a_row_is_not_told_to_who_runs_the_intake(exchange: "Exchange") -> None:
    exchange.send("june", 1, "USA 2023 77x C")
    _, out, _ = exchange.call("intake")
    assert "decimal in data.csv, row 1" in out
    assert "77x" not in out
