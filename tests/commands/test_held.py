"""`compact held list`, `export` and `release`."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Exchange

EXPORT = ("held", "export", "made-up/june", "--reason", "handed back", "--output")


def test_held_rows_are_listed_with_their_place_and_rule(exchange: "Exchange") -> None:
    exchange.send("june", 1, "USA 2023 5", "MEX 2023 1e3")
    exchange.call("intake")
    [row] = exchange.json("held", "list")
    assert (row["file"], row["row"], row["rules"], row["state"]) == ("data.csv", 2, "decimal", "open")
    assert row["key"] == "A CAN MEX X TOTAL 2023"
    assert exchange.json("held", "list", "--drop", "made-up/june") == [row]
    assert exchange.json("held", "list", "--partner", "another") == []


def test_a_later_good_row_closes_a_held_one(exchange: "Exchange") -> None:
    exchange.send("june", 1, "USA 2023 5", "MEX 2023 1e3")
    exchange.send("july", 2, "MEX 2023 1000")
    exchange.call("intake")
    assert exchange.json("held", "list") == []
    [row] = exchange.json("held", "list", "--all")
    assert row["state"] == "closed"
    assert exchange.call("held", "list")[2] == "No row is held.\n"


def test_an_export_holds_the_rows_as_they_came(exchange: "Exchange", tmp_path: Path) -> None:
    exchange.send("june", 1, "USA 2023 5", "MEX 2023 1e3")
    exchange.call("intake")
    code, out, _ = exchange.call(*EXPORT, tmp_path / "back")
    assert code == 0
    assert out.endswith("data.held.csv: 1 rows\n")
    header, row = (tmp_path / "back/data.held.csv").read_text(encoding="utf-8").splitlines()
    assert header.startswith("freq,ref_area")
    assert row == "A,CAN,MEX,X,TOTAL,2023,1e3,USD,A,F"
    assert exchange.call(*EXPORT, tmp_path / "back")[0] == 2
    assert "handed back" in exchange.json("exchange", "audit")["entries"][-1]["detail"]


def test_a_row_that_breaks_the_contract_is_not_let_in(exchange: "Exchange") -> None:
    exchange.send("june", 1, "USA 2023 5", "MEX 2023 1e3")
    exchange.call("intake")
    code, _, err = exchange.call("held", "release", "made-up/june", "--row", 2, "--reason", "please")
    assert code == 2
    assert "cannot be let in. data.csv row 2: obs_value is '1e3'." in err
    assert "The partner must send them anew" in err


def test_one_of_two_copies_is_let_in_with_a_reason(exchange: "Exchange") -> None:
    exchange.send("june", 1, "USA 2023 5", "MEX 2023 7", "MEX 2023 8")
    exchange.call("intake")
    code, out, _ = exchange.call("held", "release", "made-up/june", "--row", 3, "--reason", "confirmed by the partner")
    assert code == 0
    assert "1 rows were let in" in out
    rows = exchange.json("exchange", "vintages", "compute_exports")
    assert [(row["counterpart_area"], row["obs_value"], row["row"]) for row in rows] == [("MEX", 8, 3), ("USA", 5, 1)]
    states = {row["row"]: row["state"] for row in exchange.json("held", "list", "--all")}
    assert states == {2: "open", 3: "released"}
    entries = exchange.json("exchange", "audit")["entries"]
    assert "confirmed by the partner" in entries[-1]["detail"]


def test_a_release_never_undoes_what_came_later(exchange: "Exchange") -> None:
    exchange.send("one", 1, "USA 2023 100")
    exchange.send("two", 2, "USA 2023 200", "MEX 2023 x", mode="all_or_nothing")
    exchange.send("three", 3, "USA 2023 300", "GBR 2023 x", mode="all_or_nothing")
    exchange.call("intake")
    release = ("held", "release", "--row", 1, "--reason", "confirmed")
    assert exchange.call(*release, "made-up/three")[0] == 0
    code, _, err = exchange.call(*release, "made-up/two")
    assert code == 2  # closed by the later one
    assert "row 1 is closed" in err
    [row] = exchange.json("exchange", "vintages", "compute_exports")
    assert row["obs_value"] == 300


def test_a_receipt_is_written_again_after_a_release(exchange: "Exchange") -> None:
    exchange.send("one", 1, "USA 2023 100", "MEX 2023 x", mode="all_or_nothing")
    exchange.call("intake")
    exchange.call("held", "release", "made-up/one", "--row", 1, "--reason", "confirmed")
    exchange.call("intake")
    [amended] = exchange.json("receipt", "made-up/one")["amended"]
    assert (amended["what"], amended["rows"], amended["reason"]) == ("release", 1, "confirmed")
    page = (exchange.root / "outbox/made-up/one/receipt.html").read_text(encoding="utf-8")
    assert "1 row was let in" in page
