"""The creation of .venv from the pinned packages, with Python's standard library only."""

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
    """The error of a failed step; its message is the only text that the user sees."""


def ensure_environment(requirements: str) -> None:
    """Install the pinned packages into .venv, then run this command again with its Python."""
    folder = AUDIT_VENV if requirements == AUDIT else VENV
    if sys.version_info < OLDEST_PYTHON:
        raise Failed(f"Insaf needs Python 3.11 or newer, this is {sys.version.split()[0]}")
    # The settings name both folders; every process would warn about a missing folder.
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
    """Return an environment's Python version, folder and hashes of package lists."""
    try:
        return dict(json.loads((folder / STAMP).read_text()))
    except (FileNotFoundError, ValueError):
        # The stamp is missing or broken: the installation was interrupted, or the disk was full.
        return {}


def _identity(folder: Path) -> dict[str, str]:
    # The folder is recorded, because the environment's programs name its Python by absolute path:
    # in a moved or copied environment they fail.
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
        # The development list contains every runtime package at the same version.
        stamp[RUNTIME] = file_hash(ROOT / RUNTIME)
    _remove_packages_without_a_list(
        folder, [name for name in (RUNTIME, DEVELOPMENT, AUDIT) if name in stamp]
    )
    (folder / STAMP).write_text(json.dumps(stamp))
    say(f"Python packages installed in {time.monotonic() - began:.0f} s")


def _packages_installed(folder: Path, requirements: str) -> bool:
    """Install a list of packages with two pip processes, each with half of the packages.

    pip spends two thirds of its time reading the index on one core. The list is complete
    (tests/config/test_requirements.py), so no process needs to resolve dependencies.
    """
    # Compiling all bytecode takes seconds; Python compiles a module at its first import anyway.
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
    """Return the packages of a list, each with the lines of its hashes."""
    return re.split(r"^(?=[\w.-])", (ROOT / requirements).read_text(), flags=re.MULTILINE)[1:]


def _remove_packages_without_a_list(folder: Path, lists: list[str]) -> None:
    """Remove the installed packages that no list contains, because code could still import them."""
    # pip may stay, because no code of the project imports it.
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
    # If the outer Python's pip can install into the environment, no second pip is installed.
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
    """Return whether this Python's pip knows the option --python (pip 22.3 and later)."""
    try:
        major, minor, *_ = (*version("pip").split("."), "0")
        return importlib.util.find_spec("pip") is not None and (int(major), int(minor)) >= (22, 3)
    except (PackageNotFoundError, ValueError):
        return False


def _reusable(folder: Path) -> bool:
    """Return whether the environment has this Python, is at its original place, and has a pip."""
    # An interrupted creation may have left no pip, and the outer pip may have been removed.
    has_pip = _outer_pip_serves() or (folder / "bin" / "pip").exists()
    if not (_python(folder).exists() and has_pip):
        return False
    found = _stamp(folder)
    if found:
        return found | _identity(folder) == found
    # An environment without a stamp was made by hand, or its creation was interrupted.
    return f"version = {_identity(folder)['python']}." in (folder / "pyvenv.cfg").read_text()


def say(text: str) -> None:
    """Print one line and flush it, so that a pipe gets the line at once."""
    print(text, flush=True)


def file_hash(*paths: Path) -> str:
    """Return one SHA hash over the names and contents of the files."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
