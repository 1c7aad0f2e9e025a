"""Are the commitments of the working text kept? What each indicator reads from an edition, and the verdicts.

`held` says in SQL which rows of an edition are looked at, the same for the published table and for a free choice of
members. `flows`, `stocks`, `standards` and `drops` read values out of them, one function an indicator of
`contracts/commitment_measures`; `indicators` is their list. `verdicts` sets values against thresholds, member by
member, and `tracker` puts the whole table together.

An indicator gives a value as two bounds, which are equal where it is known. What is not known, such as a status that no
official text tells, moves them apart, and there is a verdict only where both bounds have the same one.
"""

from compact_pipelines.analytics.commitments.held import HELD_SQL, Held
from compact_pipelines.analytics.commitments.tracker import measure_commitments

__all__ = ["HELD_SQL", "Held", "measure_commitments"]
