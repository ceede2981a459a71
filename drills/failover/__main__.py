"""Kill the primary of two database servers under filings and see what holds.

``bin/dev failover [ROUND ...] [--list] [--seconds N] [--pg-bin FOLDER] [--patroni PROGRAM]``.
Without Patroni, etcd or HAProxy it says how to get them (exit code 2). Nine minutes at most; the
last line is one JSON object; the exit code is 1 when a promise does not hold.
"""

import argparse
import secrets
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from time import monotonic, sleep
from types import FrameType

from bin.postgres.identity import server_identity
from drills.failover.installation import PairInstallation
from drills.failover.pages import Outage
from drills.failover.pair import DatabasePair, Ports
from drills.failover.programs import Missing, Programs, find_programs, version_of
from drills.failover.report import FAILS, HOLDS, INFORMS, NOT_RUN, Row, head, line, summary
from drills.failover.rounds import KINDS, NEXT_SECONDS, Kind, Round
from drills.faults.application import Site
from drills.faults.checker import Checker
from drills.faults.load import OVER, Load
from drills.faults.processes import ROOT
from drills.faults.registry import wait_until
from tests.journeys.proxy import MIME_TYPES, NGINX, Proxy, running_proxy

FOLDER = ROOT / "var" / "failover"
MINUTES = 9
# The longest duration of a round; with less time left, no round is started.
ROUND_SECONDS = 120.0
SECONDS, CLIENTS, PAUSE = 5.0, 4, 0.2
LETTER_SECONDS = 60.0
MAX_SHOWN = 4
MISSING, STOPPED = 2, 130


def main() -> int:
    """Run the rounds named on the command line, or all rounds."""
    arguments = _arguments()
    if arguments.list:
        for kind in KINDS.values():
            print(f"{kind.name:20}  {kind.about}")
        return 0
    unknown = [name for name in arguments.names if name not in KINDS]
    if unknown:
        print(f"no such round: {', '.join(unknown)}; see --list")
        return MISSING
    arguments.folder.mkdir(parents=True, exist_ok=True)
    try:
        programs = find_programs(
            identity=server_identity(arguments.folder),
            folder=arguments.folder,
            patroni=arguments.patroni,
            postgresql=arguments.pg_bin,
        )
    except Missing as missing:
        print("bin/dev failover needs programs that are not here:")
        for text in missing.args:
            print(f"  {text}")
        return MISSING
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupted)
    return _run(arguments, programs)


def _run(arguments: argparse.Namespace, programs: Programs) -> int:
    began = monotonic()
    kinds = [kind for name, kind in KINDS.items() if name in (arguments.names or KINDS)]
    rows: list[Row] = []
    with ExitStack() as stack:
        watchdog = Timer(MINUTES * 60, _give_up)
        watchdog.daemon = True
        stack.callback(watchdog.cancel)
        watchdog.start()
        installation, site, proxy = _everything(arguments, programs, stack)
        # The last callback runs first. Without this callback, a second Ctrl-C would leave processes
        # running.
        stack.callback(_ignore_signals)
        print(head(), flush=True)
        checker = Checker()
        for kind in kinds:
            left = began + MINUTES * 60 - monotonic()
            if left < ROUND_SECONDS:
                row = Row(round=kind.name, verdict=NOT_RUN, remarks=["the time was over"])
            else:
                row = _played(kind, installation, site, proxy, checker, arguments.seconds)
            rows.append(row)
            print(line(row), flush=True)
    print(summary(rows, seconds=monotonic() - began, versions=_versions(programs)), flush=True)
    return 1 if any(row.verdict == FAILS for row in rows) else 0


def _everything(
    arguments: argparse.Namespace, programs: Programs, stack: ExitStack
) -> tuple[PairInstallation, Site, Proxy | None]:
    ports = Ports(arguments.first_port)
    pair = DatabasePair(
        arguments.folder,
        programs=programs,
        identity=server_identity(arguments.folder),
        ports=ports,
    )
    stack.callback(pair.close)
    print("starting etcd, two servers and HAProxy ...", flush=True)
    pair.start()
    print("making an installation ...", flush=True)
    installation = PairInstallation(arguments.folder, pair)
    stack.callback(installation.end_processes)
    installation.prepare()
    site = stack.enter_context(installation.site(operators=1, port=ports.take()))
    return installation, site, stack.enter_context(_proxy(site))


@contextmanager
def _proxy(site: Site) -> Iterator[Proxy | None]:
    """Run nginx with deploy/nginx.conf in front of the site, if nginx is installed."""
    if NGINX is None or not MIME_TYPES.exists():
        print("nginx is not installed: the pages that it keeps are not looked at", flush=True)
        yield None
        return
    with (
        TemporaryDirectory(prefix="failover-", dir="/var/tmp") as folder,
        running_proxy(Path(folder), upstream=site.port, static=Path(folder)) as proxy,
    ):
        yield proxy


def _played(
    kind: Kind,
    installation: PairInstallation,
    site: Site,
    proxy: Proxy | None,
    checker: Checker,
    seconds: float,
) -> Row:
    began = monotonic()
    load = Load(
        site.port,
        run=secrets.token_hex(4),
        organisations=installation.organisations,
        clients=CLIENTS,
        pause=PAUSE,
    )
    turn = Round(installation, site, load, Outage(site.port, proxy))
    before = _pids(site)
    turn.outage.fill_store()
    load.start()
    try:
        sleep(seconds)
        kind.act(turn)
        sleep(seconds / 2)
    except Exception as error:  # noqa: BLE001, RUF100 - the other rounds are run all the same
        turn.promise(False, f"could not be run: {type(error).__name__}: {error}"[:600])
    finally:
        load.end()
    _require_letter(turn)
    turn.promise(_pids(site) == before, f"processes ended: {before} are now {_pids(site)}")
    return _judged(kind, turn, checker, monotonic() - began)


def _pids(site: Site) -> dict[str, list[int]]:
    """Return the site's process ids, which must not change in a round."""
    servers = [site.web, *site.workers, *site.operators]
    found = {one.name: [one.pid] for one in servers if one.process.poll() is None}
    return found | {"gunicorn": site.web_processes()}


def _require_letter(turn: Round) -> None:
    """Check that the e-mail about the last filing is sent."""
    if not turn.load.acknowledged:
        return
    address = f"{list(turn.load.acknowledged)[-1]}@example.org"
    outbox, began = turn.installation.files / "outbox", monotonic()

    def has_left() -> bool:
        return any(address in path.read_text(errors="replace") for path in outbox.iterdir())

    is_there = wait_until(has_left, seconds=LETTER_SECONDS, every=0.3)
    turn.promise(is_there, f"no letter to {address} within {LETTER_SECONDS:.0f} s")
    if is_there:
        turn.note(f"the last filing's letter had left {monotonic() - began:.1f} s after the load")


def _judged(kind: Kind, turn: Round, checker: Checker, seconds: float) -> Row:
    load = turn.load
    with closing(turn.installation.connect()) as connection, connection.cursor() as cursor:
        found = checker.check(
            cursor,
            run=load.run,
            acknowledged=load.acknowledged,
            schemas=turn.installation.schemas(),
        )
    for what in ("lost", "doubled", "half_written"):
        lines = getattr(found, what)
        turn.promise(not lines, f"{what.replace('_', ' ')}: {'; '.join(lines[:MAX_SHOWN])}")
    errors = load.statuses[500]
    turn.promise(not errors, f"{errors} requests were answered 500")
    gap = load.longest_gap
    turn.promise(gap <= NEXT_SECONDS, f"nothing was filed for {gap:.1f} s")
    left = load.unfinished
    turn.promise(not left, f"{len(left)} filings were never acknowledged: {dict(load.statuses)}")
    turn.broken += list(dict.fromkeys(turn.outage.broken))[:MAX_SHOWN]
    if turn.outage.statuses:
        turn.note(f"meanwhile {turn.outage.summary()}")
    return Row(
        round=kind.name,
        verdict=INFORMS if kind.informs else FAILS if turn.broken else HOLDS,
        requests=load.statuses.total(),
        acknowledged=len(load.acknowledged),
        lost=len(found.lost),
        doubled=len(found.doubled),
        half_written=len(found.half_written),
        errors_500=errors,
        outage=round(gap, 1),
        seconds=round(seconds, 1),
        remarks=[*turn.broken, *turn.notes],
    )


def _versions(programs: Programs) -> dict[str, str]:
    return {
        "PostgreSQL": version_of(programs.postgresql / "postgres", "--version"),
        "Patroni": version_of(programs.patroni, "--version"),
        "etcd": version_of(programs.etcd, "--version"),
        "HAProxy": version_of(programs.haproxy, "-v"),
    }


def _give_up() -> None:
    print("this takes too long: everything is ended", flush=True)
    signal.raise_signal(signal.SIGTERM)


def _ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _interrupted(_number: int, _frame: FrameType | None) -> None:
    # Without this, clients and probes would wait until their timeouts.
    OVER.set()
    raise KeyboardInterrupt


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/dev failover", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="ROUND", help="Only these rounds.")
    parser.add_argument("--list", action="store_true", help="The names, and what each does.")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="Of load before a kill.")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="Where everything lies.")
    parser.add_argument("--pg-bin", type=Path, help="PostgreSQL's programs (the project's own).")
    parser.add_argument("--patroni", type=Path, help="Patroni (var/failover-venv, or on PATH).")
    parser.add_argument(
        "--first-port", type=int, default=0, help="Take ports from here on (any that are free)."
    )
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(STOPPED)
