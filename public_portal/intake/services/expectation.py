"""How long a body took to reply so far, for the check page of a complaint."""

import logging
from dataclasses import replace
from datetime import date

from django.conf import settings
from django.db import DatabaseError, transaction

from shared.complaints.enums import Kind
from shared.kernel import clock
from shared.kernel.ttl_cache import ttl_cached
from shared.register.selectors.expectation import expectation_or_none
from shared.register.types import Expectation, FigureScope

logger = logging.getLogger(__name__)

# The greatest count of results in the cache of a process.
MAX_KEPT = 1_000


def expectation_of(*, organisation: str, agency_code: str, kind: str) -> Expectation | None:
    """Return the expectation for complaints to a body, or else to all bodies of its agency.

    Returns ``None`` without enough complaints in the last twelve months, for other kinds of
    requests, and on a database error, because the citizen must be able to send. At most two
    queries, cached as long as the public figures.
    """
    if kind != Kind.COMPLAINT:
        return None
    try:
        return _kept(organisation, agency_code, clock.today())
    except DatabaseError as error:
        logger.warning("no expectation for %s: %s", organisation, type(error).__name__)
        return None


@ttl_cached(seconds=lambda: float(settings.FIGURES_SECONDS), max_results=MAX_KEPT)
def _kept(organisation: str, agency_code: str, today: date) -> Expectation | None:
    of_agency = replace(FigureScope.usual(today), agency_code=agency_code)
    scopes = [replace(of_agency, organisation_code=organisation), of_agency]
    # Without a savepoint, an error here would abort the transaction of the page.
    with transaction.atomic():
        return expectation_or_none(scopes=scopes, as_of=clock.now())
