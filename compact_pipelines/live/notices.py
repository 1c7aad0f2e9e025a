"""A short notice of a run that failed, sent to an address of the operator's: a chat room, a pager, a mail gateway.

It says what failed and where to look, in JSON with a `text` that chat services show; never a figure, never a key. What
differed is in the run and in `compact live status`.
"""

import json
import os
from collections.abc import Mapping
from typing import Final

import httpx

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import ExchangeError
from compact_pipelines.live.redaction import Redactor

ADDRESS: Final = "COMPACT_NOTICE_URL"
TIMEOUT_SECONDS: Final = 10.0
TRIES: Final = 3
# Where to read on, by verdict.
REMEDIES: Final = {
    "STOPPED": "The figures of before stand. `compact live status` says what differed.",
    "UNAVAILABLE": "It was tried again without success; the next schedule asks again.",
    "NO_KEY": "`compact live sources` says which key is missing and where to obtain one.",
}
OTHER: Final = "The run's page in Dagster has the traceback."


def notice_of(job: str, run_id: str, *, source: str = "", partition: str = "", verdict: str = "") -> dict[str, str]:
    """The notice of one failed run.

    Args:
        job: which job.
        run_id: Dagster's.
        source: the source that was asked; blank where none was.
        partition: what was asked for.
        verdict: what came of it; blank where the run failed otherwise.
    """
    what = f"{source} {partition}: {verdict.lower().replace('_', ' ')}" if verdict else f"{job} failed"
    remedy = REMEDIES.get(verdict, OTHER)
    told = {"source": source, "partition": partition, "verdict": verdict, "remedy": remedy}
    return {"text": f"{what.strip()}. {remedy}", "job": job, "run_id": run_id, **{k: v for k, v in told.items() if v}}


def secrets_of(environ: Mapping[str, str]) -> list[str]:
    """Every publisher's key that is set, and the operator's own address, which may hold a token."""
    keys = [source.live.key.variable for source in load_contracts().sources.values() if source.live and source.live.key]
    return [value for name in [*keys, ADDRESS] if (value := environ.get(name, "").strip())]


def send_notice(notice: Mapping[str, str], environ: Mapping[str, str] | None = None) -> bool:
    """Send a notice to the operator's address.

    Args:
        notice: what to tell.
        environ: holds the address; this process's environment if None.

    Returns:
        False where no address is set.

    Raises:
        ExchangeError: it could not be sent; the address is not told.
    """
    environ = os.environ if environ is None else environ
    address = environ.get(ADDRESS, "").strip()
    if not address:
        return False
    body = Redactor(secrets_of(environ)).text(json.dumps(dict(notice)))
    said = ""
    for _ in range(TRIES):
        try:
            answer = httpx.post(
                address,
                content=body,
                headers={"content-type": "application/json"},
                timeout=TIMEOUT_SECONDS,
                follow_redirects=False,
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            said = type(error).__name__  # its text may hold the address
            continue
        if answer.is_success:
            return True
        said = f"HTTP {answer.status_code}"
        if not answer.is_server_error:
            break
    raise ExchangeError(f"the notice of run {notice.get('run_id')} could not be sent ({said}); look at {ADDRESS}")
