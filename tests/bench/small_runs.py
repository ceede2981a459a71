"""How each bench runs small: at a size at which it says nothing but that it still runs.

A new bench is one entry of ``SMALL_RUNS``: its name, its options, where it runs, and the keys that
its line promises (of a key within a key: both with a dot between). Benches of one place take turns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.helpdesk import READY as HELPDESK_READY

# The installations of bench.filling, those of bench.fleet, and those that are made and dropped.
READING, SECOND, FLEET, OWN = "reading", "second", "fleet", "own"

TIMES = "p95_ms p95_range_ms median_ms"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallRun:
    """Options of the command, installations that it uses, keys of its line.

    ``needs``: a file without which the run would need the network.
    """

    options: str
    places: tuple[str, ...]
    keys: str
    needs: Path | None = None

    @property
    def is_possible(self) -> bool:
        return self.needs is None or self.needs.is_file()


def run(options: str, *places: str, keys: str, needs: Path | None = None) -> SmallRun:
    return SmallRun(options=options, places=places, keys=keys, needs=needs)


# What takes longest begins first.
SMALL_RUNS: Mapping[str, SmallRun] = {
    "submit": run(
        "--agencies=3 --few=2 --history=20 --clients=2 --rounds=1 --seconds=0.1 --long=0.1",
        FLEET,
        keys="agencies ratio range bare_ratio growth hottest spread ours_per_second",
    ),
    "pages": run(
        "--agencies=2 --complaints=6 --most=12 --rounds=1 --times=1",
        OWN,
        keys="pages worst_p95_ms times_a_probe over_200_ms slowest",
    ),
    "serve": run(
        "--agencies=3 --rounds=1 --seconds=0.1",
        FLEET,
        keys="cold_ms cold_p95_ms worker_mb backend_mb roles_cost",
    ),
    "turns": run(
        "--agencies=2 --few=1 --history=10 --pairs=1 --seconds=0.1 --clients=2",
        OWN,
        keys="ratio quartiles this_per_second other_per_second pairs",
    ),
    # Its first run installs django-helpdesk from the package registry, which no test may do.
    "peers": run(
        "--agencies=3 --cases=60 --rounds=1 --times=1 --seconds=0.1",
        FLEET,
        keys="filing filing_range filing_per_second.theirs list list_range list_ms.ours list_open"
        " search search_range search_ms.theirs cases peer",
        needs=HELPDESK_READY,
    ),
    "changed": run("--commits=1", OWN, keys="commits median_s most_s whole_s ratio"),
    "bulk": run("--rows=5 --loop=2", OWN, keys="rows whole_s ratio page_ms page_most_ms"),
    "restore": run(
        "--cases=60 --files=3", OWN, keys="rows ratio cpu_s peak_mb restore_s pg_restore_s"
    ),
    "capacity": run(
        "--agencies=1 --cases=3",
        OWN,
        keys="agency_kb agency_catalog_kb agency_files case_kb case_public_kb ratio"
        " events_per_case register_events_per_second",
    ),
    "migrate": run(
        "--agencies=3 --runs=1 --sample=1",
        FLEET,
        keys="noop.ratio addfield.ratio addfield.traffic.done",
    ),
    "staff": run(
        "--agencies=3 --cases=90 --clients=2 --rate=4 --rounds=1 --seconds=0.5",
        FLEET,
        keys="rate p95_ms p95_range_ms errors first_rate max_rate ratio processor_ms",
    ),
    "front": run(
        "--agencies=3 --cases=50 --rounds=1 --seconds=0.1",
        FLEET,
        keys="rate ratio range ratio_compressed ratio_with_session processor_ms",
    ),
    "dossiers": run(
        "--agencies=3 --clients=2 --messages=2 --seconds=0.2",
        FLEET,
        keys="ratio alone_p95_ms p95_ms worst_ms answers clients signs",
    ),
    "transfer": run(
        "--agencies=3 --rounds=1 --times=2",
        FLEET,
        keys=f"agencies ratio statements file {TIMES}",
    ),
    "killed_moves": run(
        "--agencies=3 --cases=4",
        FLEET,
        keys="agencies cases killed statements moved stayed",
    ),
    "provision": run(
        "--agencies=3 --few=2 --runs=1", FLEET, keys="ratio ours_ms library_ms growth sign_in_s"
    ),
    "isolation": run(
        "--reads=200 --agencies=3 --processes=1 --threads=2 --only=none",
        keys="foreign_rows seeded_leak_found mutations mutations_caught caught_by",
    ),
    "hostile": run(
        "--rows=40 --prove",
        OWN,
        keys="server_errors stuck_cases worker_stops foreign_bytes foreign_files foreign_letters"
        " foreign_rows_changed rows accepted refused moved proved",
    ),
    "defects": run(
        "--sample=2 --tests=tests/shared/limits",
        keys="defects seed unexecuted caught_all caught_default caught_changed share_default"
        " share_changed late by_layer missed_by_default unsound broken",
    ),
    # Slow enough for a machine that has other work.
    "lag": run(
        "--rate=0.5 --seconds=2 --runs=1",
        SECOND,
        keys="p95_s p95_range_s median_s filings_per_second",
    ),
    "inbox": run(
        "--cases=300 --rounds=1 --times=1",
        READING,
        keys="cases open growth lists counts slowest.open.slowest slowest.all.p95_ms deep plans"
        f" {TIMES}",
    ),
    "upkeep": run(
        "--cases=300 --rounds=1 --times=2",
        READING,
        keys=f"cases backlog.runs backlog.events_per_second growth merged plans.upkeep {TIMES}",
    ),
    "search": run(
        "--cases=300 --rounds=1 --times=1 --drawn=2",
        READING,
        keys=f"cases selector words marks before plans {TIMES}",
    ),
    "finder": run(
        "--questions=12 --rounds=1 --times=1",
        READING,
        keys=f"questions overall.hit_at_1 held_out.hit_at_3 languages ratio {TIMES}",
    ),
    "near_copy": run(
        "--cases=300 --stories=2 --rounds=1 --times=1",
        READING,
        keys=f"cases threshold replies called_near_copy largest least {TIMES}",
    ),
    "similar": run(
        "--cases=300 --rounds=1 --times=1",
        READING,
        keys=f"cases suggestions earlier one_case most_rows {TIMES}",
    ),
    "timing_attack": run(
        "--tries=24", READING, keys="largest_t told_apart differing_answers control_t"
    ),
    "track": run(
        "--routes=150 --rounds=1 --times=2",
        *(READING, SECOND),
        keys=f"routes growth sql_ms gateway rest miss {TIMES}",
    ),
    "fragments": run(
        "--rounds=1 --times=1",
        keys="inbox_rows.ratio filter_options.ratio moments.ratio names.saves_ms fields.ratio",
    ),
    "compare": run(
        "--agencies=20 --cases=200 --rounds=1 --times=1",
        *(READING, SECOND),
        keys=f"agencies cases growth selectors tenfold {TIMES}",
    ),
}


def missing_keys(line: Mapping[str, object], promised: str) -> set[str]:
    """Those of the promised keys that the line does not hold; each line promises its machine."""
    return {key for key in (*promised.split(), "machine") if _value(line, key) is None}


def _value(line: Mapping[str, object], key: str) -> object:
    found: object = line
    for part in key.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
