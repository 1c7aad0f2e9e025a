"""Questions about a membership, answered for whoever asks: the page and `compact scenario` say the same.

`held` reads what is needed from an edition (`inputs` what the model needs), `asking` checks what may be asked of the
model, `accession` says what changes when candidates join, `shares` gives the simple shares of goods before and after,
`measures` these with people, standards and capital, `sharing` says who adds how much. No Dagster, no Streamlit, no
words for readers: codes and figures, which the page and the command put into sentences.
"""

from compact_pipelines.analytics.gravity.gains import is_open
from compact_pipelines.scenarios.accession import answer, answer_under
from compact_pipelines.scenarios.held import Inputs, load_inputs
from compact_pipelines.scenarios.measures import OF_SIZE, simple_measures
from compact_pipelines.scenarios.shares import simple_shares
from compact_pipelines.scenarios.sharing import GOALS, share

__all__ = [
    "GOALS",
    "OF_SIZE",
    "Inputs",
    "answer",
    "answer_under",
    "is_open",
    "load_inputs",
    "share",
    "simple_measures",
    "simple_shares",
]
