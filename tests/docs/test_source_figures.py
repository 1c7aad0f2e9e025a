"""Figures that sources' own cautions quote are those of the edition."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from compact_pipelines.contracts import load_contracts

Ask = Callable[[str], list[tuple[Any, ...]]]
Held = Callable[..., float]

WITS: Final = "wits_trade_summary"
FUND: Final = "imf_dots_fob"


@pytest.fixture(scope="module")
def held(ask: Ask) -> Held:
    """A year's trade in goods of one reporter with one partner, in billions of dollars."""

    def held_by(source: str, reporter: str, partner: str, year: str, *, flow: str = "X") -> float:
        ((value,),) = ask(
            f"SELECT obs_value / 1e9 FROM compute_exports WHERE source_id = '{source}' AND ref_area = '{reporter}' "
            f"AND counterpart_area = '{partner}' AND flow = '{flow}' AND product = 'TOTAL' AND freq = 'A' "
            f"AND time_period = '{year}'"
        )
        return float(value)

    return held_by


def cautions(source: str) -> str:
    return "\n".join(load_contracts().source(source).beware)


def test_exports_of_saudi_arabia_without_oil(held: Held) -> None:
    said = cautions(WITS)
    assert (
        f"to China {held(WITS, 'SAU', 'CHN', '2018'):.1f} billion dollars in 2018 against "
        f"{held(FUND, 'SAU', 'CHN', '2018'):.1f} in the IMF's figures, to India {held(WITS, 'SAU', 'IND', '2018'):.1f} "
        f"against {held(FUND, 'SAU', 'IND', '2018'):.1f}."
    ) in said
    assert (
        f"In 2019 they are {held(WITS, 'SAU', 'CHN', '2019'):.1f} and {held(WITS, 'SAU', 'IND', '2019'):.1f} billion, "
        f"while India counts {held(WITS, 'IND', 'SAU', '2019', flow='M'):.1f} billion"
    ) in said
    assert f"{held(WITS, 'SAU', '_X', '2018'):.1f} of {held(WITS, 'SAU', 'W00', '2018'):.1f} billion in 2018" in said


def test_exports_of_hong_kong_are_all_that_it_ships(held: Held) -> None:
    fund, wits = (held(source, "HKG", "CHN", "2018") for source in (FUND, WITS))
    assert f"to China {fund:.2f} billion dollars in 2018, against {wits:.2f} in WITS" in cautions(FUND)
