"""Faults of clients: very slow connections."""

import statistics
from pathlib import Path
from tempfile import TemporaryDirectory

from drills.faults.load import HOST, ask
from drills.faults.registry import MAX_WAIT, NotRun, Trial, fault
from tests.journeys.proxy import MIME_TYPES, NGINX, running_proxy
from tests.journeys.slow_clients import slow_clients

SLOW_CLIENTS = 300


@fault("slow-clients", f"{SLOW_CLIENTS} clients before nginx send a byte at a time", limit=MAX_WAIT)
def slow_clients_before_nginx(trial: Trial) -> None:
    """Check that other requests get answers in time while slow clients are connected."""
    if NGINX is None or not MIME_TYPES.exists():
        raise NotRun("nginx is not installed")
    with (
        TemporaryDirectory(prefix="faults-", dir="/var/tmp") as folder,
        trial.installation.site(TRUSTED_PROXIES="0") as site,
        running_proxy(Path(folder), upstream=site.port, static=Path(folder)) as proxy,
    ):
        lines = [
            proxy.connect(source=f"127.0.{1 + number // 200}.{1 + number % 200}")
            for number in range(SLOW_CLIENTS)
        ]
        waits = []
        with (
            slow_clients(lines, host=HOST) as clients,
            trial.load(proxy.port, clients=3, trust=proxy.trust),
        ):
            for _moment in trial.moments(every=0.1):
                answer = ask(proxy.port, "/fr/track/", trust=proxy.trust)
                trial.promise(answer.status == 200, f"a page is answered {answer.status}")
                waits.append(answer.seconds)
            trial.promise(clients.are_sending, "the slow clients had ended")
    trial.note(f"a page took {statistics.quantiles(waits, n=20)[-1] * 1000:.0f} ms (p95)")
