"""Millions of invented cases of many agencies in the register, with their monthly counts.

The comparison reads names from the address book and figures from the register, and never enters a
schema. So the agencies have rows in the address book but no schemas, which would not change the
measurement. The rows are deleted afterwards, so that no other code finds them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from math import log
from random import Random

from bench.filling import (
    ROWS_ALONE,
    SEED,
    ask,
    copy,
    is_filled,
    mark_filled,
    reference,
    settle,
    without_indexes,
)

CASES, MONTHS = "register_registercase", "register_registermonth"
COLUMNS = (
    "agency_code", "reference", "organisation_code", "kind", "category_code", "language",
    "filed_at", "filed_on", "status", "ending", "ended_at", "waited", "last_answered_at",
    "reopened_count", "resolved", "handling", "rated_at", "last_position",
)  # fmt: skip
MONTHS_BACK = 23
BATCH = 200


@contextmanager
def named_agencies(count: int) -> Iterator[list[str]]:
    """Make rows of agencies without schemas during the block; yield the agencies' codes."""
    from tenants.isolation.schema_switch import as_owner  # noqa: PLC0415 - models exist only after configure()
    from tenants.models import Agency  # noqa: PLC0415
    from tenants.models.enums import AgencyState, ProvisioningStep  # noqa: PLC0415

    codes = [f"{ROWS_ALONE}{number:05}" for number in range(count)]
    with as_owner():
        Agency.objects.bulk_create(
            Agency(
                code=code,
                schema_name=f"a_{code.replace('-', '_')}",
                name_ar=f"الإدارة {number}",
                name_fr=f"Administration {number}",
                name_en=f"Administration {number}",
                state=AgencyState.ACTIVE,
                step=ProvisioningStep.READY,
            )
            for number, code in enumerate(codes)
        )
        settle("tenants_agency")
    try:
        yield codes
    finally:
        with as_owner():
            ask("DELETE FROM tenants_agency WHERE code LIKE %s", f"{ROWS_ALONE}%")


def first_day() -> date:
    """Return the first day of the twenty-four months that end with the current month."""
    from shared.kernel import clock  # noqa: PLC0415

    today = clock.today()
    months = today.year * 12 + today.month - 1 - MONTHS_BACK
    return date(months // 12, months % 12 + 1, 1)


def register_fill(codes: list[str], *, cases: int, seed: int = SEED) -> None:
    """Fill the register with exactly ``cases`` cases; the product's own code counts the months.

    A tenth of the agencies get half of the cases, as in real use.
    """
    from django.db import transaction  # noqa: PLC0415

    from tenants.isolation.schema_switch import as_owner  # noqa: PLC0415

    with as_owner():
        if is_filled(CASES, cases, len(codes), seed):
            return
        with transaction.atomic():
            ask(f"TRUNCATE {CASES}, {MONTHS}")
            with without_indexes(CASES):
                copy(CASES, COLUMNS, _rows(codes, cases, seed))
            mark_filled(CASES, cases, len(codes), seed)
        settle(CASES)
        _count_months(codes)
        settle(MONTHS)


def _count_months(codes: list[str]) -> None:
    from shared.register.models import RegisterMonth  # noqa: PLC0415
    from shared.register.selectors.tallies import month_rows  # noqa: PLC0415

    for first in range(0, len(codes), BATCH):
        rows = month_rows(agency_codes=codes[first : first + BATCH])
        RegisterMonth.objects.bulk_create(rows, batch_size=2_000)


def _rows(codes: list[str], cases: int, seed: int) -> Iterator[tuple[object, ...]]:
    from shared.kernel import clock  # noqa: PLC0415

    rng = Random(f"register:{seed}")
    now = datetime.combine(clock.today(), time(12), tzinfo=clock.NATIONAL_ZONE)
    days = (now.date() - first_day()).days
    weights = list(accumulate(1 / (rank + len(codes) // 20 + 1) for rank in range(len(codes))))
    for number in range(cases):
        code = rng.choices(codes, cum_weights=weights)[0]
        filed_at = now - timedelta(days=rng.randint(0, days))
        yield _row(rng, code, reference(number, seed=seed), filed_at, now)


def _row(
    rng: Random, code: str, number: str, filed_at: datetime, now: datetime
) -> tuple[object, ...]:
    kind = rng.choices(("complaint", "observation", "proposal"), weights=(85, 10, 5))[0]
    waited = int(rng.lognormvariate(log(30), 0.7))
    ended_at = filed_at + timedelta(days=waited)
    ending = rng.choices(("answered", "inadmissible", "withdrawn"), weights=(88, 8, 4))[0]
    if ended_at > now:
        ending = "open"
    is_open, is_rated = ending == "open", ending == "answered" and rng.random() < 0.3
    return (
        code, number, code, kind, "", "fr", filed_at, filed_at.date(),
        "in_progress" if is_open else ending, ending, None if is_open else ended_at,
        None if is_open else waited, ended_at if ending == "answered" else None, 0,
        rng.random() < 0.6 if is_rated else None, rng.randint(1, 5) if is_rated else None,
        ended_at if is_rated else None, 2,
    )  # fmt: skip
