"""How Statistics Korea answers: the shape that authors of clients show. All figures are made up."""

import json
from typing import Any

from tests.live.publishers import PublisherAnswers


def cell(**other: Any) -> dict[str, Any]:
    told = {
        "ORG_ID": "101", "TBL_ID": "DT_1B040A3", "TBL_NM": "행정구역(시군구)별 성별 인구수",
        "C1": "00", "C1_NM": "전국", "C1_OBJ_NM": "행정구역(시군구)별", "ITM_ID": "T20", "ITM_NM": "총인구수",
        "UNIT_NM": "명", "PRD_SE": "M", "PRD_DE": "202406", "DT": "50000001", "LST_CHN_DE": "2024-07-02",
    }  # fmt: skip
    return {**told, **other}


def body(*cells: dict[str, Any]) -> bytes:
    return json.dumps(list(cells) or [cell()], ensure_ascii=False).encode()


def error(number: str) -> bytes:
    """An error in an answer of status 200."""
    return json.dumps({"err": number, "errMsg": "made up"}).encode()


ANSWERS = PublisherAnswers(
    source_id="korea_kosis",
    partition="2024-06",
    normal={"population": body()},
    empty=(200, error("30")),
    refused=(200, {}, error("11")),
    drifted={"population": body().replace(b'"DT"', b'"VALUE"')},
    content_type="text/html;charset=UTF-8",
    refused_means="key",
)
