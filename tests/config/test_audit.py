"""What bin/dev audit makes of the answers of pip-audit."""

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bin"))

import _audit  # noqa: E402 - beside the programs, not among the packages

CLEAN = {"name": "one", "version": "1.0", "vulns": []}
WEAK = {
    "name": "two",
    "version": "1.0",
    "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["1.1"], "aliases": [], "description": "x"}],
}
UNASKED = {"name": "three", "skip_reason": "Dependency not found on PyPI and could not be audited"}


@pytest.fixture
def answers(monkeypatch, tmp_path):
    """Let pip-audit answer this of the two lists: packages, or words that are no answer."""

    def let(runtime, development):
        for name, packages in (
            ("requirements.txt", runtime),
            ("requirements-dev.txt", development),
        ):
            said = packages if isinstance(packages, str) else json.dumps({"dependencies": packages})
            (tmp_path / name).write_text(said)
        program = tmp_path / "pip-audit"
        program.write_text(
            f'#!/bin/sh\nfor last; do :; done\ncat "{tmp_path}/$(basename "$last")"\n'
        )
        program.chmod(0o755)
        monkeypatch.setattr(_audit, "_tool", lambda _name: str(program))

    return let


@pytest.mark.parametrize(
    ("runtime", "development", "code"),
    [
        ([CLEAN], [CLEAN], 0),
        ([CLEAN, WEAK], [CLEAN], 1),
        ([CLEAN], [WEAK], 1),
        ([WEAK], [UNASKED], 1),
        ([CLEAN, UNASKED], [CLEAN], 3),
        ("no route to host", [CLEAN], 3),
        ("", "", 3),
    ],
)
def test_a_weakness_fails_and_what_was_not_asked_is_no_clean_bill(
    answers, runtime, development, code
):
    answers(runtime, development)

    assert _audit.audit([]) == code


def test_a_weakness_is_named_with_the_version_that_mends_it(answers, capsys):
    answers([WEAK], [CLEAN])
    _audit.audit([])

    said = capsys.readouterr().out
    assert "requirements.txt: two 1.0: PYSEC-2026-1 (mended in 1.1)" in said
    assert "requirements-dev.txt: 1 packages, 0 with a known weakness, 0 unasked" in said


def test_every_list_of_an_installation_is_asked_about():
    lists = {path.name for path in ROOT.glob("requirements*.txt")}

    assert lists == {_audit.RUNTIME, _audit.DEVELOPMENT, "requirements-audit.txt"}
