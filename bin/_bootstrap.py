"""Makes .venv from the pinned packages, with the standard library: at first there is no more."""

import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
import venv
from importlib.metadata import PackageNotFoundError, distributions, version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "insaf.json"
RUNTIME, DEVELOPMENT = "requirements.txt", "requirements-dev.txt"
OLDEST_PYTHON = (3, 11)


class Failed(Exception):
    """A step failed; the message is all that the person needs to see."""


def ensure_environment(requirements: str) -> None:
    """Makes .venv hold the pinned packages, then runs this same command inside it."""
    if sys.version_info < OLDEST_PYTHON:
        raise Failed(f"Insaf needs Python 3.11 or newer, this is {sys.version.split()[0]}")
    # The settings name the two folders; absent, every process would warn about them.
    for folder in (VAR / "static", VAR / "static-build"):
        folder.mkdir(parents=True, exist_ok=True)
    with (VAR / "bootstrap.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _has(requirements):
            _install(requirements)
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(PYTHON, [str(PYTHON), *sys.argv])  # noqa: S606 - the same command, in .venv


def _has(requirements: str) -> bool:
    if not PYTHON.exists():
        return False
    found = _stamp()
    wanted = _identity() | {requirements: file_hash(ROOT / requirements)}
    return found | wanted == found


def _stamp() -> dict[str, str]:
    """What .venv was made from: its Python, its place, and the hash of each list that it holds."""
    try:
        return dict(json.loads(STAMP.read_text()))
    except (FileNotFoundError, ValueError):
        # Never finished, or written on a disk that was full.
        return {}


def _identity() -> dict[str, str]:
    # The programs in .venv name its Python by absolute path: moved or copied, they no longer run.
    return {"python": f"{sys.version_info.major}.{sys.version_info.minor}", "folder": str(VENV)}


def _install(requirements: str) -> None:
    began = time.monotonic()
    say(f"Installing Python packages ({requirements}) ...")
    if not _reusable():
        if Path(sys.prefix).resolve() == VENV.resolve():
            raise Failed(".venv must be made again: start this with the Python outside of it")
        shutil.rmtree(VENV, ignore_errors=True)
        _make_venv()
    # Compiling all of it costs seconds; what is used is compiled at its first import.
    options = ["--no-compile", "--require-hashes", "--only-binary", ":all:"]
    if not _pip_does("install", *options, "-r", str(ROOT / requirements)):
        raise Failed(f"the packages of {requirements} could not be installed (see above)")
    stamp = _stamp() | _identity() | {requirements: file_hash(ROOT / requirements)}
    if requirements == DEVELOPMENT:
        # The development list holds every runtime package at the same version.
        stamp[RUNTIME] = file_hash(ROOT / RUNTIME)
    _remove_packages_without_a_list([name for name in (RUNTIME, DEVELOPMENT) if name in stamp])
    STAMP.write_text(json.dumps(stamp))
    say(f"Python packages installed in {time.monotonic() - began:.0f} s")


def _remove_packages_without_a_list(lists: list[str]) -> None:
    """A package that has left the lists would still be imported: here, and nowhere else."""
    # pip itself may stand in .venv; nothing of ours imports it.
    wanted = {"pip"}.union(*(_pinned(name) for name in lists))
    site_packages = [str(path) for path in VENV.glob("lib/python*/site-packages")]
    found = {_canonical(one.metadata["Name"]) for one in distributions(path=site_packages)}
    left = sorted(found - wanted)
    if left and not _pip_does("uninstall", "--yes", *left):
        raise Failed(f"packages that are needed no more could not be removed: {', '.join(left)}")


def _pinned(requirements: str) -> set[str]:
    names = re.findall(r"^([\w.-]+)", (ROOT / requirements).read_text(), re.MULTILINE)
    return {_canonical(name) for name in names}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _make_venv() -> None:
    # A pip that is already there can serve .venv from outside, which saves installing another.
    if _outer_pip_serves():
        venv.create(VENV, with_pip=False)
    elif importlib.util.find_spec("ensurepip"):
        venv.create(VENV, with_pip=True)
    else:
        raise Failed("neither pip nor venv is there: install python3-venv or python3-pip")


def _pip_does(command: str, *arguments: str) -> bool:
    quietly = ("--quiet", "--disable-pip-version-check", "--no-input")
    done = subprocess.run(
        [*_pip(), command, *quietly, *arguments],
        check=False,
        env=os.environ | {"PIP_ROOT_USER_ACTION": "ignore"},
    )
    return done.returncode == 0


def _pip() -> list[str]:
    if _outer_pip_serves():
        return [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    return [str(PYTHON), "-m", "pip"]


def _outer_pip_serves() -> bool:
    """Whether this Python has a pip that knows --python (22.3 and later)."""
    if importlib.util.find_spec("pip") is None:
        return False
    try:
        major, minor, *_ = (*version("pip").split("."), "0")
        return (int(major), int(minor)) >= (22, 3)
    except (PackageNotFoundError, ValueError):
        return False


def _reusable() -> bool:
    """Whether .venv is of this Python, was made in this place, and can be installed into."""
    # Its making may have been interrupted before it had a pip, or the pip outside is gone.
    has_pip = _outer_pip_serves() or (VENV / "bin" / "pip").exists()
    if not (PYTHON.exists() and has_pip):
        return False
    found = _stamp()
    if found:
        return found | _identity() == found
    # Made by hand, or its making was interrupted.
    return f"version = {_identity()['python']}." in (VENV / "pyvenv.cfg").read_text()


def say(text: str) -> None:
    """Prints one line at once, for whoever watches through a pipe too."""
    print(text, flush=True)


def file_hash(*paths: Path) -> str:
    """One hash over the names and contents of files."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
