"""The search for a PostgreSQL with Citus, and installation hints."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

VARIABLE = "PG_CONFIG"
MIN_VERSION = 16
INSTALLED = Path("/usr/lib/postgresql")
TOOLS = ("initdb", "postgres", "pg_dump", "pg_restore", "psql")
PROGRAMS = ("openssl",)
POSTGRESQL_HINT = (
    "apt-get install postgresql-17 postgresql-server-dev-17 (on Debian, or of apt.postgresql.org)"
)
CITUS_HINT = """\
It is no part of Insaf and not installed with it: it is under the AGPL, and whoever runs a cluster
brings it. As packages: apt-get install postgresql-17-citus-14.0 of the repository that
https://docs.citusdata.com/ names. From its source (https://github.com/citusdata/citus):
  apt-get install build-essential autoconf flex libcurl4-openssl-dev liblz4-dev libzstd-dev \\
    libssl-dev libkrb5-dev libpam0g-dev libselinux1-dev libxslt1-dev libreadline-dev
  ./configure PG_CONFIG={pg_config} && make && make install"""


class Missing(Exception):
    """The error for a missing program, with installation hints as its message."""


def pg_config_find(given: Path | None) -> Path:
    """Return the path of the pg_config of a PostgreSQL with Citus. Raises ``Missing``."""
    lines = [
        f"{name} is missing: apt-get install {name}" for name in PROGRAMS if not shutil.which(name)
    ]
    if lines:
        raise Missing("\n".join(lines))
    named = given or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    faults = []
    for candidate in [named] if named else _installed():
        if not (fault := _fault(candidate)):
            return candidate
        faults.append(fault)
    raise Missing(
        faults[0] if faults else f"there is no PostgreSQL under {INSTALLED}: {POSTGRESQL_HINT}"
    )


def binaries_of(pg_config: Path) -> Path:
    """Return the folder of PostgreSQL's programs."""
    return Path(_answer(pg_config, "--bindir"))


def versions_of(pg_config: Path) -> str:
    """Return the versions of PostgreSQL and Citus, as one text."""
    control = _citus_control(pg_config).read_text()
    found = re.search(r"default_version = '([^']+)'", control)
    return f"{_answer(pg_config, '--version')}, Citus {found[1] if found else '?'}"


def _installed() -> Iterable[Path]:
    found = [path for path in INSTALLED.glob("*/bin/pg_config") if path.parts[-3].isdigit()]
    newest_first = sorted(found, key=lambda path: int(path.parts[-3]), reverse=True)
    # A PostgreSQL without Citus comes last; the error names it if no PostgreSQL has Citus.
    return sorted(newest_first, key=lambda path: bool(_fault(path)))


def _fault(pg_config: Path) -> str:
    try:
        version = _answer(pg_config, "--version")
    except (OSError, subprocess.CalledProcessError) as error:
        return f"{pg_config} is no pg_config: {error}\n{POSTGRESQL_HINT}"
    number = int((re.search(r"\d+", version) or ["0"])[0])
    if number < MIN_VERSION:
        return f"{pg_config} is of {version}: {MIN_VERSION} or newer is needed\n{POSTGRESQL_HINT}"
    absent = [name for name in TOOLS if not (binaries_of(pg_config) / name).exists()]
    if absent:
        return f"{binaries_of(pg_config)} has no {', '.join(absent)}\n{POSTGRESQL_HINT}"
    if not _citus_control(pg_config).exists():
        return f"{version} has no Citus.\n{CITUS_HINT.format(pg_config=pg_config)}"
    return ""


def _citus_control(pg_config: Path) -> Path:
    return Path(_answer(pg_config, "--sharedir")) / "extension" / "citus.control"


def _answer(pg_config: Path, question: str) -> str:
    return subprocess.run(
        [str(pg_config), question], capture_output=True, text=True, check=True
    ).stdout.strip()
