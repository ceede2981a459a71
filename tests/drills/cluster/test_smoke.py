"""The command itself: what it asks of the runbook, what it says, and its smallest scenario."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from drills.cluster.groups import SCENARIOS
from drills.cluster.programs import Missing, pg_config_find
from drills.cluster.report import Row, line, summary
from drills.cluster.runbook import RUNBOOK, box, boxes, statements
from drills.faults.report import FAILS, HOLDS, NOT_RUN

FOLDER = Path(__file__).resolve().parents[3] / "drills" / "cluster"
ASKED = re.compile(r'\b(?:box|run|shell|statements)\(\s*f?"([^"]+)"')
# Set to run the smallest scenario where a PostgreSQL with Citus is installed.
VARIABLE = "TEST_CLUSTER"
MODULE = (sys.executable, "-m", "drills.cluster")


def command(*arguments, **environment):
    """What the command prints, and its exit code."""
    done = subprocess.run(
        [*MODULE, *arguments],
        capture_output=True,
        text=True,
        env=os.environ | environment,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def pg_config(folder, **answers):
    """A program that answers as pg_config does."""
    cases = "\n".join(f'--{name}) echo "{text}";;' for name, text in answers.items())
    program = folder / "pg_config"
    program.write_text(f'#!/bin/sh\ncase "$1" in\n{cases}\nesac\n')
    program.chmod(0o755)
    return program


def installed(folder, *, version="PostgreSQL 17.2", has_citus=True):
    """A folder that looks like a PostgreSQL."""
    for name in ("initdb", "postgres", "pg_dump", "pg_restore", "psql"):
        (folder / name).touch()
    if has_citus:
        (folder / "extension").mkdir()
        (folder / "extension" / "citus.control").write_text("default_version = '15.0-1'\n")
    return pg_config(folder, version=version, bindir=folder, sharedir=folder)


def test_each_box_that_is_run_is_in_the_runbook_and_each_of_the_runbook_is_run():
    asked = {
        name
        for path in FOLDER.glob("*.py")
        if not path.name.startswith("test_")
        for name in ASKED.findall(path.read_text())
    }
    asked = {one for name in asked for one in _written_out(name)}

    assert asked == set(boxes())


def _written_out(name):
    kinds = ("coordinator", "node")
    return [name.format(kind=kind) for kind in kinds] if "{kind}" in name else [name]


def test_a_box_whose_line_was_changed_is_not_run_as_it_stands():
    with pytest.raises(ValueError, match="is not in the runbook"):
        box("move", {"'db-9.internal', 5432": "'127.0.0.12', 6531"})
    with pytest.raises(KeyError):
        box("no such box", {})


def test_the_statements_of_a_box_are_run_one_by_one():
    found = statements("every server, extensions", {})

    assert found[0] == "CREATE EXTENSION citus"
    assert len(found) == 4


def test_every_scenario_has_its_line_in_the_runbook():
    assert [name for name in SCENARIOS if f"`{name}`" not in RUNBOOK.read_text()] == []


@pytest.mark.slow
def test_a_name_that_no_scenario_has_is_refused():
    code, told = command("no-such-scenario")

    assert (code, "no-such-scenario" in told) == (2, True)


@pytest.mark.slow
def test_without_postgresql_it_says_what_to_install():
    code, told = command("--pg-config=/nowhere/pg_config", "distributed")

    assert code == 2
    assert "/nowhere/pg_config" in told
    assert "apt-get install postgresql-17" in told


@pytest.mark.slow
def test_without_citus_it_says_whose_it_is_and_how_it_is_built(tmp_path):
    program = installed(tmp_path, has_citus=False)

    code, told = command("distributed", PG_CONFIG=str(program))

    assert code == 2
    assert "PostgreSQL 17.2 has no Citus" in told
    assert "AGPL" in told
    assert f"./configure PG_CONFIG={program}" in told


def test_an_old_postgresql_is_refused(tmp_path):
    with pytest.raises(Missing, match=r"PostgreSQL 15\.4: 16 or newer"):
        pg_config_find(installed(tmp_path, version="PostgreSQL 15.4"))


def test_a_postgresql_with_citus_is_taken(tmp_path):
    program = installed(tmp_path)

    assert pg_config_find(program) == program


def test_a_promise_that_does_not_hold_stands_in_the_last_line():
    rows = [
        Row(scenario="one", roles="on", verdict=HOLDS, filed=2, figures={"p95 s": 0.25}),
        Row(scenario="two", roles="off", verdict=FAILS, remarks=["lost: key: 1"]),
        Row(scenario="three", roles="on", verdict=NOT_RUN),
    ]

    told = json.loads(summary(rows, versions="17", commit="abc", seconds=12.4))

    assert (told["fails"], told["not_run"], told["filed"]) == (["two (off)"], ["three (on)"], 2)
    assert line(rows[0]).splitlines()[-1].strip() == "p95 s: 0.25"
    assert line(rows[1]).splitlines()[-1].strip() == "lost: key: 1"


@pytest.mark.slow
def test_the_smallest_scenario_on_a_cluster_of_this_machine(tmp_path):
    if not os.environ.get(VARIABLE):
        pytest.skip(f"{VARIABLE} is not set")
    try:
        pg_config_find(None)
    except Missing as missing:
        pytest.skip(str(missing))
    outside = {name: text for name, text in os.environ.items() if name != "DATABASE_URL"}

    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "drills.cluster",
            "distributed",
            f"--folder={tmp_path}",
            "--roles=on",
        ],
        capture_output=True,
        text=True,
        env=outside,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["holds"] == 1
