"""SDMX-ML as the IMF answers it, and messages without data. All figures are made up."""

import pytest

from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer, Partition
from compact_pipelines.live.formats.flows import Flow
from compact_pipelines.live.formats.sdmx import parse_sdmx, within
from compact_pipelines.live.formats.sdmx_ml import parse_sdmx_ml

FLOW = Flow(("XX:TRADE",), ("COUNTRY", "INDICATOR", "FREQUENCY"), ("SCALE",))
NAMES = b'xmlns:m="urn:message" xmlns:c="urn:common" xmlns:s="urn:structure"'
DATA = (
    b"<m:StructureSpecificData " + NAMES + b'><m:Header><m:Structure structureID="S" namespace='
    b'"urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=XX:TRADE(1.0.0):ObsLevelDim:TIME_PERIOD"/></m:Header>'
    b'<m:DataSet action="Replace"><Group INDICATOR="X" s:type="G"><Comp id="UNIT"><Value>USD</Value></Comp></Group>'
    b'<Group INDICATOR="M"><Comp id="UNIT"><Value>EUR</Value></Comp></Group>'
    b'<Series COUNTRY="USA" INDICATOR="X" FREQUENCY="A" SCALE="6">'
    b'<Obs TIME_PERIOD="2023" OBS_VALUE="1234567"/><Obs TIME_PERIOD="2024" OBS_VALUE="" STATUS="C"/></Series>'
    b"</m:DataSet></m:StructureSpecificData>"
)
FOOTER = (
    b"<m:GenericData " + NAMES + b'><m:Header/><m:Footer><m:Message code="413" severity="Infomation"><c:Text>Too large;'
    b"\n  wait</c:Text><c:Text>http://example.org/file</c:Text></m:Message></m:Footer></m:GenericData>"
)
ERROR = (
    b"<m:Error " + NAMES + b'><m:ErrorMessage code="150"><c:Text>No such\nparameter</c:Text></m:ErrorMessage></m:Error>'
)


def test_what_is_told_of_a_group_reaches_its_series_only() -> None:
    frame = parse_sdmx(DATA, FLOW, "here")
    assert frame.columns[:6] == ["DATAFLOW", "COUNTRY", "INDICATOR", "FREQUENCY", "TIME_PERIOD", "OBS_VALUE"]
    assert frame.select("DATAFLOW", "TIME_PERIOD", "OBS_VALUE", "UNIT", "SCALE", "STATUS").rows() == [
        ("XX:TRADE(1.0.0)", "2023", "1234567", "USD", "6", None),
        ("XX:TRADE(1.0.0)", "2024", None, "USD", "6", "C"),
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (FOOTER, "no data, but notice 413: Too large; wait http://example.org/file"),
        (ERROR, "no data, but error 150: No such parameter"),
        (b"<m:Structure " + NAMES + b"/>", "no word why"),
        (DATA.replace(b"StructureSpecificData", b"GenericData"), "structure-specific"),
        (DATA.replace(b"Dataflow=", b"Other="), "does not say which flow"),
        (DATA[:-30], "no XML we can read"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]>' + DATA, "no XML we can read"),
    ],
)
def test_a_message_without_data_says_why(content: bytes, says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        parse_sdmx_ml(content, FLOW, "here")


def test_another_flow_is_refused() -> None:
    with pytest.raises(SourceChanged, match="expected XX:OTHER"):
        parse_sdmx(DATA, Flow(("XX:OTHER",), FLOW.dimensions), "here")


@pytest.mark.parametrize(("partition", "periods"), [("2023", ["2023"]), ("all", ["2023", "2024"]), ("2023-07", [])])
def test_periods_that_were_not_asked_are_left_out(partition: str, periods: list[str]) -> None:
    answer = Answer("made_up", "data", Partition(partition), 1, DATA)
    assert within(parse_sdmx(DATA, FLOW, "here"), answer)["TIME_PERIOD"].to_list() == periods
