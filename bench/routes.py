"""Millions of routes, among which the routes of an agency's cases have true keys."""

from collections.abc import Iterator
from random import Random
from typing import TYPE_CHECKING

from bench.casefile import case_email, case_reference
from bench.filling import (
    SEED,
    ask,
    copy,
    is_filled,
    mark_filled,
    reference,
    settle,
)

if TYPE_CHECKING:
    from tenants.models import Agency

ROUTES = "tenants_route"
COLUMNS = ("reference", "schema_name", "nonce", "receipt_digest", "email_digest", "created_at")
CHUNK = 100_000
# Numbers of references that no agency's cases use (bench.casefile counts from 10^8 on).
STRANGERS = 10**12


def routes_fill(
    holder: "Agency", agencies: "list[Agency]", *, cases: int, routes: int, seed: int = SEED
) -> None:
    """Fill in ``routes`` routes; the holder's first ``cases`` cases have routes with true keys."""
    from django.db import transaction  # noqa: PLC0415 - models exist only after configure()

    from tenants.isolation.schema_switch import as_owner  # noqa: PLC0415

    with as_owner():
        if is_filled(ROUTES, routes, cases, seed):
            return
        with transaction.atomic():
            ask(f"TRUNCATE {ROUTES} CASCADE")
            ask("SET CONSTRAINTS ALL IMMEDIATE")
            _true_routes(holder, cases, seed)
            _strangers(agencies, routes - cases, seed)
            mark_filled(ROUTES, routes, cases, seed)
        settle(ROUTES)


def _true_routes(holder: "Agency", cases: int, seed: int) -> None:
    from shared.kernel import clock  # noqa: PLC0415
    from tenants.case_access.enums import KeyKind  # noqa: PLC0415
    from tenants.case_access.services.receipt_codes import lookup_digest, receipt_code_compute  # noqa: PLC0415
    from tenants.case_access.services.routes import normal_email  # noqa: PLC0415
    from tenants.models import Route  # noqa: PLC0415

    rng = Random(f"nonces:{seed}")
    made = [
        Route(
            reference=case_reference(holder, number, seed=seed),
            agency=holder,
            nonce=rng.randbytes(16),
            created_at=clock.now(),
        )
        for number in range(1, cases + 1)
    ]
    for number, route in enumerate(made, 1):
        route.receipt_digest = lookup_digest(
            route.reference, KeyKind.RECEIPT, receipt_code_compute(route)
        )
        email = normal_email(case_email(number))
        route.email_digest = lookup_digest(route.reference, KeyKind.EMAIL, email)
    copy(
        ROUTES,
        COLUMNS,
        (
            (
                one.reference,
                holder.schema_name,
                one.nonce,
                one.receipt_digest,
                one.email_digest,
                one.created_at,
            )
            for one in made
        ),
    )


def _strangers(agencies: "list[Agency]", routes: int, seed: int) -> None:
    # No key of these routes is known, so random bytes are as good as digests.
    for first in range(0, routes, CHUNK):
        numbers = range(first, min(first + CHUNK, routes))
        copy(ROUTES, COLUMNS, _routes(numbers, agencies, seed))


def _routes(numbers: range, agencies: list["Agency"], seed: int) -> Iterator[tuple[object, ...]]:
    from shared.kernel import clock  # noqa: PLC0415

    rng = Random(f"routes:{seed}:{numbers.start}")
    at = clock.now()
    for number in numbers:
        owner = agencies[number % len(agencies)].schema_name
        secrets = (rng.randbytes(length) for length in (16, 32, 32))
        yield reference(STRANGERS + number, seed=seed), owner, *secrets, at
