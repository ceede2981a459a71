"""The health of all agencies and the cost of pages as Prometheus metrics, without personal data."""

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from shared.ui.page_costs import page_counters
from tenants.fleet.types import HealthSummary, HeldSummary
from tenants.isolation.backends.database_nodes import NodeState

# The name and help text of a counter, and the field of ``PageCost`` that has its value.
PAGE_COUNTERS = (
    ("insaf_page_requests", "Requests that were answered", "requests"),
    ("insaf_page_processor_seconds", "Processor time of Python", "processor_seconds"),
    ("insaf_page_elapsed_seconds", "Time from the request to the response", "elapsed_seconds"),
    ("insaf_page_statements", "SQL statements that were sent", "statements"),
    ("insaf_page_rows", "Rows that the statements read or changed", "rows"),
)


class PageCostCollector(Collector):
    """A collector of what each page costs, in all processes of this server."""

    def collect(self) -> Iterator[CounterMetricFamily]:
        """Yield each counter with its value for each page."""
        costs = page_counters().costs()
        for name, words, field in PAGE_COUNTERS:
            counter = CounterMetricFamily(name, f"{words}, by page", labels=["page"])
            for one in costs:
                counter.add_metric([one.page], getattr(one, field))
            yield counter


def fleet_registry(
    *, health: HealthSummary | None, dead_letters: int, nodes: Iterable[NodeState] = ()
) -> CollectorRegistry:
    """Return a registry with the costs of pages and a gauge for each health number.

    Without a summary the only gauge is ``fleet_known``.
    """
    registry = CollectorRegistry()
    registry.register(PageCostCollector())
    Gauge(
        "insaf_fleet_known", "1 when the other gauges of the fleet could be read", registry=registry
    ).set(health is not None)
    if health is None:
        return registry
    agencies = Gauge("insaf_agencies", "Agencies by state", ["state"], registry=registry)
    for state, count in health.states:
        agencies.labels(state=state).set(count)
    for name, words, value in _numbers(health, dead_letters):
        Gauge(f"insaf_{name}", words, registry=registry).set(value)
    _add_nodes(registry, list(nodes))
    return registry


def _add_nodes(registry: CollectorRegistry, nodes: list[NodeState]) -> None:
    """Add gauges for the state of each node of a cluster."""
    if not nodes:
        return
    answers = Gauge(
        "insaf_database_node_answers", "1 while the node answers", ["node"], registry=registry
    )
    agencies = Gauge(
        "insaf_database_node_agencies", "Agencies on the node", ["node"], registry=registry
    )
    for one in nodes:
        answers.labels(node=one.name).set(one.silent_seconds is None)
        agencies.labels(node=one.name).set(one.agencies)


def _held(held: HeldSummary) -> list[tuple[str, str, float]]:
    return [
        ("held_requests", "Requests that wait for an agency's server", held.waiting),
        ("held_requests_overdue", "Of them, for over thirty days", held.overdue),
        ("held_requests_refused", "Held, and refused for good since", held.refused),
    ]


def _numbers(health: HealthSummary, dead_letters: int) -> list[tuple[str, str, float]]:
    numbers: list[tuple[str, str, float]] = [
        ("agencies_taken_over", "Agencies that acting officers answer for", health.taken_over),
        ("agencies_behind", "Agencies whose tables are older than the code", health.behind),
        ("workers", "Workers that have shown lately that they live", health.workers),
        ("tasks_waiting", "Tasks that could be done now", health.tasks_waiting),
        ("tasks_failed", "Tasks that failed within a day", health.tasks_failed),
        ("jobs_waiting", "Long work waiting or under way", health.jobs_waiting),
        ("jobs_failed", "Long work stopped by an error", health.jobs_failed),
        ("register_waiting", "Events that wait for the register", health.register_waiting),
        ("register_lag_seconds", "Age of the oldest of them", health.register_lag_seconds),
        ("register_set_aside", "Events left out because of an error", health.register_set_aside),
        ("mails_waiting", "Letters that have not left", health.mail.waiting),
        ("mails_failing", "Since over half an hour, as measured hourly", health.mails_failing),
        ("mails_failed", "E-mails that could not be delivered", health.mail.failed),
        ("mails_paused", "1 while the mail server is silent", bool(health.mail.paused_since)),
        ("files_missing", "Files that are not in the storage, hourly", health.files_missing),
        ("lookups_failed", "Look-ups that failed within a minute", health.guessing.lately),
        ("lookups_proof_asked", "1 while a proof is asked for them", health.guessing.is_now),
        ("lookups_alarms", "Times it was asked within a day", health.guessing.times),
        *_held(health.held),
        ("zone_differences", "Servers with other time zone data", len(health.zone_differences)),
        ("stripe_dead_letters", "Messages from Stripe that were given up", dead_letters),
    ]
    if health.leak_at is not None:
        numbers += [
            ("leak_test_attempts", "Attempts of the last leak test", health.leak_attempts),
            ("leak_test_leaks", "Attempts that were not refused", health.leaks),
        ]
    # A time of ``None`` gets no gauge.
    ages = [
        ("mails_oldest_seconds", "Age of the oldest letter that waits", health.mail.oldest_at),
        ("held_requests_oldest_seconds", "Age of the oldest that waits", health.held.oldest_at),
        ("leak_test_age_seconds", "Since the last leak test", health.leak_at),
        ("usage_age_seconds", "Since the oldest measuring of an agency", health.measured_since),
    ]
    seconds = [
        (name, text, (health.at - moment).total_seconds()) for name, text, moment in ages if moment
    ]
    return [*((name, text, float(value)) for name, text, value in numbers), *seconds]
