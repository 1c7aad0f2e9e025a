"""What a reader has chosen on *Accession simulator*: who is a member, who joins, on which base year."""

from collections.abc import Mapping
from dataclasses import dataclass

from compact_app.queries import Question


@dataclass(frozen=True)
class Case:
    """The choice.

    Attributes:
        members: codes, sorted; may be empty.
        candidates: codes of those who join, sorted, without members.
        already: codes that were chosen to join and are members.
        base_id: base year of the model.
        names: area to its name, of every area of the scenario.
    """

    members: tuple[str, ...]
    candidates: tuple[str, ...]
    already: tuple[str, ...]
    base_id: str
    names: Mapping[str, str]

    @property
    def everybody(self) -> tuple[str, ...]:
        """Members and candidates, sorted."""
        return tuple(sorted({*self.members, *self.candidates}))

    @property
    def question(self) -> Question:
        """The same as the model is asked."""
        return Question(self.members, self.candidates, self.base_id)

    @property
    def refusal(self) -> str | None:
        """Why there is nothing to answer: no_members, one_member or candidate_is_member; None where there is."""
        if not self.members:
            return "no_members"
        if self.already and not self.candidates:
            return "candidate_is_member"
        return "one_member" if len(self.everybody) == 1 else None
