"""The command itself, as far as a machine without its programs can tell; all of it when asked."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bin.postgres.identity import Identity
from drills.failover import programs as programs_module
from drills.failover.programs import FOLDERS, Missing, find_programs
from drills.failover.report import COLUMNS, FAILS, HOLDS, INFORMS, Row, head, line, summary
from drills.failover.rounds import KINDS
from drills.failover.runbook import ETCD, HAPROXY, PATRONI, RUNBOOK, files, rendered, variables

# Set it where Patroni, etcd and HAProxy are installed; it takes some minutes.
WANTED = "FAILOVER"
PATRONI_VALUES = {
    "10.0.0.1:8008": "127.0.0.1:8001",
    "10.0.0.1:2379": "127.0.0.1:8002",
    "10.0.0.1:5432": "127.0.0.1:8003",
    "10.0.0.0/24": "127.0.0.1/32",
    "/var/lib/postgresql/insaf.pgpass": "/srv/pgpass",
    "/var/lib/postgresql/insaf": "/srv/data",
    "/run/postgresql": "/srv/socket",
    "SUPERUSER-PASSWORD": "one",
    "REPLICATION-PASSWORD": "two",
    "REWIND-PASSWORD": "three",
}
HAPROXY_VALUES = {
    "127.0.0.1:5000": "127.0.0.1:8000",
    "10.0.0.1:5432 check port 8008": "127.0.0.1:8003 check port 8001",
    "10.0.0.2:5432 check port 8008": "127.0.0.1:8013 check port 8011",
}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, "-m", "drills.failover", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def test_the_runbook_shows_each_file_once():
    assert sorted(files()) == sorted([ETCD, PATRONI, HAPROXY])


def test_the_servers_keep_what_the_runbook_promises():
    lines = [text.strip() for text in rendered(PATRONI, PATRONI_VALUES).splitlines()]

    promised = ("synchronous_mode: true", "use_pg_rewind: true", "log_statement: none", "ttl: 20")
    assert [wanted for wanted in promised if wanted not in lines] == []
    # One etcd stands for the three of the runbook.
    assert [text for text in lines if text.endswith(":8002")] == ["- 127.0.0.1:8002"]


def test_haproxy_asks_patroni_for_the_primary_and_ends_connections_to_another():
    text = rendered(HAPROXY, HAPROXY_VALUES)

    assert "http-check send meth GET uri /primary" in text
    assert "on-marked-down shutdown-sessions" in text
    assert [row.split()[1:] for row in text.splitlines() if "server db-" in row] == [
        ["db-1", "127.0.0.1:8003", "check", "port", "8001"],
        ["db-2", "127.0.0.1:8013", "check", "port", "8011"],
    ]


def test_one_etcd_is_a_cluster_of_its_own():
    values = {
        "/var/lib/etcd/insaf": "/srv/etcd",
        "10.0.0.1:2379": "127.0.0.1:8002",
        "10.0.0.1:2380": "127.0.0.1:8004",
    }

    settings = variables(rendered(ETCD, values))

    assert settings["ETCD_INITIAL_CLUSTER"] == "etcd-1=http://127.0.0.1:8004"


def test_a_file_is_not_rendered_with_an_address_of_the_runbook_left_in_it():
    with pytest.raises(ValueError, match=r"holds 10\.0\.0\.2"):
        rendered(HAPROXY, dict(list(HAPROXY_VALUES.items())[:2]))


def test_a_value_that_the_runbook_has_no_more_is_noticed():
    with pytest.raises(ValueError, match=r"no longer holds 10\.0\.0\.9:5432"):
        rendered(HAPROXY, {**HAPROXY_VALUES, "10.0.0.9:5432": "127.0.0.1:1"})


def test_haproxy_takes_the_file_of_the_runbook(tmp_path):
    haproxy = shutil.which("haproxy", path=FOLDERS)
    if haproxy is None:
        pytest.skip("haproxy is not installed")
    config = tmp_path / "haproxy.cfg"
    config.write_text(rendered(HAPROXY, HAPROXY_VALUES))

    done = subprocess.run(
        [haproxy, "-c", "-f", str(config)], capture_output=True, text=True, check=False
    )

    assert (done.returncode, "WARNING" in done.stderr) == (0, False), done.stderr


def test_each_missing_program_is_named_with_the_way_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setattr(programs_module, "FOLDERS", str(tmp_path))
    monkeypatch.setattr(programs_module, "VENV", tmp_path / "venv")

    with pytest.raises(Missing) as missing:
        find_programs(identity=Identity(), folder=tmp_path, patroni=None, postgresql=tmp_path)

    told = [text.partition(":") for text in missing.value.args]
    assert [name for name, _colon, _how in told] == ["etcd", "haproxy", "Patroni", "PostgreSQL"]
    assert all("install" in how for _name, _colon, how in told)


def test_without_a_program_the_command_says_so_and_ends_with_2(tmp_path):
    done = run(f"--folder={tmp_path / 'run'}", f"--pg-bin={tmp_path}")

    assert (done.returncode, done.stderr) == (2, "")
    assert f"PostgreSQL: {tmp_path} has no postgres, initdb" in done.stdout


def test_a_round_that_does_not_exist_is_refused():
    done = run("no-such-round")

    assert (done.returncode, "no-such-round" in done.stdout) == (2, True)


def test_what_does_not_hold_stands_in_the_last_line_and_what_informs_does_not():
    rows = [
        Row(round="one", verdict=HOLDS, requests=3, acknowledged=2, outage=18.5),
        Row(round="two", verdict=FAILS, lost=1, outage=31.0, remarks=["lost: key: 1"]),
        Row(round="three", verdict=INFORMS, lost=7, outage=40.0),
    ]

    told = json.loads(summary(rows, seconds=12.4, versions={"etcd": "3.5"}))

    assert (told["fails"], told["lost"], told["longest_outage_s"]) == (["two"], 1, 31.0)
    assert (told["rounds"], told["holds"], told["rows"][2]["lost"]) == (3, 1, 7)
    assert line(rows[1]).splitlines()[-1].strip() == "lost: key: 1"
    assert len(head().splitlines()[1].split()) == len(COLUMNS)


def test_every_round_has_its_line_in_the_runbook():
    text = RUNBOOK.read_text()

    assert [name for name in KINDS if f"`{name}`" not in text] == []


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get(WANTED), reason=f"set {WANTED}=1 to kill a primary")
def test_a_killed_primary_costs_no_acknowledged_filing(tmp_path: Path):
    done = run("primary-killed", "--seconds=2", f"--folder={tmp_path}")

    if done.returncode == 2:
        pytest.skip(done.stdout)
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["lost"], told["fails"], done.returncode) == (0, [], 0), done.stdout
