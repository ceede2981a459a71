"""A PostgreSQL server with Citus on this machine, made by the commands of the runbook.

Each server has its own loopback address, so that servers differ by address as in a network.
"""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2

from bin.postgres.identity import Identity, plain_environment
from drills.cluster.runbook import box, statements
from drills.faults.processes import children, die_with, end

DATABASE, OWNER, SUPERUSER = "insaf", "insaf", "postgres"
PASSWORD = "a long random password"
START_SECONDS = 30.0
LOCAL_NETWORK = "127.0.0.0/8"
# The settings of a server without Citus, for a comparison with the cluster.
PLAIN_SETTINGS = """
listen_addresses = '{host}'
ssl = on
ssl_cert_file = '{folder}/server.crt'
ssl_key_file = '{folder}/server.key'
"""
PLAIN_HBA = """
local   all  postgres             peer map=operators
hostssl all  insaf,insaf_app  {network}  scram-sha-256
"""
# Settings that every server has in addition to the runbook's: little memory, and no personal data
# in the log.
LOCAL_SETTINGS = {
    "unix_socket_directories": "{socket}",
    "port": "{port}",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
}


class ClusterUnavailable(RuntimeError):
    """The error for a cluster that this machine cannot run; the message has the reason."""


@dataclass(slots=True, kw_only=True)
class DatabaseServer:
    """One PostgreSQL server; number 0 is the coordinator."""

    number: int
    home: Path
    binaries: Path
    port: int
    identity: Identity
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def host(self) -> str:
        """Return the server's address on this machine."""
        return f"127.0.0.{11 + self.number}"

    @property
    def name(self) -> str:
        """Return the server's name in the runbook."""
        return f"db-{self.number}.internal"

    @property
    def folder(self) -> Path:
        """Return the folder of the server's data, certificate and socket."""
        return self.home / f"db-{self.number}"

    @property
    def data(self) -> Path:
        """Return the server's data directory."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """Return the path of the server's log."""
        return self.folder / "log"

    def make(self, *, is_plain: bool = False) -> None:
        """Make the server's certificate and data directory, and write its configuration."""
        self.identity.owns(self.folder)
        self._certificate()
        done = self.identity.run(
            str(self.binaries / "initdb"), "-D", str(self.data), "-U", SUPERUSER, "-E", "UTF8",
            "--auth=reject", "--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync",
            "--no-instructions",
        )  # fmt: skip
        if done.returncode:
            raise ClusterUnavailable(f"initdb: {done.stderr.strip()}")
        with (self.data / "postgresql.conf").open("a") as configuration:
            for name, value in LOCAL_SETTINGS.items():
                configuration.write(
                    f"{name} = '{value.format(socket=self.folder, port=self.port)}'\n"
                )
            configuration.write("include_if_exists = 'more.conf'\n")
        self._write("pg_ident.conf", self._operators())
        if is_plain:
            self._write("more.conf", PLAIN_SETTINGS.format(host=self.host, folder=self.folder))
            self._write("pg_hba.conf", PLAIN_HBA.format(network=LOCAL_NETWORK))
        else:
            self.join_cluster()

    def join_cluster(self) -> None:
        """Write a cluster's configuration; the server reads the configuration at its next start."""
        kind = "node" if self.number else "coordinator"
        hba = {"10.0.2.0/24": LOCAL_NETWORK}
        if not self.number:
            hba["10.0.1.0/24"] = LOCAL_NETWORK
        self._write("pg_hba.conf", box(f"{kind} pg_hba.conf", hba))
        self._write("pg_ident.conf", box("pg_ident.conf", {}) + self._operators())
        here = {"/etc/insaf": str(self.folder), "db-1.internal": self.host}
        self._write("more.conf", box("postgresql.conf", here))

    def start(self) -> None:
        """Start the server and wait until the server accepts connections.

        Raises ``ClusterUnavailable`` after a time limit.
        """
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(self.binaries / "postgres"), "-D", str(self.data)],
                cwd="/",
                env=plain_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=self.identity.uid,
                group=self.identity.gid,
                extra_groups=None if self.identity.uid is None else [],
                preexec_fn=die_with(os.getpid(), signal.SIGINT),
            )
        if not _came(self.answers, seconds=START_SECONDS):
            raise ClusterUnavailable(f"{self.name} does not start: {self.words()}")

    def answers(self) -> bool:
        """Return whether the server accepts connections."""
        with suppress(psycopg2.Error):
            self.ask("SELECT 1", database="postgres")
            return True
        return False

    def stop(self) -> None:
        """Stop the server in PostgreSQL's fast mode; after a time limit, kill the server."""
        if self.process is None:
            return
        self.resume()
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.kill()
        self.process = None

    def kill(self) -> None:
        """Kill all processes of the server (SIGKILL), as a power failure would."""
        if self.process is None:
            return
        family = [self.process.pid, *children(self.process.pid)]
        for pid in family:
            end(pid)
        self.process.wait()
        self.process = None

    @contextmanager
    def hung(self) -> Iterator[None]:
        """Stop all processes of the server (SIGSTOP) while the block runs."""
        self._signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.resume()

    def configure(self, name: str, text: str) -> None:
        """Write the configuration file ``name`` of the server, and reload the configuration."""
        self._write(name, text)
        self.ask("SELECT pg_reload_conf()", database="postgres")

    def resume(self) -> None:
        """Let the stopped processes of the server continue (SIGCONT)."""
        self._signal(signal.SIGCONT)

    def ask(self, sql: str, values: object = None, *, database: str = DATABASE) -> list[Any]:
        """Run one statement as the superuser, through the socket; return the statement's rows."""
        with closing(self.connect(database=database)) as made, made.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall()) if cursor.description else []

    def run(
        self,
        name: str,
        replacements: dict[str, str] | None = None,
        *,
        database: str = DATABASE,
        without: str = "",
    ) -> list[Any]:
        """Run the SQL of a block of the runbook; return the rows of the last statement."""
        rows: list[Any] = []
        for sql in statements(name, replacements or {}):
            if not without or without not in sql:
                rows = self.ask(sql, database=database)
        return rows

    def shell(self, name: str, replacements: dict[str, str]) -> str:
        """Run a shell block of the runbook as PostgreSQL's superuser; return the block's output."""
        environment = {
            **plain_environment(),
            "PATH": f"{self.binaries}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "PGHOST": str(self.folder),
            "PGPORT": str(self.port),
            "PGUSER": SUPERUSER,
        }
        return run_shell(box(name, replacements), self.folder, environment)

    def connect(self, *, database: str = DATABASE) -> Any:
        """Connect as the superuser, through the socket."""
        made = psycopg2.connect(
            dbname=database, user=SUPERUSER, host=str(self.folder), port=self.port,
            connect_timeout=5,
        )  # fmt: skip
        made.autocommit = True
        return made

    def words(self) -> str:
        """Return the last lines of the server's log."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return " / ".join(lines[-6:])

    def _certificate(self) -> None:
        address = {"DNS:db-1.internal": f"IP:{self.host}", "/CN=db-1.internal": f"/CN={self.name}"}
        authority = self.home / "authority"
        script = box("certificate", address)
        for file in ("ca.crt", "ca.key"):
            script = script.replace(f" {file} ", f" {authority / file} ")
        run_shell(script, self.folder)
        shutil.copy(authority / "ca.crt", self.folder / "ca.crt")
        for name in ("ca.crt", "server.crt", "server.key"):
            self.identity.write(self.folder / name, (self.folder / name).read_text())

    def _operators(self) -> str:
        """Return the pg_ident.conf lines for this process's user and the server's user."""
        uids = {os.geteuid(), os.geteuid() if self.identity.uid is None else self.identity.uid}
        names = sorted(pwd.getpwuid(uid).pw_name for uid in uids)
        return "".join(f"operators  {name}  {SUPERUSER}\n" for name in names)

    def _write(self, name: str, text: str) -> None:
        self.identity.write(self.data / name, text)

    def _signal(self, number: int) -> None:
        if self.process is None:
            return
        family = [self.process.pid, *children(self.process.pid)]
        for pid in family if number == signal.SIGSTOP else reversed(family):
            end(pid, number)


def run_shell(script: str, folder: Path, environment: dict[str, str] | None = None) -> str:
    """Run a shell script of the runbook in a folder and return the output.

    Raises an error if a line of the script fails.
    """
    done = subprocess.run(
        ["sh", "-e", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ClusterUnavailable(f"{script}: {done.stderr.strip()}")
    return done.stdout + done.stderr


def _came(condition: Callable[[], bool], *, seconds: float) -> bool:
    ends = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends:
            return False
        time.sleep(0.05)
    return True
