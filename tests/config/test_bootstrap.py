"""What bin/ does before there are packages: .venv holds the list it was made for, and no more."""

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest

# Each has a server, or an environment, of its own.
pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
RUNTIME, DEVELOPMENT = "requirements.txt", "requirements-dev.txt"
METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
PROGRAM = """
import sys
from importlib.metadata import distributions
from _bootstrap import ensure_environment
from _processes import run_main
def main():
    ensure_environment(sys.argv[1])
    print(*sorted(f"{one.name}-{one.version}" for one in distributions()))
    return 0
run_main(main)
"""
# The Python outside has these modules no more, as a Debian without python3-pip or python3-venv.
WITHOUT = """
import sys
if sys.prefix == sys.base_prefix:
    sys.modules.update(dict.fromkeys({names}))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A folder with the real bin/, and packages of its own beside it."""

    folder: Path

    def pin(self, file_name: str, *names: str) -> None:
        """Write a list of packages, each at version 1.0 with the hash of its wheel."""
        lines = [f"{name}==1.0 --hash=sha256:{self._wheel(name)}\n" for name in names]
        (self.folder / file_name).write_text("".join(lines))

    def packages(self, file_name: str) -> list[str]:
        """What .venv holds after a command that needs this list; pip itself counts for nothing."""
        done = self.run(file_name)
        assert done.returncode == 0, done.stdout + done.stderr
        return [one for one in done.stdout.splitlines()[-1].split() if not one.startswith("pip-")]

    def run(self, file_name: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Start a program of bin/ with the Python outside of .venv."""
        wheels = str(self.folder / "wheels")
        return subprocess.run(
            [outside_python(), "bin/program", file_name],
            cwd=self.folder,
            env=os.environ | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": wheels} | variables,
            capture_output=True,
            text=True,
            check=False,
        )

    def _wheel(self, name: str) -> str:
        path = self.folder / "wheels" / f"{name}-1.0-py3-none-any.whl"
        info = f"{name}-1.0.dist-info"
        if not path.exists():
            with ZipFile(path, "w") as wheel:
                wheel.writestr(f"{name}.py", "")
                wheel.writestr(f"{info}/METADATA", METADATA.format(name=name, version="1.0"))
                wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
                files = (f"{name}.py", f"{info}/METADATA", f"{info}/WHEEL", f"{info}/RECORD")
                wheel.writestr(f"{info}/RECORD", "".join(f"{file},,\n" for file in files))
        return hashlib.sha256(path.read_bytes()).hexdigest()


def outside_python() -> str:
    """The Python from which the .venv of this run was made."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return str(Path(sys.base_prefix) / "bin" / version)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A runtime list of two packages and a development list with two more."""
    project = Project(folder=tmp_path)
    (tmp_path / "wheels").mkdir()
    shutil.copytree(ROOT / "bin", tmp_path / "bin")
    (tmp_path / "bin" / "program").write_text(PROGRAM)
    project.pin(RUNTIME, "alpha", "beta")
    project.pin(DEVELOPMENT, "alpha", "beta", "gamma", "delta")
    return project


def test_the_packages_stand_in_venv_and_nothing_beside_it(project):
    project.packages(RUNTIME)

    assert [path.parent.name for path in project.folder.rglob("pyvenv.cfg")] == [".venv"]


def test_a_package_that_left_the_list_leaves_the_environment(project):
    project.packages(DEVELOPMENT)
    project.pin(RUNTIME, "alpha")
    project.pin(DEVELOPMENT, "alpha", "gamma")

    found = project.packages(DEVELOPMENT)

    assert found == ["alpha-1.0", "gamma-1.0"]


def test_a_runtime_environment_never_holds_what_only_development_needs(project):
    before = project.packages(RUNTIME)
    project.pin(RUNTIME, "alpha")

    assert (before, project.packages(RUNTIME)) == (["alpha-1.0", "beta-1.0"], ["alpha-1.0"])


def test_a_new_runtime_list_leaves_the_development_packages_where_they_are(project):
    project.packages(DEVELOPMENT)
    project.pin(RUNTIME, "alpha")
    project.pin(DEVELOPMENT, "alpha", "gamma")

    found = project.packages(RUNTIME)

    assert found == ["alpha-1.0", "gamma-1.0"]
    assert "Installing" in project.run(DEVELOPMENT).stdout


def test_a_list_that_is_there_already_is_not_installed_again(project):
    project.packages(DEVELOPMENT)

    told = [project.run(name).stdout for name in (DEVELOPMENT, RUNTIME)]

    assert told == ["alpha-1.0 beta-1.0 delta-1.0 gamma-1.0\n"] * 2


def test_a_stamp_that_was_half_written_is_written_anew(project):
    project.packages(RUNTIME)
    (project.folder / ".venv" / "insaf.json").write_text('{"python": ')

    assert project.packages(RUNTIME) == ["alpha-1.0", "beta-1.0"]


def test_a_wheel_with_another_hash_is_refused_in_one_line(project):
    text = (project.folder / RUNTIME).read_text()
    (project.folder / RUNTIME).write_text(text.replace("sha256:", "sha256:0000")[: len(text)])

    done = project.run(RUNTIME)

    assert done.returncode == 1
    assert "Stopped: the packages of requirements.txt could not be installed" in done.stderr


def test_without_pip_outside_the_environment_gets_its_own(project):
    done = project.run(RUNTIME, PYTHONPATH=str(hidden(project, "pip")))

    assert done.returncode == 0, done.stdout + done.stderr
    assert (project.folder / ".venv" / "bin" / "pip").exists()
    found = done.stdout.splitlines()[-1].split()
    assert [one.partition("-")[0] for one in found] == ["alpha", "beta", "pip"]


def test_without_pip_and_venv_one_line_says_what_to_install(project):
    done = project.run(RUNTIME, PYTHONPATH=str(hidden(project, "pip", "ensurepip")))

    assert (done.returncode, done.stderr) == (
        1,
        "\nStopped: neither pip nor venv is there: install python3-venv or python3-pip\n",
    )


@pytest.mark.parametrize(
    ("version", "serves"),
    [("22.2.2", False), ("22.3", True), ("22.3.1", True), ("26.0", True), ("unknown", False)],
)
def test_pip_outside_serves_from_22_3_on(project, version, serves):
    folder = hidden(project)
    (folder / "pip").mkdir()
    (folder / "pip" / "__init__.py").touch()
    (folder / f"pip-{version}.dist-info").mkdir()
    metadata = METADATA.format(name="pip", version=version)
    (folder / f"pip-{version}.dist-info" / "METADATA").write_text(metadata)
    done = subprocess.run(
        [outside_python(), "-c", "import _bootstrap; print(_bootstrap._outer_pip_serves())"],
        env=os.environ | {"PYTHONPATH": f"{folder}:{ROOT / 'bin'}"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == f"{serves}\n"


def hidden(project: Project, *names: str) -> Path:
    """A folder for PYTHONPATH that hides modules."""
    folder = project.folder / "hidden"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(WITHOUT.format(names=names))
    return folder
