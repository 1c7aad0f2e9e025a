"""Agreements with partners as SDMX has them: data providers, provision agreements, and the constraint of own voice.

A provision agreement joins a partner to one table. The constraint on it says what the exchange asks of every row:
ref_area is one of the partner's own areas. What is only proposed is a draft by its version and says so.
"""

from collections.abc import Mapping
from typing import Any, Final

from pysdmx.model import (
    ConstraintAttachment,
    CubeKeyValue,
    CubeRegion,
    CubeValue,
    DataConstraint,
    DataProvider,
    DataProviderScheme,
    ProvisionAgreement,
)

from compact_pipelines.contracts.membership import Words
from compact_pipelines.contracts.model import Contracts, Table
from compact_pipelines.contracts.naming import structure_id
from compact_pipelines.exchange.partners import Agreement

URN: Final = "urn:sdmx:org.sdmx.infomodel."
PROVIDERS: Final = "DATA_PROVIDERS"  # SDMX fixes the id and the version of a provider scheme
PROVIDERS_VERSION: Final = "1.0"
PROVIDERS_NAMES: Final[Words] = {"en": "Partners", "fr": "Partenaires", "es": "Socios"}
PROPOSED: Final = "Proposed by the developers of the exchange; nobody has agreed to it."


def provider_scheme(agency: str, agreements: Mapping[str, Agreement]) -> DataProviderScheme:
    """The partners, by their ids."""
    providers = tuple(DataProvider(id=partner, name=agreements[partner].name.en) for partner in agreements)
    return DataProviderScheme(id=PROVIDERS, name=PROVIDERS, agency=agency, version=PROVIDERS_VERSION, items=providers)


def provision_agreements(contracts: Contracts, agreements: Mapping[str, Agreement]) -> list[ProvisionAgreement]:
    """One a partner and table, in the order of both."""
    return [
        ProvisionAgreement(
            id=_id(table, agreement),
            name=f"{agreement.name.en}: {table.title['en']}",
            agency=table.agency,
            version=_version(table, agreement),
            description=PROPOSED if agreement.status == "proposed" else None,
            dataflow=f"{URN}datastructure.Dataflow={structure_id(table)}",
            provider=f"{URN}base.DataProvider={table.agency}:{PROVIDERS}({PROVIDERS_VERSION}).{agreement.id}",
            is_final=agreement.status == "agreed",
        )
        for table, agreement in _pairs(contracts, agreements)
    ]


def own_voices(contracts: Contracts, agreements: Mapping[str, Agreement]) -> list[DataConstraint]:
    """The constraint on each provision agreement: REF_AREA is one of the partner's reporters."""
    return [
        DataConstraint(
            id=f"CR_{_id(table, agreement)}",
            name=f"Areas that {agreement.id} speaks for in {table.id}",
            agency=table.agency,
            version=_version(table, agreement),
            is_final=agreement.status == "agreed",
            constraint_attachment=ConstraintAttachment(
                data_provider=None,
                data_structures=(),
                dataflows=(),
                provision_agreements=(
                    f"{URN}registry.ProvisionAgreement={table.agency}:"
                    f"{_id(table, agreement)}({_version(table, agreement)})",
                ),
            ),
            cube_regions=(
                CubeRegion(
                    (CubeKeyValue("REF_AREA", tuple(CubeValue(area) for area in agreement.reporters)),),
                    is_included=True,
                ),
            ),
        )
        for table, agreement in _pairs(contracts, agreements)
    ]


def add_partner_names(data: dict[str, Any], agreements: Mapping[str, Agreement]) -> None:
    """The partners' names in all three languages, beside the English ones that pysdmx writes."""
    for scheme in data.get("dataProviderSchemes", []):
        scheme["names"] = dict(PROVIDERS_NAMES)
        for provider in scheme["dataProviders"]:
            provider["names"] = agreements[provider["id"]].name.model_dump()


def _pairs(contracts: Contracts, agreements: Mapping[str, Agreement]) -> list[tuple[Table, Agreement]]:
    return [(contracts.tables[table], agreement) for agreement in agreements.values() for table in agreement.dataflows]


def _id(table: Table, agreement: Agreement) -> str:
    return f"PA_{agreement.id.upper().replace('-', '_')}_{table.id.upper()}"


def _version(table: Table, agreement: Agreement) -> str:
    return table.version if agreement.status == "agreed" else f"{table.version}-draft"
