"""Freight and insurance in import figures: the rules of schemas/valuation.yaml and to whose figures they apply."""

from typing import Literal, Self

from pydantic import Field, model_validator

from compact_pipelines.contracts.evidence import Evidence, Share, Strict, Text
from compact_pipelines.contracts.membership import Words
from compact_pipelines.errors import ContractError


class FreightRule(Strict):
    """One way to say how much freight and insurance a CIF import holds.

    Attributes:
        share: c of `FOB = CIF / (1 + c)`; only where the rule is a constant.
        evidence: how the figure came to us.
    """

    id: Text
    kind: Literal["fitted", "constant", "none"]
    title: Words
    share: Share | None = None
    citation: Text
    evidence: Evidence
    note: Text

    @model_validator(mode="after")
    def _has_its_share(self) -> Self:
        if (self.share is not None) != (self.kind == "constant"):
            raise ValueError(
                f"rule {self.id!r}: a share is allowed for kind constant, and needed there, and only there"
            )
        return self


class ImporterBasis(Strict):
    """An importer whose figure in one source is not what its valuation says.

    Attributes:
        since, until: first and last period it holds for; all periods where blank.
        finding: `no_freight` is applied; `suspected` is told to the reader and not applied.
    """

    source: Text
    area: Text
    since: str | None = None
    until: str | None = None
    finding: Literal["no_freight", "suspected"]
    evidence: Text


class InlandFreight(Strict):
    """Freight within the sender's country that is added where its figure was built from the partner's imports."""

    theme: Text
    from_area: Text
    to_area: Text
    since: Text
    share: Share
    citation: Text
    note: Text


class Valuation(Strict):
    """valuation.yaml: the rules a reader can switch between, and to which figures they apply.

    Attributes:
        default: the rule that is applied unless a reader takes another.
        default_because: why, with figures.
        clamp: the least and the greatest share that any rule may give.
    """

    default: Text
    default_because: Text
    clamp: tuple[Share, Share]
    rules: list[FreightRule] = Field(min_length=1)
    importer_basis: list[ImporterBasis]
    inland_freight: list[InlandFreight]

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        ids = [rule.id for rule in self.rules]
        if twice := sorted({name for name in ids if ids.count(name) > 1}):
            raise ValueError(f"rules {twice} stand twice; keep one of each")
        if self.default not in ids:
            raise ValueError(f"default {self.default!r} is no rule; allowed are {ids}")
        low, high = self.clamp
        if outside := [rule.id for rule in self.rules if rule.share is not None and not low <= rule.share <= high]:
            raise ValueError(f"the shares of {outside} lie outside the clamp; allowed are {low} to {high}")
        return self

    def rule(self, rule_id: str | None = None) -> FreightRule:
        """One rule by its name; the default one if none is named.

        Raises:
            ContractError: there is no such rule.
        """
        wanted = rule_id or self.default
        for rule in self.rules:
            if rule.id == wanted:
                return rule
        raise ContractError(f"no freight rule {wanted!r}; allowed are {[rule.id for rule in self.rules]}")

    @property
    def without_freight(self) -> list[ImporterBasis]:
        """The importers whose CIF figure is known to hold no freight."""
        return [basis for basis in self.importer_basis if basis.finding == "no_freight"]
