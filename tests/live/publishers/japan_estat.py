"""e-Stat, tables of goods by country. Figures are made up, in the envelope that was recorded for another table."""

import json
from typing import Any

from tests.live.publishers import PublisherAnswers

NAMES = {"50105": "105_中華人民共和国", "50304": "304_アメリカ合衆国"}
CHINA, USA = NAMES
# What the range of each part begins with.
GOODS = {"computers": "847150000", "machines": "848620000", "chips": "854231000"}


def cell(value: str, area: str = USA, goods: str = GOODS["chips"], month: str = "170", **more: str) -> dict[str, str]:
    """The value of one month."""
    return {"@tab": "1", "@cat01": goods, "@cat02": month, "@area": area, "@time": "2026000000", "$": value, **more}


def answer(*cells: dict[str, str], names: dict[str, str] | None = None, **told: Any) -> bytes:
    """An answer with its classes; one class or cell stands without a list. `told` is of RESULT_INF."""
    areas = [{"@code": code, "@name": name, "@level": "1"} for code, name in (names or NAMES).items()]
    goods = [{"@code": code, "@name": code, "@level": "1"} for code in sorted({one["@cat01"] for one in cells})]
    table = {
        "RESULT_INF": {"TOTAL_NUMBER": len(cells), "FROM_NUMBER": 1, "TO_NUMBER": len(cells), **told},
        "CLASS_INF": {
            "CLASS_OBJ": [
                {"@id": "tab", "@name": "表章項目", "CLASS": {"@code": "1", "@name": "金額", "@unit": "千円"}},
                {"@id": "cat01", "@name": "品目", "CLASS": goods if len(goods) > 1 else goods[0]},
                {"@id": "cat02", "@name": "数量・金額", "CLASS": {"@code": "170", "@name": "1月_金額"}},
                {"@id": "area", "@name": "国", "CLASS": areas if len(areas) > 1 else areas[0]},
                {"@id": "time", "@name": "時間軸", "CLASS": {"@code": "2026000000", "@name": "2026年"}},
            ]
        },
        "DATA_INF": {
            "NOTE": [{"@char": "-", "$": "データが得られないもの"}],
            "VALUE": list(cells) if len(cells) > 1 else cells[0],
        },
    }
    return json.dumps(envelope(0, "正常に終了しました。", **table), ensure_ascii=False).encode()


def envelope(status: int, said: str, **table: Any) -> dict[str, Any]:
    """What every answer stands in."""
    result = {"STATUS": status, "ERROR_MSG": said, "DATE": "2026-03-01T00:00:00.000+09:00"}
    return {"GET_STATS_DATA": {"RESULT": result, **({"STATISTICAL_DATA": table} if table else {})}}


def part_answer(goods: str) -> bytes:
    """Two countries, two months."""
    return answer(cell("100", goods=goods), cell("0", goods=goods, month="200"), cell("2500", CHINA, goods=goods))


def two_pages(goods: str) -> list[bytes]:
    """The same subheading on both: a sum is divided."""
    later = cell("40", goods=goods[:-1] + "9")
    first = [cell("100", goods=goods), cell("2500", CHINA, goods=goods)]
    return [answer(*first, TOTAL_NUMBER=3, NEXT_KEY=3), answer(later, TOTAL_NUMBER=3, FROM_NUMBER=3, TO_NUMBER=3)]


NORMAL = {f"{flow}_{name}": part_answer(goods) for flow in ("exports", "imports") for name, goods in GOODS.items()}
PAGED = {"imports_chips": two_pages(GOODS["chips"])}

ANSWERS = PublisherAnswers(
    source_id="japan_estat",
    partition="2026-01",
    normal=NORMAL | PAGED,
    empty=(200, json.dumps(envelope(1, "正常に終了しましたが、該当データはありませんでした。")).encode()),
    refused=(200, {}, json.dumps(envelope(100, "認証に失敗しました。")).encode()),
    drifted={name: body.replace(b"@cat02", b"@cat03") for name, body in NORMAL.items() if name == "exports_chips"},
    content_type="application/json",
    refused_means="key",
)
