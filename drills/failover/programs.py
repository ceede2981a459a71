"""The search for the programs of the drill, and installation hints."""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from bin.postgres.identity import Identity
from bin.postgres.server import EmbeddedPostgres
from drills.faults.processes import ROOT

VENV = ROOT / "var" / "failover-venv"
# A user's PATH may lack the sbin folders, in which Debian installs servers.
FOLDERS = f"{os.environ.get('PATH', os.defpath)}{os.pathsep}/usr/sbin{os.pathsep}/usr/local/sbin"
POSTGRESQL = ("postgres", "initdb", "pg_ctl", "pg_basebackup", "pg_rewind", "pg_controldata")
PACKAGES = "'patroni[etcd3]==4.1.5' psycopg2-binary"
DEBIAN = {"etcd": "etcd-server", "haproxy": "haproxy"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """The paths of the programs that the drill needs."""

    patroni: Path
    patronictl: Path
    etcd: Path
    haproxy: Path
    postgresql: Path


class Missing(Exception):
    """The error for missing programs; each argument is an installation hint."""


def find_programs(
    *, identity: Identity, folder: Path, patroni: Path | None, postgresql: Path | None
) -> Programs:
    """Return the paths of all programs.

    Raises ``Missing`` if a program is not installed.
    """
    lines: list[str] = []
    found = {name: shutil.which(name, path=FOLDERS) for name in DEBIAN}
    for name, package in DEBIAN.items():
        if found[name] is None:
            lines.append(f"{name}: apt-get install {package}")
    command = _patroni(patroni, identity)
    if command is None:
        lines.append(f"Patroni: {_installation_of_patroni(identity)}")
    programs = postgresql or EmbeddedPostgres(folder / "postgresql", durable=False).programs
    absent = [name for name in POSTGRESQL if not _runs(programs / name, identity)]
    if absent:
        lines.append(
            f"PostgreSQL: {programs} has no {', '.join(absent)};"
            " apt-get install postgresql, then --pg-bin /usr/lib/postgresql/17/bin"
        )
    if lines or command is None:
        raise Missing(*lines)
    return Programs(
        patroni=command,
        patronictl=command.with_name("patronictl"),
        etcd=Path(str(found["etcd"])),
        haproxy=Path(str(found["haproxy"])),
        postgresql=programs,
    )


def version_of(program: Path, *arguments: str) -> str:
    """Return the first line that a program prints about its version."""
    done = Identity().run(str(program), *arguments)
    return (done.stdout or done.stderr).strip().partition("\n")[0]


def _runs(program: Path, identity: Identity) -> bool:
    """Return whether the program exists and the server's user may run it."""
    return os.access(program, os.X_OK) and identity.may_enter(program)


def _patroni(given: Path | None, identity: Identity) -> Path | None:
    on_path = shutil.which("patroni", path=FOLDERS)
    for command in (given, VENV / "bin" / "patroni", Path(on_path) if on_path else None):
        # This runs Patroni as a test, because the user may have no access to its Python.
        if (
            command is not None
            and _runs(command, identity)
            and identity.run(str(command), "--version").returncode == 0
        ):
            return command
    return None


def _installation_of_patroni(identity: Identity) -> str:
    """Return the shell command that installs Patroni in a virtual environment."""
    python = Path(sys.executable).resolve()
    if not identity.may_enter(python):
        # Root needs the system's Python, because Patroni runs as another user.
        python = Path("/usr/bin/python3")
    return f"{python} -m venv {VENV} && {VENV}/bin/pip install {PACKAGES}"
