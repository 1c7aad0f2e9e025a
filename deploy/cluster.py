"""A PostgreSQL cluster of one's own: made in a folder, served on a free port of this machine, stopped at the end.

For `make server` and for the test that proves the deployment. A real installation has a server that is backed up.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import psycopg2

LOOPBACK: Final = "127.0.0.1"
NAME: Final = "compact"
PASSWORD: Final = "COMPACT_POSTGRES_PASSWORD"  # noqa: S105  (where it is, not what)
# The account that Debian's package makes; PostgreSQL refuses to be run by root.
ACCOUNT: Final = "postgres"
DEBIAN: Final = Path("/usr/lib/postgresql")
START_SECONDS: Final = 60
STOP_SECONDS: Final = 20


class ClusterError(Exception):
    """PostgreSQL is not there, or does not start; says what to do."""


def find_programs() -> Path | None:
    """The folder of initdb and postgres: that of `pg_config`, else the newest of Debian's; None where there is none."""
    folders = []
    if pg_config := shutil.which("pg_config"):
        told = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)  # noqa: S603
        folders.append(Path(told.stdout.strip()))
    versions = [path for path in DEBIAN.glob("*/bin") if path.parent.name.isdigit()]
    folders += sorted(versions, key=lambda path: int(path.parent.name), reverse=True)
    return next((path for path in folders if (path / "initdb").exists() and (path / "postgres").exists()), None)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        port: int = listener.getsockname()[1]
        return port


def told_when_parent_ends(by: str = "TERM") -> list[str]:
    """What goes before a command so that it is told to stop, by a signal, when its parent ends, however that ends."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", by] if setpriv else []


def as_account() -> list[str]:
    """What goes before a command of PostgreSQL: it refuses root, so root becomes another.

    Raises:
        ClusterError: this is root, and cannot.
    """
    before = told_when_parent_ends("INT")  # on TERM it would wait for those who are connected
    if os.geteuid() != 0:
        return before
    if not before:
        raise ClusterError("PostgreSQL refuses root, and there is no setpriv (package util-linux) to become another")
    return [*before, "--reuid", ACCOUNT, "--regid", ACCOUNT, "--clear-groups"]


@dataclass
class Cluster:
    """A cluster with one database and one account; a context.

    Attributes:
        folder: an empty folder that may be entered by the account that runs PostgreSQL.
        port: where it is served on this machine.
        password: of the account; $COMPACT_POSTGRES_PASSWORD, else made anew.
    """

    folder: Path
    port: int = field(default_factory=free_port)
    password: str = field(default_factory=lambda: os.environ.get(PASSWORD) or secrets.token_urlsafe(24), repr=False)
    _server: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def environment(self) -> dict[str, str]:
        """What deploy/dagster.yaml reads."""
        return {
            "COMPACT_POSTGRES_HOST": LOOPBACK,
            "COMPACT_POSTGRES_PORT": str(self.port),
            "COMPACT_POSTGRES_DATABASE": NAME,
            "COMPACT_POSTGRES_USER": NAME,
            PASSWORD: self.password,
        }

    def connect(self, database: str = NAME) -> "psycopg2.extensions.connection":
        """A connection as the one account."""
        return psycopg2.connect(host=LOOPBACK, port=self.port, user=NAME, password=self.password, dbname=database)

    def __enter__(self) -> Self:
        """Make the cluster, serve it, make the database.

        Raises:
            ClusterError: PostgreSQL is not installed, or said why it does not start.
        """
        programs = find_programs()
        if programs is None:
            raise ClusterError(
                "no PostgreSQL here: neither pg_config nor /usr/lib/postgresql/*/bin leads to initdb; "
                "install it, on Debian with `apt-get install postgresql`"
            )
        try:
            self._make(programs)
            self._serve(programs)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it; the folder stays its owner's to remove."""
        self._stop()

    def _make(self, programs: Path) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        secret = self.folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(self.password, encoding="utf-8")
        if os.geteuid() == 0:
            for path in (self.folder, secret):
                shutil.chown(path, ACCOUNT, ACCOUNT)
        options = ["--auth=scram-sha-256", f"--username={NAME}", f"--pwfile={secret}", "--encoding=UTF8", "--locale=C"]
        command = [*as_account(), str(programs / "initdb"), "-D", str(self.folder / "data"), *options]
        made = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)  # noqa: S603
        secret.unlink()
        if made.returncode:
            raise ClusterError(f"initdb made no cluster in {self.folder}: {made.stderr.strip()}")

    def _serve(self, programs: Path) -> None:
        log = self.folder / "postgres.log"
        settings = {"listen_addresses": LOOPBACK, "port": self.port, "unix_socket_directories": ""}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [*as_account(), str(programs / "postgres"), "-D", str(self.folder / "data"), *options]
        with log.open("wb") as told:
            # A session of its own: Ctrl-C in the terminal reaches the readers first, and the database last.
            self._server = subprocess.Popen(  # noqa: S603
                command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=told, stderr=told, start_new_session=True
            )
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                connection = self.connect("postgres")
                break
            except psycopg2.OperationalError as error:
                if self._server.poll() is not None or time.monotonic() > deadline:
                    said = log.read_text(encoding="utf-8", errors="replace").strip()
                    raise ClusterError(f"PostgreSQL does not start: {said or error}") from None
                time.sleep(0.1)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {NAME}")
        connection.close()

    def _stop(self) -> None:
        if self._server is None:
            return
        self._server.send_signal(signal.SIGINT)  # fast: connections are cut, all that was committed is written
        try:
            self._server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        self._server = None
