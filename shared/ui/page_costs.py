"""What each page costs: processor time, elapsed time, SQL statements and rows.

A page is a method and the name of a URL pattern, so no label contains a path, a host, an agency or
a person, and the number of labels is bounded by the code.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver

from shared.kernel import clock
from shared.kernel.shared_counters import SharedCounters
from shared.kernel.statement_counter import SENT
from shared.ui.middleware import ResponderMiddleware

OTHER = "other"
# All requests without a page: unknown addresses and hosts, static files, redirects to https.
NO_PAGE = (OTHER, "")
# A client may send any word as its method.
METHODS = ("GET", "POST", OTHER)

PageKey = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCost:
    """The sums of one page."""

    page: str
    requests: int
    processor_seconds: float
    elapsed_seconds: float
    statements: int
    rows: int


class PageCounters:
    """The sums of all pages of all processes of this server, and since when they count."""

    def __init__(self, *, processes: int = 1) -> None:
        pages = [(method, name) for name in sorted(page_names()) for method in METHODS]
        self.since: datetime = clock.now()
        self.counters = SharedCounters([NO_PAGE, *pages], width=5, slots=processes)

    def costs(self) -> list[PageCost]:
        """Return the sums of each page that was asked for, the most processor time first."""
        found = [
            PageCost(
                page=" ".join(key).rstrip(),
                requests=round(requests),
                processor_seconds=processor,
                elapsed_seconds=elapsed,
                statements=round(statements),
                rows=round(rows),
            )
            for key, (requests, processor, elapsed, statements, rows) in (
                self.counters.totals().items()
            )
        ]
        return sorted(found, key=lambda one: (-one.processor_seconds, one.page))


_shared: PageCounters | None = None


def page_counters() -> PageCounters:
    """Return the counters; a process whose server shares none makes counters of its own."""
    global _shared
    if _shared is None:
        _shared = PageCounters()
    return _shared


def page_counters_share(*, processes: int) -> None:
    """Make the counters that processes share, before the first process is forked."""
    global _shared
    _shared = PageCounters(processes=processes)


def page_names() -> set[str]:
    """Return the names of all URL patterns of the three sites."""
    sites = (settings.PUBLIC_SCHEMA_URLCONF, settings.OVERSIGHT_URLCONF, settings.ROOT_URLCONF)
    return {name for site in sites for name in _names(get_resolver(site).url_patterns)}


def _names(
    patterns: Sequence[URLPattern | URLResolver], spaces: tuple[str, ...] = ()
) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLPattern):
            yield ":".join((*spaces, one.name or one.lookup_str))
        else:
            yield from _names(
                one.url_patterns, (*spaces, one.namespace) if one.namespace else spaces
            )


class PageCostMiddleware(ResponderMiddleware):
    """Middleware that adds up what the requests of each page cost.

    Place this middleware outside all others, because only there the cost of the others is counted.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, and add its cost to the sums of its page."""
        began, processor = time.perf_counter(), time.thread_time()
        statements, rows = SENT.statements, SENT.rows
        response = self.get_response(request)
        page_counters().counters.add(
            _page_of(request),
            1,
            time.thread_time() - processor,
            time.perf_counter() - began,
            SENT.statements - statements,
            SENT.rows - rows,
        )
        return response


def _page_of(request: HttpRequest) -> PageKey:
    match, method = request.resolver_match, request.method or ""
    if match is None:
        return NO_PAGE
    return method if method in METHODS else OTHER, match.view_name
