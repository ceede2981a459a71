"""Makes .venv from the pinned packages, with the standard library: at first there is no more."""

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
import venv
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "insaf.json"
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
    if not PYTHON.exists() or not STAMP.exists():
        return False
    found = json.loads(STAMP.read_text())
    wanted = _identity() | {requirements: file_hash(ROOT / requirements)}
    return bool(found | wanted == found)


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
    done = subprocess.run(
        [
            *_pip(),
            *("install", "--quiet", "--disable-pip-version-check", "--no-input"),
            # Compiling all of it costs seconds; what is used is compiled at its first import.
            "--no-compile",
            *("--require-hashes", "--only-binary", ":all:", "-r", str(ROOT / requirements)),
        ],
        check=False,
        env=os.environ | {"PIP_ROOT_USER_ACTION": "ignore"},
    )
    if done.returncode:
        raise Failed(f"the packages of {requirements} could not be installed (see above)")
    stamp = _identity() | {requirements: file_hash(ROOT / requirements)}
    if requirements == "requirements-dev.txt":
        # The development list holds every runtime package at the same version.
        stamp["requirements.txt"] = file_hash(ROOT / "requirements.txt")
    STAMP.write_text(json.dumps(stamp))
    say(f"Python packages installed in {time.monotonic() - began:.0f} s")


def _make_venv() -> None:
    # A pip that is already there can serve .venv from outside, which saves installing another.
    if _outer_pip_serves():
        venv.create(VENV, with_pip=False)
    elif importlib.util.find_spec("ensurepip"):
        venv.create(VENV, with_pip=True)
    else:
        raise Failed("neither pip nor venv is there: install python3-venv or python3-pip")


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
    """Whether .venv is of this Python and was made in this place."""
    if not PYTHON.exists():
        return False
    if STAMP.exists():
        found = json.loads(STAMP.read_text())
        return bool(found | _identity() == found)
    # Made by hand, or its making was interrupted, perhaps before it had a pip.
    settings = (VENV / "pyvenv.cfg").read_text()
    has_pip = _outer_pip_serves() or (VENV / "bin" / "pip").exists()
    return has_pip and f"version = {_identity()['python']}." in settings


def say(text: str) -> None:
    """Prints one line at once, for whoever watches through a pipe too."""
    print(text, flush=True)


def file_hash(*paths: Path) -> str:
    """One hash over the names and contents of files."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
