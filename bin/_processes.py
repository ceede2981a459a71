"""Settings and child processes of the commands in bin/, for use once .venv exists."""

import ctypes
import fcntl
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from _bootstrap import PYTHON, ROOT, VAR, Failed, file_hash, say

if TYPE_CHECKING:
    from bin.postgres.server import EmbeddedPostgres

INTERRUPTED = 130
PR_SET_PDEATHSIG = 1
STOP_SECONDS = 15
STATIC_BUILD = VAR / "static-build"
SOURCES = (
    "agency_console", "bin/postgres", "config", "locale", "public_portal", "shared", "tenants",
)  # fmt: skip


# Without this line the packages of the project could not be imported.
sys.path.insert(0, str(ROOT))


class Stopped(Exception):
    """The error for a signal to stop this command: Ctrl-C, SIGTERM, or a closed terminal."""


def source_hash() -> str:
    """Return a hash of the source files from which the database and static files are made."""
    sources = (
        path
        for folder in SOURCES
        for path in (ROOT / folder).rglob("*")
        if path.suffix not in {".pyc", ".mo", ".html"} and path.is_file()
    )
    return file_hash(ROOT / "requirements.txt", *sources)


def settings_environment(*, port: int = 8000) -> dict[str, str]:
    """Return the environment variables of a process of the demonstration or the tests.

    Variables that are already set keep their value, except PYTHONPATH and those about bytecode.
    """
    environment = {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DEMO": "1",
        "BASE_DOMAIN": "localhost",
        "SITE_PORT": str(port),
        "EMAIL_URL": f"file://{VAR / 'outbox'}",
        "PYTHONUNBUFFERED": "1",
        **os.environ,
        **bytecode_environment(),
        "PYTHONPATH": str(ROOT),
    }
    for name in ("SECRET_KEY", "LOOKUP_KEY", "VAULT_KEY"):
        if name not in environment and f"{name}_FILE" not in environment:
            environment[f"{name}_FILE"] = str(secret_file(name))
    return environment


def bytecode_environment() -> dict[str, str]:
    """Return the environment variables that make Python cache bytecode in var/pycache.

    Without cached bytecode a process takes twice as long to start.
    """
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(VAR / "pycache")}


def secret_file(name: str) -> Path:
    """Return the path of a file with a random secret; the first call creates the file."""
    path = VAR / "secrets" / name.lower()
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_urlsafe(50))
        unfinished.rename(path)
    return path


def git(*command: str, root: Path = ROOT) -> str:
    """Return the output of a git command. Raises ``Failed`` with git's message."""
    done = subprocess.run(["git", *command], cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"git {command[0]}: {done.stderr.strip()}")
    return done.stdout


def compile_catalogues(root: Path = ROOT) -> None:
    """Compile the message catalogues (.po) whose compiled file (.mo) is missing or older."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - only .venv has it
    from babel.messages.pofile import read_po  # noqa: PLC0415 - only .venv has it

    for source in (root / "locale").glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as po:
            catalogue = read_po(po, locale=source.parent.parent.name)
        unfinished = target.with_suffix(f".{os.getpid()}")
        with unfinished.open("wb") as mo:
            write_mo(mo, catalogue)
        unfinished.rename(target)


def build_static(
    environment: Mapping[str, str], *, command: Callable[[str], object] | None = None
) -> None:
    """Build the fonts and icons of the pages, if the source files have changed.

    Separate processes build the files, unless the caller gives Django's ``command``.
    """
    with (VAR / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp, made_from = VAR / "static-build.hash", _static_sources_hash()
        if stamp.exists() and stamp.read_text() == made_from and any(STATIC_BUILD.iterdir()):
            return
        for name in ("build_fonts", "build_icons"):
            if command is not None:
                command(name)
            elif run([str(PYTHON), "manage.py", name], environment):
                raise Failed(f"{name} failed (see above)")
        stamp.write_text(made_from)


def _static_sources_hash() -> str:
    return file_hash(
        ROOT / "requirements.txt",
        *(ROOT / "shared").rglob("build_*s.py"),
        *(ROOT / "shared" / "ui" / "static" / "ui" / "img").glob("*.svg"),
    )


@contextmanager
def database(
    folder: Path, *, durable: bool, environment: Mapping[str, str] | None = None
) -> Iterator[tuple[str, "EmbeddedPostgres | None"]]:
    """Yield the URL of the database, and the embedded server or ``None`` if DATABASE_URL is set.

    The embedded server runs during the block, with the additional variables in ``environment``.
    """
    if given := os.environ.get("DATABASE_URL"):
        if problem := connection_problem(given):
            raise Failed(f"DATABASE_URL leads to no database: {problem}")
        yield given, None
        return
    # The imports are here because the PostgreSQL programs are installed only in .venv.
    from bin.postgres.folders import orphaned_folders_remove  # noqa: PLC0415
    from bin.postgres.identity import EmbeddedPostgresError  # noqa: PLC0415
    from bin.postgres.server import EmbeddedPostgres  # noqa: PLC0415

    for outside, project in orphaned_folders_remove():
        say(f"Removed {outside}: its folder is gone ({project})")

    try:
        server = EmbeddedPostgres(folder, durable=durable, in_memory=not durable)
        if environment and server.running():
            raise Failed(f"{folder.name} is in use by another command, with another environment")
        server.environment = dict(environment or {})
        url = server.start()
    except EmbeddedPostgresError as failure:
        raise Failed(str(failure)) from None
    try:
        yield url, server
    finally:
        server.stop()


def connection_problem(url: str) -> str:
    """Return the one-line error of a connection to a database, or an empty text.

    Raises ``Failed`` if the URL is invalid.
    """
    import psycopg2  # type: ignore[import-untyped, unused-ignore]  # noqa: PLC0415 - only .venv has it

    from config.env import DRIVER_OPTIONS, BadSetting, database_from_url  # noqa: PLC0415

    try:
        entry = database_from_url(url)
    except BadSetting as bad:
        raise Failed(str(bad.code)) from None
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    given = {name: entry[key] for name, key in (names | {"port": "PORT"}).items() if entry[key]}
    given |= {key: value for key, value in entry["OPTIONS"].items() if key in DRIVER_OPTIONS}
    try:
        psycopg2.connect(**given).close()
    except (psycopg2.Error, ValueError) as error:
        # The error has one line for each address of the host; the last line is enough.
        lines = [line for line in str(error).splitlines() if line and not line.startswith("\t")]
        return lines[-1] if lines else type(error).__name__
    return ""


def run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a command and return its exit code; Ctrl-C also stops the command."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment, preexec_fn=die_with_me())
    try:
        return process.wait()
    except Stopped:
        ignore_signals()
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=STOP_SECONDS)
        process.kill()
        process.wait()
        return INTERRUPTED


def stop_on_signals() -> None:
    """Make SIGINT, SIGTERM and SIGHUP raise ``Stopped``, so that every ``finally`` runs."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Stopped

    _handle_signals(stop)


def ignore_signals() -> None:
    """Ignore signals, because a second Ctrl-C during the clean-up would leave processes running."""
    _handle_signals(signal.SIG_IGN)


def _handle_signals(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


def close_to_others(*paths: Path) -> None:
    """Remove other users' access to folders and files, with all contents of the folders.

    A folder to which other users have no access is skipped.
    """
    for path in paths:
        if path.is_file():
            path.chmod(0o600)
        elif path.is_dir() and path.stat().st_mode & 0o077:
            path.chmod(0o700)
            for folder, _folders, files in os.walk(path):
                Path(folder).chmod(0o700)
                for name in files:
                    if not (file := Path(folder, name)).is_symlink():
                        file.chmod(file.stat().st_mode & 0o700)


def die_with_me() -> Callable[[], None]:
    """Return a ``preexec_fn`` that makes Linux end the child process when this process ends."""
    parent = os.getpid()

    def prepare() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        # The parent may have ended before the call of prctl, and then no signal comes.
        if os.getppid() != parent:
            os._exit(1)

    return prepare


class Child:
    """A child process in a process group of its own, with its output in var/log."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.name = name
        self.log = VAR / "log" / f"{name}.log"
        self.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._command, self._environment = command, environment
        self._asked = False
        self.log.write_bytes(b"")
        self.log.chmod(0o600)
        self.start()

    def start(self) -> None:
        """Start the process and append its output to the log."""
        self._swept = False
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                env=self._environment,
                start_new_session=True,
                # Only the owner may read the e-mails, files and answers that the process writes.
                umask=0o077,
                preexec_fn=die_with_me(),
            )

    def ended(self) -> bool:
        """Return whether the process has ended; if so, kill the other processes of its group."""
        if self.process.poll() is None:
            return False
        if not self._swept:
            # Child processes of an ended server could keep the server's port. The group is killed
            # only once, because later another group may have the same id.
            self._swept = True
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        return True

    def succeed(self) -> None:
        """Wait for the end of the process, and require success.

        Raises ``Failed`` with the log's last lines.
        """
        if self.process.wait():
            raise Failed(f"{self.name} failed:\n{self.last_lines()}")

    def ask_to_end(self) -> None:
        """Send SIGTERM to the process group, only once because a second SIGTERM aborts a task."""
        if not self._asked and not self.ended():
            os.killpg(self.process.pid, signal.SIGTERM)
        self._asked = True

    def stop(self) -> None:
        """Stop the process group with SIGTERM, and after a time limit with SIGKILL."""
        if self.ended():
            return
        self.ask_to_end()
        try:
            self.process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def last_lines(self, count: int = 25) -> str:
        """Return the last lines of the process's log."""
        lines = self.log.read_text(errors="replace").splitlines()
        return "\n".join(lines[-count:]) or "(it printed nothing)"


def run_main(main: Callable[[], int]) -> None:
    """Run ``main`` and exit with its code; print ``Failed`` or ``PermissionError`` as a line."""
    try:
        code = main()
    except (Failed, PermissionError) as failure:
        sys.stdout.flush()
        print(f"\nStopped: {failure}", file=sys.stderr)
        code = 1
    except (Stopped, KeyboardInterrupt):
        code = 0
    sys.exit(code)
