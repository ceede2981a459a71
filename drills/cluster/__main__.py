"""Run Insaf on a cluster of PostgreSQL servers with Citus, and see what of its promises holds.

``bin/dev cluster [NAME ...] [--list] [--roles on|off|both] [--pg-config PATH] [--demo]``. It makes
the servers by the lines of docs/runbooks/cluster.md; the last line is one JSON object; the exit
code is 1 when a promise does not hold, and 2 when something is not installed.
"""

import argparse
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from threading import Timer
from time import monotonic
from types import FrameType

from drills.cluster import groups
from drills.cluster.checker import ClusterChecker
from drills.cluster.demo import demo
from drills.cluster.installation import ClusterInstallation
from drills.cluster.programs import Missing, binaries_of, pg_config_find, versions_of
from drills.cluster.registry import ClusterTrial, Scenario
from drills.cluster.report import Row, head, line, summary
from drills.cluster.servers import ClusterUnavailable, DatabaseCluster
from drills.faults.judge import judge
from drills.faults.load import OVER
from drills.faults.processes import ROOT
from drills.faults.registry import NotRun
from drills.faults.report import FAILS, HOLDS, NOT_RUN

FOLDER = ROOT / "var" / "cluster"
PORT = 6530
MINUTES = 60
# Seconds for the end of a scenario; with less time left, no scenario is started.
CLOSE_SECONDS = 60
SECONDS = 8.0
# The report has only the last characters of an error message, which contain the cause.
MAX_WORDS = 1500


def main() -> int:
    """Run the scenarios named on the command line, or all usual scenarios."""
    arguments = _arguments()
    if arguments.list:
        for one in groups.SCENARIOS.values():
            usual = "" if one.is_usual else " (only when it is named)"
            print(f"{one.name:20}  {one.about}{usual}")
        return 0
    if unknown := [name for name in arguments.names if name not in groups.SCENARIOS]:
        print(f"no such scenario: {', '.join(unknown)}; see --list")
        return 2
    try:
        pg_config = pg_config_find(arguments.pg_config)
    except Missing as missing:
        print(missing)
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupted)
    print(versions_of(pg_config), flush=True)
    cluster = DatabaseCluster(
        arguments.folder / "servers", binaries=binaries_of(pg_config), port=arguments.port
    )
    if arguments.demo:
        return demo(cluster, port=arguments.site_port)
    began, rows = monotonic(), []
    print(head(), flush=True)
    for has_roles in {"on": [True], "off": [False], "both": [True, False]}[arguments.roles]:
        rows += _Run(arguments, cluster, has_roles=has_roles, ends=began + MINUTES * 60).rows()
    print(
        summary(
            rows, versions=versions_of(pg_config), commit=_commit(), seconds=monotonic() - began
        ),
        flush=True,
    )
    return 1 if any(row.verdict == FAILS for row in rows) else 0


class _Run:
    """A run of the scenarios on one installation."""

    def __init__(
        self,
        arguments: argparse.Namespace,
        cluster: DatabaseCluster,
        *,
        has_roles: bool,
        ends: float,
    ) -> None:
        self.arguments, self.has_roles, self.ends = arguments, has_roles, ends
        self.installation = ClusterInstallation(
            arguments.folder / "installation", cluster, has_roles=has_roles
        )
        self.checker = ClusterChecker()

    def rows(self) -> list[Row]:
        """Run the scenarios on a new cluster and stop it; return a row for each scenario."""
        if not (scenarios := self._scenarios()):
            return []
        rows = []
        try:
            self._made()
            for one in scenarios:
                rows.append(self._row(one))
                print(line(rows[-1]), flush=True)
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            self.installation.close()
            signal.signal(signal.SIGINT, signal.default_int_handler)
            for number in (signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, _interrupted)
        return rows

    def _scenarios(self) -> list[Scenario]:
        names = self.arguments.names
        return [
            one
            for one in groups.SCENARIOS.values()
            if (one.name in names or (not names and one.is_usual))
            and (self.has_roles or one.without_roles)
        ]

    def _made(self) -> None:
        self.installation.cluster.make()
        self.installation.prepare()

    def _row(self, one: Scenario) -> Row:
        left = self.ends - CLOSE_SECONDS - monotonic()
        roles = "on" if self.has_roles else "off"
        if left < CLOSE_SECONDS:
            return Row(
                scenario=one.name, roles=roles, verdict=NOT_RUN, remarks=["no time was left"]
            )
        trial = ClusterTrial(self.installation, seconds=self.arguments.seconds)
        began = monotonic()
        try:
            self._try(one, trial, most=min(left, one.limit))
        except NotRun as reason:
            return Row(scenario=one.name, roles=roles, verdict=NOT_RUN, remarks=[str(reason)])
        return Row(
            scenario=one.name,
            roles=roles,
            verdict=FAILS if trial.broken else HOLDS,
            filed=len(trial.acknowledged),
            seconds=round(monotonic() - began, 1),
            figures=trial.figures,
            remarks=[*trial.broken, *trial.notes],
        )

    def _try(self, one: Scenario, trial: ClusterTrial, *, most: float) -> None:
        OVER.clear()
        watchdog = Timer(most, self._end_all)
        watchdog.daemon = True
        watchdog.start()
        try:
            try:
                one.run(trial)
            finally:
                watchdog.cancel()
                self.installation.end_processes()
                self.installation.cluster.start_all()
            self._judge(trial)
        except NotRun:
            raise
        except Exception as error:  # noqa: BLE001, RUF100 - the others are tried all the same
            trial.promise(
                False, f"could not be tried: {type(error).__name__}: {str(error)[-1500:]}"
            )

    def _judge(self, trial: ClusterTrial) -> None:
        installation = self.installation
        trial.promise(
            self.installation.cluster.settle(),
            f"transactions stay between two phases: {self.installation.cluster.prepared()}",
        )
        with closing(installation.connect()) as connection, connection.cursor() as cursor:
            found = self.checker.check(
                cursor,
                run=trial.run,
                acknowledged=trial.acknowledged,
                schemas=installation.schemas(),
            )
        judge(trial, found)

    def _end_all(self) -> None:
        print("    this takes too long: its processes are ended", flush=True)
        OVER.set()
        self.installation.end_processes()


def _interrupted(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/dev cluster", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="Only these scenarios.")
    parser.add_argument("--list", action="store_true", help="The names, and what each does.")
    parser.add_argument("--roles", choices=("on", "off", "both"), default="both")
    parser.add_argument("--pg-config", type=Path, help="Of a PostgreSQL that has Citus.")
    parser.add_argument("--demo", action="store_true", help="A demonstration, until Ctrl-C.")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="Of load, where it matters.")
    parser.add_argument("--site-port", type=int, default=8000, help="Of the demonstration.")
    parser.add_argument("--port", type=int, default=PORT, help="Of every server.")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="Where everything lies.")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ClusterUnavailable as failure:
        print(f"the cluster cannot be made: {failure}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
