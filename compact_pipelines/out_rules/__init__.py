"""What must hold of every row of the out tables: per check a sentence, and the condition that finds rows at fault.

One module a group of questions; a table stands in one of them.
"""

from typing import Final

from compact_pipelines.out_rules.alliance import ALLIANCE_RULES
from compact_pipelines.out_rules.commitments import COMMITMENT_RULES
from compact_pipelines.out_rules.dependence import DEPENDENCE_RULES
from compact_pipelines.out_rules.flows import FLOW_RULES
from compact_pipelines.out_rules.gravity import GRAVITY_RULES
from compact_pipelines.out_rules.network import NETWORK_RULES
from compact_pipelines.out_rules.treaty import TREATY_RULES

OUT_RULES: Final[dict[str, dict[str, tuple[str, str]]]] = {
    **FLOW_RULES,
    **GRAVITY_RULES,
    **ALLIANCE_RULES,
    **NETWORK_RULES,
    **DEPENDENCE_RULES,
    **TREATY_RULES,
    **COMMITMENT_RULES,
}
