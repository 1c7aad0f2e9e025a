"""Who of a mirror panel can be given a reliability at all: enough partners, and pairs that hang together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from compact_pipelines.analytics.reliability_tables import Floats, Panel

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Keep:
    """What a refit may use: areas (areas) and years (years) that are left in."""

    areas: Flags
    years: Flags


def everything(panel: Panel) -> Keep:
    """Nothing left out."""
    return Keep(np.ones(len(panel.areas), dtype=bool), np.ones(len(panel.years), dtype=bool))


@dataclass(frozen=True)
class Standing:
    """Who can be estimated.

    Attributes:
        partners: how many areas each one has a usable mirror with. (roles, areas)
        members: whether an area belongs to the part of the panel that hangs together. (roles, areas)
        is_partner: (roles, areas, areas), symmetric across roles: [role, area, partner].
        needed: how many partners an area must have to be given an estimate.
    """

    partners: Floats
    members: Flags
    is_partner: Flags
    needed: int

    @property
    def reported(self) -> Flags:
        """Areas with enough partners in a panel that hangs together: (roles, areas)."""
        return self.members & (self.partners >= self.needed)


def find_standing(counts: Floats, *, is_directed: bool, needed: int) -> Standing:
    """Who has enough mirrors, and whether the pairs hang together so that areas can be told apart.

    The graph has every area twice, as exporter and as importer, and a tie for every pair with a mirror. If it falls
    apart, a constant can be moved from the exporters to the importers of a part; so one part must hold everybody with
    enough partners, and at least as many areas of it as partners are needed must have enough in both roles, or nobody
    is a member. For one effect per area that stands in both roles (`is_directed` False) the ties go both ways: an area
    and its partners that fall into two camps without ties inside a camp are found out in the same manner.

    Args:
        counts: (areas, areas) usable mirror cells.
        is_directed: whether exporters and importers have effects of their own.
        needed: how many partners are enough.
    """
    tie = counts > 0
    if not is_directed:
        tie = tie | tie.T
    is_partner = np.stack([tie, tie.T])
    partners = is_partner.sum(axis=2).astype(np.float64)
    number = len(tie)
    graph = np.zeros((2 * number, 2 * number), dtype=bool)
    graph[:number, number:] = tie
    _, part = connected_components(graph, directed=False)
    part = part.reshape(2, number)
    enough = partners >= needed
    homes = np.unique(part[enough])
    is_one = len(homes) == 1 and int((enough[0] & enough[1]).sum()) >= needed
    members = (part == homes[0]) & (partners > 0) if is_one else np.zeros((2, number), dtype=bool)
    roles = slice(0, 2 if is_directed else 1)
    return Standing(partners[roles], members[roles], is_partner[roles], needed)
