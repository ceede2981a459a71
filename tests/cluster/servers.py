"""PostgreSQL servers with Citus on this machine, made by the lines of the runbook.

Each has a loopback address of its own, so that one can be known from another as in a real network.
"""

import ctypes
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

from config.postgres_folders import outside_folder
from config.postgres_identity import Identity, plain_environment
from tests.cluster.runbook import box, statements
from tests.faults.processes import PR_SET_PDEATHSIG, children, end

DATABASE, OWNER, SUPERUSER = "insaf", "insaf", "postgres"
PASSWORD = "a long random password"
START_SECONDS = 30.0
WATCHED_NETWORK = "127.0.0.0/8"
# Given to every server beside what the runbook says: small, and no sensitive log.
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
    """The cluster cannot be made here; the message says what is missing."""


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
        """Its address on this machine."""
        return f"127.0.0.{11 + self.number}"

    @property
    def name(self) -> str:
        """Its name in the runbook."""
        return f"db-{self.number}.internal"

    @property
    def folder(self) -> Path:
        """Where its data, its certificate and its socket are."""
        return self.home / f"db-{self.number}"

    @property
    def data(self) -> Path:
        """The folder that PostgreSQL calls data directory."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What it writes."""
        return self.folder / "log"

    def make(self) -> None:
        """Make certificate and data, and write its configuration."""
        self.identity.owns(self.folder)
        self._certificate()
        done = self.identity.run(
            str(self.binaries / "initdb"), "-D", str(self.data), "-U", SUPERUSER, "-E", "UTF8",
            "--auth=reject", "--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync",
            "--no-instructions",
        )  # fmt: skip
        if done.returncode:
            raise ClusterUnavailable(f"initdb: {done.stderr.strip()}")
        kind = "node" if self.number else "coordinator"
        hba = {"10.0.2.0/24": WATCHED_NETWORK}
        if not self.number:
            hba["10.0.1.0/24"] = WATCHED_NETWORK
        self._write("pg_hba.conf", box(f"{kind} pg_hba.conf", hba))
        self._write("pg_ident.conf", box("pg_ident.conf", {}) + self._operators())
        settings = box(
            "postgresql.conf", {"/etc/insaf": str(self.folder), "db-1.internal": self.host}
        )
        local = "".join(
            f"{name} = '{value.format(socket=self.folder, port=self.port)}'\n"
            for name, value in LOCAL_SETTINGS.items()
        )
        with (self.data / "postgresql.conf").open("a") as configuration:
            configuration.write(settings + local)

    def start(self) -> None:
        """Start it, and wait until it answers."""
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
                preexec_fn=_die_with(os.getpid()),
            )
        _wait(
            self.answers, seconds=START_SECONDS, why=f"{self.name} does not start: {self.words()}"
        )

    def answers(self) -> bool:
        """Whether it takes connections."""
        with suppress(psycopg2.Error):
            self.ask("SELECT 1", database="postgres")
            return True
        return False

    def stop(self) -> None:
        """Stop it as an operator would, at once."""
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
        """End every process of it by SIGKILL, as a power failure would."""
        if self.process is None:
            return
        family = [self.process.pid, *children(self.process.pid)]
        for pid in family:
            end(pid)
        self.process.wait()
        self.process = None

    @contextmanager
    def hung(self) -> Iterator[None]:
        """All its processes are stopped where they are, for as long as the block runs."""
        self._signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.resume()

    def resume(self) -> None:
        """Let its processes go on."""
        self._signal(signal.SIGCONT)

    def ask(self, sql: str, values: object = None, *, database: str = DATABASE) -> list[Any]:
        """Run one statement as the superuser, by the socket; returns its rows."""
        with closing(self.connect(database=database)) as made, made.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall()) if cursor.description else []

    def connect(self, *, database: str = DATABASE) -> Any:
        """A connection of the superuser, by the socket."""
        made = psycopg2.connect(
            dbname=database, user=SUPERUSER, host=str(self.folder), port=self.port,
            connect_timeout=5,
        )  # fmt: skip
        made.autocommit = True
        return made

    def words(self) -> str:
        """The end of its log."""
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
        """Who this machine's operators are: whoever runs this, and whoever runs the server."""
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


class DatabaseCluster:
    """A coordinator and its nodes."""

    def __init__(self, root: Path, *, binaries: Path, port: int) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.identity = _identity()
        # Whoever runs the servers must be able to enter every folder above them.
        self.home = root if self.identity.may_enter(root) else outside_folder(root) / "cluster"
        self.binaries, self.port = binaries, port
        self.servers: list[DatabaseServer] = []

    @property
    def coordinator(self) -> DatabaseServer:
        """The server at which everybody signs in."""
        return self.servers[0]

    @property
    def nodes(self) -> list[DatabaseServer]:
        """The servers that hold agencies."""
        return self.servers[1:]

    def make(self, *, nodes: int = 2) -> None:
        """Make everything anew and start it: the part of the runbook up to the first agency."""
        shutil.rmtree(self.home, ignore_errors=True)
        self.home.mkdir(parents=True, mode=0o755)
        self.home.chmod(0o755)
        (self.home / "authority").mkdir(mode=0o700)
        run_shell(box("certificates", {}), self.home / "authority")
        for _number in range(nodes + 1):
            self.server_make()
        for sql in statements("coordinator", self.addresses("db-0", "db-1", "db-2")):
            self.coordinator.ask(sql)

    def server_make(self) -> DatabaseServer:
        """One server more, with an empty database."""
        server = DatabaseServer(
            number=len(self.servers),
            home=self.home,
            binaries=self.binaries,
            port=self.port,
            identity=self.identity,
        )
        server.make()
        server.start()
        self.servers.append(server)
        for database in ("postgres", DATABASE):
            for sql in statements(f"every server, database {database}", {}):
                server.ask(sql, database=database)
        return server

    def addresses(self, *names: str) -> dict[str, str]:
        """What stands in the runbook for servers, and what they are here."""
        numbers = [int(name.removeprefix("db-")) for name in names]
        return {
            f"'{name}.internal', 5432": f"'127.0.0.{11 + number}', {self.port}"
            for name, number in zip(names, numbers, strict=True)
        }

    def url(self, login: str, password: str) -> str:
        """DATABASE_URL of a login at the coordinator."""
        server = self.coordinator
        return (
            f"postgresql://{login}:{password.replace(' ', '%20')}@{server.host}:{server.port}"
            f"/{DATABASE}?sslmode=verify-full&sslrootcert={server.folder / 'ca.crt'}"
        )

    def stop(self) -> None:
        """Stop every server."""
        for server in reversed(self.servers):
            server.stop()


def run_shell(script: str, folder: Path) -> None:
    """Run lines of the runbook's in a folder; they must all succeed."""
    done = subprocess.run(
        ["sh", "-e", "-c", script], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ClusterUnavailable(f"{script}: {done.stderr.strip()}")


def _identity() -> Identity:
    """PostgreSQL refuses to run as root: then it runs as nobody."""
    if os.geteuid():
        return Identity()
    nobody = pwd.getpwnam("nobody")
    return Identity(uid=nobody.pw_uid, gid=nobody.pw_gid)


def _wait(condition: Callable[[], bool], *, seconds: float, why: str) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends:
            raise ClusterUnavailable(why)
        time.sleep(0.05)


def _die_with(parent: int) -> Callable[[], None]:
    def prepare() -> None:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)
        if os.getppid() != parent:
            os._exit(1)

    return prepare
