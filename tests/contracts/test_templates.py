import csv
import io
import time
import zipfile

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from compact_pipelines.contracts import Contracts, load_contracts
from compact_pipelines.contracts.templates import csv_template, xlsx_template

TABLES = list(load_contracts().tables)


def workbook(table: str) -> Workbook:
    return load_workbook(io.BytesIO(xlsx_template(load_contracts().tables[table])))


@pytest.mark.parametrize("name", TABLES)
def test_a_template_is_one_header_line_of_the_columns_of_a_drop(contracts: Contracts, name: str) -> None:
    table = contracts.tables[name]
    [header] = csv.reader(io.StringIO(csv_template(table)))
    assert header == [column.id for column in table.in_drop]
    assert header[: len(table.dimensions) + 1] == [*table.dimensions, table.measure]


def test_a_partner_fills_in_no_column_of_ours(contracts: Contracts) -> None:
    header = csv_template(contracts.tables["compute_exports"])
    assert header == (
        "freq,ref_area,counterpart_area,flow,product,time_period,obs_value,unit_measure,unit_mult,valuation,basis,"
        "obs_status,conf_status,embargo_time,comment_obs\n"
    )


@pytest.mark.parametrize("name", TABLES)
def test_a_workbook_has_the_header_of_the_csv_template(contracts: Contracts, name: str) -> None:
    sheet = workbook(name)["data"]
    [header] = sheet.iter_rows(values_only=True)
    assert header == tuple(csv_template(contracts.tables[name]).strip().split(","))
    assert sheet.freeze_panes == "A2"


@pytest.mark.parametrize("name", TABLES)
def test_every_column_of_a_workbook_takes_text(name: str) -> None:
    sheet = workbook(name)["data"]
    letters = [cell.column_letter for cell in sheet[1]]
    assert {sheet.column_dimensions[letter].number_format for letter in letters} == {"@"}


@pytest.mark.parametrize("name", TABLES)
def test_a_code_column_offers_its_codes(contracts: Contracts, name: str) -> None:
    book = workbook(name)
    data, codes = book["data"], book["codes"]
    offered = {}
    for check in data.data_validations.dataValidation:
        if check.type == "list":
            sheet, cells = check.formula1.split("!")
            assert sheet == "codes"
            column = data[f"{str(check.sqref).split('2:')[0]}1"].value
            offered[column] = [cell.value for [cell] in codes[cells.replace("$", "")]]
    coded = {column.id: column.allowed for column in contracts.tables[name].in_drop if column.allowed}
    assert offered == coded


@pytest.mark.parametrize("name", TABLES)
def test_a_workbook_says_what_it_is_and_what_each_column_means(contracts: Contracts, name: str) -> None:
    table, about = contracts.tables[name], workbook(name)["about"]
    cells = [[cell for cell in row if cell is not None] for row in about.iter_rows(values_only=True)]
    assert ["Version", table.version] in cells
    meanings = {row[0]: row[3] for row in cells if len(row) > 3}
    assert all(meanings[column.id] == column.concept.description for column in table.in_drop)


def test_a_workbook_made_later_has_the_same_bytes(contracts: Contracts, monkeypatch: pytest.MonkeyPatch) -> None:
    table = contracts.tables["capital_flows"]
    first = xlsx_template(table)
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(2_000_000_000))
    assert xlsx_template(table) == first


def test_a_workbook_holds_no_formula_and_no_time_of_making(contracts: Contracts) -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx_template(contracts.tables["capital_flows"]))) as parts:
        assert {part.date_time for part in parts.infolist()} == {(2026, 1, 1, 0, 0, 0)}
        assert not any(b"<f>" in parts.read(part) for part in parts.infolist())
        assert parts.read("docProps/core.xml").count(b"2026-01-01T00:00:00Z") == 2
