"""Creation of .venv from the pinned packages, with the standard library alone."""

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
# The programs that audit the other two lists have an environment of their own.
AUDIT, AUDIT_VENV = "requirements-audit.txt", VAR / "audit-venv"
STAMP = "insaf.json"
OLDEST_PYTHON = (3, 11)
PIP_PROCESSES = 2


class Failed(Exception):
    """The error of a failed step; its message is all that the user needs to see."""


def ensure_environment(requirements: str) -> None:
    """Install the pinned packages into .venv, then run this command again inside it."""
    folder = AUDIT_VENV if requirements == AUDIT else VENV
    if sys.version_info < OLDEST_PYTHON:
        raise Failed(f"Insaf needs Python 3.11 or newer, this is {sys.version.split()[0]}")
    # The settings name the two folders; absent, every process would warn about them.
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
    """Return what an environment was made from: Python, folder, and the hash of each list."""
    try:
        return dict(json.loads((folder / STAMP).read_text()))
    except (FileNotFoundError, ValueError):
        # Never finished, or written on a disk that was full.
        return {}


def _identity(folder: Path) -> dict[str, str]:
    # The programs in it name its Python by absolute path: moved or copied, they no longer run.
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
        # The development list holds every runtime package at the same version.
        stamp[RUNTIME] = file_hash(ROOT / RUNTIME)
    _remove_packages_without_a_list(
        folder, [name for name in (RUNTIME, DEVELOPMENT, AUDIT) if name in stamp]
    )
    (folder / STAMP).write_text(json.dumps(stamp))
    say(f"Python packages installed in {time.monotonic() - began:.0f} s")


def _packages_installed(folder: Path, requirements: str) -> bool:
    """Install a list by two processes of pip, each with every second package.

    Two thirds of pip's time are for reading the index on one core. The list is complete
    (tests/config/test_requirements.py), so neither half needs to resolve dependencies.
    """
    # Compiling all of it costs seconds; what is used is compiled at its first import.
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
    """Remove packages that left the lists: only here they could still be imported."""
    # pip itself may stand there; nothing of ours imports it.
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
    # A pip that is already there can serve it from outside, which saves installing another.
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
    """Return whether this Python has a pip that knows --python (22.3 and later)."""
    try:
        major, minor, *_ = (*version("pip").split("."), "0")
        return importlib.util.find_spec("pip") is not None and (int(major), int(minor)) >= (22, 3)
    except (PackageNotFoundError, ValueError):
        return False


def _reusable(folder: Path) -> bool:
    """Return whether the environment has this Python, is at its original place, and has a pip."""
    # Its making may have been interrupted before it had a pip, or the pip outside is gone.
    has_pip = _outer_pip_serves() or (folder / "bin" / "pip").exists()
    if not (_python(folder).exists() and has_pip):
        return False
    found = _stamp(folder)
    if found:
        return found | _identity(folder) == found
    # Made by hand, or its making was interrupted.
    return f"version = {_identity(folder)['python']}." in (folder / "pyvenv.cfg").read_text()


def say(text: str) -> None:
    """Print one line at once, also through a pipe."""
    print(text, flush=True)


def file_hash(*paths: Path) -> str:
    """Return one hash over the names and contents of files."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
