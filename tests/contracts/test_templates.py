import csv
import io

import pytest

from compact_pipelines.contracts import Contracts, load_contracts
from compact_pipelines.contracts.templates import csv_template


@pytest.mark.parametrize("name", load_contracts().tables)
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
