"""What the commands in bin/ do in a folder where nothing has been built yet."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from _processes import bytecode_environment, settings_environment

ROOT = Path(__file__).resolve().parents[2]
NOT_IN_A_CLONE = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache")
# bin/dev without the installing of packages, which are there; the module does nothing when run.
BENCH = """
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader

sys.path.insert(0, "bin")
loader = SourceFileLoader("dev", "bin/dev")
dev = module_from_spec(spec_from_loader("dev", loader))
loader.exec_module(dev)
sys.exit(dev.bench(["measuring"]))
"""


def test_a_bench_of_a_fresh_clone_finds_fonts_and_icons(tmp_path):
    clone = tmp_path / "clone"
    shutil.copytree(ROOT, clone, ignore=NOT_IN_A_CLONE)
    (clone / ".venv").symlink_to(ROOT / ".venv")
    built = clone / "var" / "static-build"
    built.mkdir(parents=True)

    done = subprocess.run(
        [sys.executable, "-c", BENCH],
        cwd=clone,
        env=os.environ | {"PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert {path.suffix for path in built.rglob("*.*")} >= {".woff2", ".png"}


def test_pictures_are_taken_by_a_program_without_settings():
    """It looks at a running site from outside: no database and no settings are its own."""
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}

    done = subprocess.run(
        [sys.executable, "-m", "tests.support.screenshots", "--help"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_what_was_compiled_is_kept_also_where_it_may_not_lie_beside_the_sources(tmp_path):
    (tmp_path / "told.py").write_text("WORD = 'compiled'\n")
    forbidden = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    kept = bytecode_environment() | {"PYTHONPYCACHEPREFIX": str(tmp_path / "kept")}

    subprocess.run(
        [sys.executable, "-c", "import told"], cwd=tmp_path, env=forbidden | kept, check=True
    )

    assert list((tmp_path / "kept").rglob("told.*.pyc"))
    assert not (tmp_path / "__pycache__").exists()
    assert settings_environment().items() >= bytecode_environment().items()
