"""What the commands in bin/ do in a folder where nothing has been built yet."""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest
from _processes import bytecode_environment, settings_environment

from tests.support.programs import program

ROOT = Path(__file__).resolve().parents[2]
NOT_IN_A_CLONE = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache")
SECRETS = ("SECRET_KEY", "LOOKUP_KEY", "VAULT_KEY")
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.fixture
def manage(monkeypatch, tmp_path) -> ModuleType:
    """bin/manage in a folder where the demonstration has run, with nothing in the environment."""
    found = program("manage")
    (tmp_path / "prepared").touch()
    monkeypatch.setattr(found, "DEMONSTRATION", tmp_path / "prepared")
    monkeypatch.setattr(found, "ensure_environment", lambda requirements: None)
    for name in found.OF_INSTALLATION:
        monkeypatch.delenv(name, raising=False)
    return found


def test_manage_is_the_demonstrations_where_that_has_run_and_nothing_is_set(manage, monkeypatch):
    monkeypatch.setattr(manage, "in_demonstration", lambda command: 7)

    assert manage.main() == 7


def test_manage_of_the_demonstration_has_its_secrets_and_its_database(
    manage, monkeypatch, tmp_path
):
    @contextmanager
    def database(*_folder, **_durable):
        yield "postgresql:///demonstration", None

    given: dict[str, str] = {}
    for name in SECRETS:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)
    monkeypatch.setattr("_processes.VAR", tmp_path)
    monkeypatch.setattr(manage, "database", database)
    # The real one would take the signals of the program that runs this test.
    monkeypatch.setattr(manage, "stop_on_signals", lambda: None)
    monkeypatch.setattr(manage, "run", lambda _command, environment: given.update(environment))

    manage.main()

    assert given["DJANGO_SETTINGS_MODULE"] == "config.settings.dev"
    assert given["DATABASE_URL"] == "postgresql:///demonstration"
    secrets = [Path(given[f"{name}_FILE"]) for name in SECRETS]
    assert {path.parent for path in secrets} == {tmp_path / "secrets"}
    assert len({path.read_text() for path in secrets}) == len(SECRETS)


@pytest.mark.parametrize("name", ["DATABASE_URL", "SECRET_KEY", "BASE_DOMAIN", "no demonstration"])
def test_manage_makes_nothing_up_for_an_installation(manage, monkeypatch, name):
    """One setting that is given is an installation: what is missing then ends the command."""
    if name == "no demonstration":
        manage.DEMONSTRATION.unlink()
    else:
        monkeypatch.setenv(name, "given")
    ran: list[str] = []
    # Reached here alone: the real call leaves this program.
    monkeypatch.setattr(manage, "in_demonstration", lambda command: 0)
    monkeypatch.setattr(
        manage.os,
        "execv",
        lambda _program, _command: ran.append(os.environ["DJANGO_SETTINGS_MODULE"]),
    )

    manage.main()

    assert ran == ["config.settings.prod"]
