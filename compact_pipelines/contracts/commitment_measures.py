"""What a commitment of the working text can be measured by: a closed list, each kind with what it must be told.

The names stand in schemas/compact/ under `measure.indicator`; `analytics/commitments` has one function a kind.
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from compact_pipelines.contracts.evidence import Strict, Text

Unit = Literal["SHARE", "RATIO", "COUNT", "MW"]
Code = tuple[str, str]  # a code list and a code in it

CODELIST_OF_SUBJECT: Final = {
    "compute_exports": "product",
    "capital_flows": "capital_instrument",
    "talent_movement": "talent_category",
}


class _Measure(Strict):
    """What all kinds have.

    Attributes:
        unit: of the value, so also of its threshold.
        needs_others: whether it is about a member and the other members, so that a lone member has none.
    """

    unit: ClassVar[Unit] = "SHARE"
    needs_others: ClassVar[bool] = True

    def codes(self) -> Iterator[Code]:
        """The codes it names, for the check that they exist."""
        yield from ()


class _OfFlows(_Measure):
    """What is measured on the yearly flows between members."""

    theme: Literal["compute_exports", "capital_flows", "talent_movement"]
    subject: Text
    stock_flow: Literal["S", "F"]

    def codes(self) -> Iterator[Code]:
        """The subject, in its theme's list."""
        yield CODELIST_OF_SUBJECT[self.theme], self.subject


class MirrorAgreement(_OfFlows):
    """The largest distance D between the two reports of a flow, among a member's flows with the other members."""

    indicator: Literal["mirror_agreement"]


class ReportsComplete(_OfFlows):
    """Of the flows with the other members, both ways, the share that a member reports which sends data drops."""

    indicator: Literal["reports_complete"]


class ImportsFromMembers(_OfFlows):
    """Of what a member takes in, by its own reports, the share that comes from the other members."""

    indicator: Literal["imports_from_members"]


class TwoWayMovement(_OfFlows):
    """1 - |A - L| / (A + L) of the people a member has from the other members and they have from it."""

    indicator: Literal["two_way_movement"]


class HoldingsByMembers(_Measure):
    """Of a member's securities that are held abroad, the share that residents of the other members hold."""

    indicator: Literal["holdings_by_members"]
    instrument: Text

    def codes(self) -> Iterator[Code]:
        """The instrument."""
        yield "capital_instrument", self.instrument


class PermitsAgainstBefore(_Measure):
    """Permits to nationals of the other members, over the mean of the years before.

    Attributes:
        categories: the permit that is counted, by the member that gives it.
        years: how many years before are averaged.
    """

    unit: ClassVar[Unit] = "RATIO"
    indicator: Literal["permits_against_before"]
    categories: dict[str, Text] = Field(min_length=1)
    years: int = Field(ge=1, le=10)

    def codes(self) -> Iterator[Code]:
        """The permits and who gives them."""
        for area, category in self.categories.items():
            yield "area", area
            yield "talent_category", category


class PowerAgainstBefore(_Measure):
    """Electricity sent to and received from the other members in a year, over the mean of the years before.

    Attributes:
        lines: the pairs of areas whose grids are joined; where figures of one are missing, its ends have no ratio.
        years: how many years before are averaged.
    """

    unit: ClassVar[Unit] = "RATIO"
    indicator: Literal["power_against_before"]
    lines: list[tuple[Text, Text]] = Field(min_length=1)
    years: int = Field(ge=1, le=20)

    def codes(self) -> Iterator[Code]:
        """Both ends of every line."""
        for line in self.lines:
            for area in line:
                yield "area", area


class TradeAgreementShare(_Measure):
    """The share of the other members with which a member has a trade agreement in force."""

    indicator: Literal["trade_agreement_share"]


class InstrumentsTakenOn(_Measure):
    """How many of some instruments a member is known to have taken on, at a level or a firmer one."""

    unit: ClassVar[Unit] = "COUNT"
    needs_others: ClassVar[bool] = False
    indicator: Literal["instruments_taken_on"]
    instruments: list[Text] = Field(min_length=1)
    level: Text

    def codes(self) -> Iterator[Code]:
        """The instruments and the level."""
        yield from (("standards_instrument", instrument) for instrument in self.instruments)
        yield "adoption_status", self.level


class CommonInstruments(_Measure):
    """Of the instruments that most other members are known to have taken on, the share a member is known to have."""

    indicator: Literal["common_instruments"]


class _InfrastructureLevel(_Measure):
    """A figure of a member's infrastructure, as it is published.

    Attributes:
        is_lower_bound: whether the source lists only a part of what there is, so that there may be any more.
    """

    needs_others: ClassVar[bool] = False
    series: Text
    is_lower_bound: bool = False

    def codes(self) -> Iterator[Code]:
        """The series."""
        yield "indicator", self.series


class InfrastructureCount(_InfrastructureLevel):
    """Such a figure that counts."""

    unit: ClassVar[Unit] = "COUNT"
    indicator: Literal["infrastructure_count"]


class InfrastructurePower(_InfrastructureLevel):
    """Such a figure in megawatts."""

    unit: ClassVar[Unit] = "MW"
    indicator: Literal["infrastructure_power"]


class InfrastructureShare(_Measure):
    """One figure of a member's infrastructure over the sum of it and others.

    Attributes:
        part: what is measured.
        rest: what it is added to for the whole.
    """

    needs_others: ClassVar[bool] = False
    indicator: Literal["infrastructure_share"]
    part: Text
    rest: list[Text] = Field(min_length=1)

    def codes(self) -> Iterator[Code]:
        """The series."""
        yield from (("indicator", series) for series in (self.part, *self.rest))


class DropsOnTime(_Measure):
    """Of the data drops that the agreed calendar names and that came in a year, the share that came in time."""

    needs_others: ClassVar[bool] = False
    indicator: Literal["drops_on_time"]


class RowsStillHeld(_Measure):
    """Of the rows that a member's drops of a year brought, the share that is held for a fault and still open."""

    needs_others: ClassVar[bool] = False
    indicator: Literal["rows_still_held"]


class WithheldShare(_Measure):
    """Of the figures that a member's drops give on a year, the share that is withheld from the public."""

    needs_others: ClassVar[bool] = False
    indicator: Literal["withheld_share"]


Measure = Annotated[
    MirrorAgreement
    | ReportsComplete
    | ImportsFromMembers
    | TwoWayMovement
    | HoldingsByMembers
    | PermitsAgainstBefore
    | PowerAgainstBefore
    | TradeAgreementShare
    | InstrumentsTakenOn
    | CommonInstruments
    | InfrastructureCount
    | InfrastructurePower
    | InfrastructureShare
    | DropsOnTime
    | RowsStillHeld
    | WithheldShare,
    Field(discriminator="indicator"),
]
