"""The creation of environments for the pinned packages, with the standard library only."""

import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, distributions, version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RUNTIME, DEVELOPMENT = "requirements.txt", "requirements-dev.txt"
# The audit programs have their own list of packages and their own environment.
AUDIT, AUDIT_VENV = "requirements-audit.txt", VAR / "audit-venv"
STAMP = "insaf.json"
OLDEST_PYTHON = (3, 11)
PIP_PROCESSES = 2


class Failed(Exception):
    """The error for a failed step; the message is printed without a traceback."""


def ensure_environment(requirements: str) -> None:
    """Install a list of packages if needed, and run this command in the list's environment."""
    folder = AUDIT_VENV if requirements == AUDIT else VENV
    if sys.version_info < OLDEST_PYTHON:
        raise Failed(f"Insaf needs Python 3.11 or newer, this is {sys.version.split()[0]}")
    # Without these folders, which the settings name, every process would log a warning.
    for served in (VAR / "static", VAR / "static-build"):
        served.mkdir(parents=True, exist_ok=True)
    with (VAR / "bootstrap.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _has(folder, requirements):
            _install(folder, requirements)
    if Path(sys.prefix).resolve() != folder.resolve():
        python = _python(folder)
        os.execv(python, [str(python), *sys.argv])  # noqa: S606 - the same command, in there


def _python(folder: Path) -> Path:
    return folder / "bin" / "python"


def _has(folder: Path, requirements: str) -> bool:
    found = _stamp(folder)
    wanted = _identity(folder) | {requirements: file_hash(ROOT / requirements)}
    return _python(folder).exists() and found | wanted == found


def _stamp(folder: Path) -> dict[str, str]:
    """Return the stored Python version, folder and hashes of package lists of an environment."""
    try:
        return dict(json.loads((folder / STAMP).read_text()))
    except (FileNotFoundError, ValueError):
        # Without a readable stamp the environment counts as incomplete.
        return {}


def _identity(folder: Path) -> dict[str, str]:
    # The folder is part of the stamp, because the programs of a moved or copied environment fail.
    return {"python": f"{sys.version_info.major}.{sys.version_info.minor}", "folder": str(folder)}


def _install(folder: Path, requirements: str) -> None:
    began = time.monotonic()
    say(f"Installing Python packages ({requirements}) ...")
    if not _reusable(folder):
        if Path(sys.prefix).resolve() == folder.resolve():
            raise Failed(f"{folder.name} must be made again: start this with the Python outside")
        shutil.rmtree(folder, ignore_errors=True)
        _make_venv(folder)
    if not _packages_installed(folder, requirements):
        raise Failed(f"the packages of {requirements} could not be installed (see above)")
    stamp = _stamp(folder) | _identity(folder) | {requirements: file_hash(ROOT / requirements)}
    if requirements == DEVELOPMENT:
        # The list for development contains all packages of the list for production.
        stamp[RUNTIME] = file_hash(ROOT / RUNTIME)
    _remove_packages_without_a_list(
        folder, [name for name in (RUNTIME, DEVELOPMENT, AUDIT) if name in stamp]
    )
    (folder / STAMP).write_text(json.dumps(stamp))
    say(f"Python packages installed in {time.monotonic() - began:.0f} s")


def _packages_installed(folder: Path, requirements: str) -> bool:
    """Install a list of packages with two processes of pip, and return whether both succeeded.

    Dependencies are not resolved, because the list is complete (tests/config/test_requirements.py).
    """
    # Bytecode is not compiled here, because Python compiles a module at its first import.
    options = ["--no-compile", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    entries = _entries(requirements)
    with tempfile.TemporaryDirectory() as halves:
        lists = [
            Path(halves, f"{number}.txt") for number in range(min(PIP_PROCESSES, len(entries)))
        ]
        for number, half in enumerate(lists):
            half.write_text("".join(entries[number::PIP_PROCESSES]))
        with ThreadPoolExecutor(PIP_PROCESSES) as pool:
            done = pool.map(lambda half: _pip_does(folder, "install", *options, "-r", half), lists)
            return all(list(done))


def _entries(requirements: str) -> list[str]:
    """Return the entries of a list of packages, each with its hashes."""
    return re.split(r"^(?=[\w.-])", (ROOT / requirements).read_text(), flags=re.MULTILINE)[1:]


def _remove_packages_without_a_list(folder: Path, lists: list[str]) -> None:
    """Remove installed packages that are in none of ``lists``; code could still import them."""
    # The package pip stays, because the environment may need pip for later updates.
    wanted = {"pip"}.union(*(_pinned(name) for name in lists))
    site_packages = [str(path) for path in folder.glob("lib/python*/site-packages")]
    found = {_canonical(one.metadata["Name"]) for one in distributions(path=site_packages)}
    left = sorted(found - wanted)
    if left and not _pip_does(folder, "uninstall", "--yes", *left):
        raise Failed(f"packages that are needed no more could not be removed: {', '.join(left)}")


def _pinned(requirements: str) -> set[str]:
    text = (ROOT / requirements).read_text()
    return {_canonical(name) for name in re.findall(r"^([\w.-]+)", text, re.MULTILINE)}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _make_venv(folder: Path) -> None:
    # The environment needs no pip if the pip of this Python can install into the environment.
    needs_pip = not _outer_pip_serves()
    if needs_pip and not importlib.util.find_spec("ensurepip"):
        raise Failed("neither pip nor venv is there: install python3-venv or python3-pip")
    venv.create(folder, with_pip=needs_pip)


def _pip_does(folder: Path, command: str, *arguments: str | Path) -> bool:
    python = str(_python(folder))
    from_outside = [sys.executable, "-m", "pip", "--python", python]
    pip = from_outside if _outer_pip_serves() else [python, "-m", "pip"]
    quietly = ("--quiet", "--disable-pip-version-check", "--no-input")
    done = subprocess.run(
        [*pip, command, *quietly, *arguments],
        check=False,
        env=os.environ | {"PIP_ROOT_USER_ACTION": "ignore"},
    )
    return done.returncode == 0


def _outer_pip_serves() -> bool:
    """Return whether the pip of this Python has the option --python (pip 22.3 and later)."""
    try:
        major, minor, *_ = (*version("pip").split("."), "0")
        return importlib.util.find_spec("pip") is not None and (int(major), int(minor)) >= (22, 3)
    except (PackageNotFoundError, ValueError):
        return False


def _reusable(folder: Path) -> bool:
    """Return whether an environment has this Python version, was not moved, and can use pip."""
    # The environment may have no pip after an interrupted creation.
    has_pip = _outer_pip_serves() or (folder / "bin" / "pip").exists()
    if not (_python(folder).exists() and has_pip):
        return False
    found = _stamp(folder)
    if found:
        return found | _identity(folder) == found
    # Without a stamp, the Python version is read from pyvenv.cfg.
    return f"version = {_identity(folder)['python']}." in (folder / "pyvenv.cfg").read_text()


def say(text: str) -> None:
    """Print a line without delay, even to a pipe."""
    print(text, flush=True)


def file_hash(*paths: Path) -> str:
    """Return the SHA-256 of the names and contents of the files."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
