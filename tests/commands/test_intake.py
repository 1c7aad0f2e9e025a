"""`compact intake`, `receipt` and `withdraw`: what an engineer reads, and what scripts rely on."""

import os
from typing import TYPE_CHECKING

from compact_pipelines.exchange.decision import Step
from compact_pipelines.exchange.intake import Intake

if TYPE_CHECKING:
    from conftest import Exchange


def test_a_good_drop_is_accepted_and_told_in_a_line(exchange: "Exchange") -> None:
    exchange.send("june", 1, "USA 2023 5", "MEX 2023 7")
    code, out, _ = exchange.call("intake")
    assert code == 0
    assert out == "made-up/june: ACCEPTED, 2 rows in, 2 stored, 0 held\n"


def test_an_empty_inbox_says_when_a_drop_is_ready(exchange: "Exchange") -> None:
    code, out, _ = exchange.call("intake")
    assert code == 0
    assert out == "Nothing is ready: a drop is ready once its manifest.json.sig is in its folder.\n"


def test_held_rows_are_findings(exchange: "Exchange") -> None:
    exchange.send("june", 1, "USA 2023 5", "MEX 2023 1e3")
    code, out, _ = exchange.call("intake")
    assert code == 1
    assert "ACCEPTED_WITH_HELD_ROWS, 2 rows in, 1 stored, 1 held" in out


def test_a_receipt_says_row_by_row_what_to_do(exchange: "Exchange") -> None:
    exchange.send("june", 1, "USA 2023 5", "MEX 2023 1e3")
    exchange.call("intake")
    code, out, _ = exchange.call("receipt", "made-up/june")
    assert code == 0
    assert "2 rows in = 1 stored + 1 held; 1 new" in out
    assert "error decimal, data.csv, row 2" in out
    assert "obs_value is '1e3'. A figure is plain digits" in out
    told = exchange.json("receipt", "made-up/june")
    assert told["status"] == "ACCEPTED_WITH_HELD_ROWS"
    assert told["rows"] == {"in": 2, "stored": 1, "held": 1, "read": 2}
    assert exchange.json("receipt", told["drop_id"]) == told


def test_an_unknown_drop_is_a_wrong_call(exchange: "Exchange") -> None:
    code, _, err = exchange.call("receipt", "made-up/june")
    assert code == 2
    assert "no drop 'made-up/june'" in err


def test_a_withdrawn_drop_leaves_what_was_there_before(exchange: "Exchange") -> None:
    exchange.send("june", 1, "USA 2023 5")
    exchange.send("july", 2, "USA 2023 6", "MEX 2023 7")
    exchange.call("intake")
    code, out, _ = exchange.call("withdraw", "made-up/july", "--reason", "wrong file")
    assert code == 0
    assert "is withdrawn; 2 rows changed" in out
    rows = exchange.json("exchange", "vintages", "compute_exports")
    assert [(row["counterpart_area"], row["obs_value"]) for row in rows] == [("USA", 5)]
    assert "Withdrawn at" in exchange.call("receipt", "made-up/july")[1]
    code, _, err = exchange.call("withdraw", "made-up/july", "--reason", "again")
    assert code == 2
    assert "withdrawn already" in err


def test_a_folder_that_is_touched_again_keeps_its_receipt(exchange: "Exchange") -> None:
    exchange.send("june", 1, "USA 2023 5")
    exchange.call("intake")
    receipt = exchange.root / "outbox/made-up/june/receipt.json"
    before = receipt.read_bytes()
    (exchange.root / "inbox/made-up/june/manifest.json").touch()
    assert "made-up/june: DUPLICATE" in exchange.call("intake")[1]
    assert receipt.read_bytes() == before
    assert exchange.json("receipt", "made-up/june")["status"] == "ACCEPTED"


def test_a_drop_is_taken_back_under_the_agreement_of_its_time(exchange: "Exchange") -> None:
    exchange.send("june", 1, "USA 2023 5", "MEX 2023 7")
    exchange.send("july", 2, "USA 2023 6")
    exchange.call("intake")
    agreement = exchange.folder / "partners/made-up.yaml"
    agreement.write_text(agreement.read_text(encoding="utf-8") + "limits: {rows: 1}\n", encoding="utf-8")
    assert exchange.call("withdraw", "made-up/july", "--reason", "wrong file")[0] == 0
    rows = exchange.json("exchange", "vintages", "compute_exports")
    assert sorted((row["counterpart_area"], row["obs_value"]) for row in rows) == [("MEX", 7), ("USA", 5)]
    exchange.call("intake")
    page = (exchange.root / "outbox/made-up/july/receipt.html").read_text(encoding="utf-8")
    assert "the drop was taken back" in page


def test_the_inbox_of_an_audience_is_nobodys(exchange: "Exchange") -> None:
    folder = exchange.root / "inbox/public/hello"
    folder.mkdir(parents=True)
    (folder / "manifest.json.sig").write_text("x", encoding="utf-8")
    assert "Nothing is ready" in exchange.call("intake")[1]


def test_data_under_no_good_signature_is_not_copied(exchange: "Exchange") -> None:
    exchange.send("june", 1, "USA 2023 5")
    (exchange.root / "inbox/made-up/june/manifest.json.sig").write_text("x", encoding="utf-8")
    assert "made-up/june: REJECTED" in exchange.call("intake")[1]
    stored = [path.read_bytes() for path in (exchange.root / "exchange/store").rglob("*") if path.is_file()]
    assert not any(b"obs_value" in content for content in stored)
    assert len(stored) == 2  # the manifest and what should be its signature


def test_one_row_that_was_right_does_not_hide_a_slipped_unit(exchange: "Exchange") -> None:
    years = range(2000, 2012)
    exchange.send("june", 1, *(f"USA {year} {year}" for year in years))
    exchange.send("july", 2, "USA 2000 2000", *(f"USA {year} {year * 1000}" for year in years[1:]))
    assert "made-up/july: HELD" in exchange.call("intake")[1]


def test_a_folder_that_keeps_changing_does_not_hold_the_intake_up(exchange: "Exchange") -> None:
    exchange.send("june", 1, "USA 2023 5")
    manifest, told = exchange.root / "inbox/made-up/june/manifest.json", []

    def touch(step: Step) -> None:
        told.append(step)
        if len(told) > 100:
            raise AssertionError("the intake takes the same folder up again and again")
        os.utime(manifest, ns=(len(told), len(told)))

    [decided] = Intake(exchange.root, watch=touch).run()
    assert decided.status == "ACCEPTED"
