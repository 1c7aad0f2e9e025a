"""A publisher played on this machine, so that a new source can be asked before its publisher is.

`python -m tests.live.rehearsal SOURCE [BEHAVIOUR] [--port PORT]` answers as tests/live/publishers/SOURCE.py says, or
fails in one of the ways of `scripts.BEHAVIOURS`, until it is interrupted. It prints what to set where the pull is
started: the stand-in for the publisher, and a made-up key. It takes the same port each time, so that what was set stays
good when it is started anew. The figures are made up; keep them in a data root of their own.
"""

import argparse
import errno
import os
import sys
import time
from importlib import import_module
from typing import Final, NoReturn

from compact_pipelines.contracts import load_contracts
from tests.live.scripts import BEHAVIOURS, Script
from tests.live.stub_publisher import StubPublisher, running

PORT: Final = 8099
MADE_UP_KEY: Final = "made-up-key-of-a-rehearsal"


def settings(script: Script, stub: StubPublisher) -> dict[str, str]:
    """What to set in the shell in which a source is pulled: the stand-ins, and the key if there is one."""
    hosts = ",".join(f"{origin}={stub.stands_in_for(origin)}" for origin in sorted(script.origins))
    key = script.live.key
    return {"COMPACT_LIVE_HOSTS": hosts, **({key.variable: MADE_UP_KEY} if key else {})}


def script_of(source_id: str) -> Script:
    """The played publisher of a source; its answers are read from its file as it is now."""
    source = load_contracts().source(source_id)
    key = source.live.key if source.live else None
    environ = {**os.environ, **({key.variable: MADE_UP_KEY} if key else {})}
    return Script(source, import_module(f"tests.live.publishers.{source_id}").ANSWERS, environ)


def main(arguments: list[str]) -> int:
    """Play until interrupted; 1 where the port is taken. A wrong call ends with 2."""
    parser = argparse.ArgumentParser(prog="python -m tests.live.rehearsal", description="Play a publisher.")
    parser.add_argument("source")
    parser.add_argument("behaviour", nargs="?", default="normal", choices=BEHAVIOURS)
    parser.add_argument("--port", type=int, default=PORT)
    told = parser.parse_args(arguments)
    try:
        with running(told.port) as stub:
            play(told.source, told.behaviour, stub)
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        print(f"port {told.port} is taken; stop the other player or name another --port", file=sys.stderr)  # noqa: T201
        return 1


def play(source_id: str, behaviour: str, stub: StubPublisher) -> NoReturn:
    """Answer as a source's publisher does, and say what to set where the pull is started."""
    script = script_of(source_id)
    stub.play(script.answering(behaviour))
    for name, text in settings(script, stub).items():
        print(f"export {name}={text}", flush=True)  # noqa: T201
    print(f"{source_id} plays {behaviour}; stop it with Ctrl-C", file=sys.stderr, flush=True)  # noqa: T201
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
