"""The requests in a citizen's account, and the requests that were opened in one session."""

from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from shared.complaints import selectors as cases
from shared.complaints.enums import Privacy
from shared.complaints.types import CaseSummary, PublicCase
from shared.rows.selectors import first_or_refuse
from tenants.agencies.selectors import agencies_by_code, agency_info
from tenants.agencies.types import AgencyInfo
from tenants.case_access.enums import KeyKind
from tenants.case_access.errors import AnonymousStaysApart, CaseNotFound, TokenNotFound
from tenants.case_access.selectors import owned_routes, routes_living
from tenants.case_access.services.case_owners import owner_link
from tenants.case_access.services.email_proofs import (
    email_proved_by_account,
    is_address_of_account,
)
from tenants.case_access.services.joined_requests import case_as_opened
from tenants.case_access.services.printed_codes import (
    is_seen_by_officer,
    printed_code_act_add,
    printed_code_hold,
    token_of_printed_code,
)
from tenants.case_access.services.routes import route_matching
from tenants.case_access.services.tokens import openings_record, route_of_token, token_issue
from tenants.case_access.types import CasePart, CaseParts, IssuedToken, OwnedCase, OwnedCases
from tenants.isolation.errors import AgencyUnreachable, AgencyUpdating
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, CaseSplit, Route
from tenants.models.enums import OpenedBy, PrintedCodeUse, TokenScope


@transaction.atomic
def case_adopt(*, user_id: int, reference: str, kind: KeyKind, value: str) -> None:
    """Add a complaint to an account, by its reference with its e-mail address or its receipt code.

    If the account has the complaint's address, the address counts as proved. Raises
    ``CaseNotFound`` for every wrong pair alike, or ``AnonymousStaysApart``.
    """
    route = route_matching(reference, kind, value)
    with agency_context(route.agency):
        privacy = cases.case_summaries(references=[reference])[reference].privacy
    if privacy == Privacy.ANONYMOUS:
        raise AnonymousStaysApart(reference)
    is_printed = kind == KeyKind.RECEIPT and is_seen_by_officer(route)
    if is_printed:
        printed_code_hold(route=route)
        printed_code_act_add(route=route, use=PrintedCodeUse.ACCOUNT)
    owner_link(
        user_id=user_id,
        reference=reference,
        is_by_email=kind == KeyKind.EMAIL,
        is_by_printed_code=is_printed,
    )
    email_proved_by_account(route=route, user_id=user_id)


@transaction.atomic
def case_restore(*, user_id: int, reference: str, is_by_printed_code: bool) -> None:
    """Put a complaint back that was taken out of an account.

    Raises ``CaseNotFound`` for a complaint that was kept by a printed code, if that code does not
    work any more.
    """
    if is_by_printed_code:
        route = first_or_refuse(routes_living().filter(reference=reference), CaseNotFound())
        if not is_seen_by_officer(route):
            raise CaseNotFound(reference)
        printed_code_hold(route=route)
    owner_link(user_id=user_id, reference=reference, is_by_printed_code=is_by_printed_code)


def owned_case_open(*, user_id: int, reference: str) -> IssuedToken:
    """Issue a tracking token for a complaint that is in the account. Raises ``CaseNotFound``."""
    owned = first_or_refuse(owned_routes(user_id=user_id).filter(route=reference), CaseNotFound())
    # An account may also keep a stranger's request, whose receipt code the citizen has.
    is_own = is_address_of_account(route=owned.route, user_id=user_id)
    if owned.is_by_printed_code:
        return token_of_printed_code(
            route=owned.route, opened_by=OpenedBy.ACCOUNT, is_by_mailbox=is_own
        )
    return token_issue(
        route=owned.route,
        scope=TokenScope.FULL,
        opened_by=OpenedBy.ACCOUNT,
        is_by_mailbox=is_own,
    )


def owned_cases(*, user_id: int, first: int, most: int, is_open: bool | None = None) -> OwnedCases:
    """Return ``most`` complaints of an account, from number ``first`` on (0 is the latest).

    The schema of each agency is queried once, and again for parts that are not on the page.
    """
    rows = owned_routes(user_id=user_id, is_open=is_open)
    page = list(rows[first : first + most])
    known = _summaries([link.route for link in page])
    groups = _part_groups(known)
    return OwnedCases(
        total=rows.count(),
        cases=tuple(
            OwnedCase(
                reference=link.route_id,
                agency=agency_info(link.route.agency),
                linked_at=link.linked_at,
                summary=known.get(link.route_id),
                parts=groups.wholes.get(link.route_id),
                cut_by=groups.cut_by.get(link.route_id),
                is_part=link.route_id in groups.parts,
            )
            for link in page
        ),
    )


def owned_cases_whole(*, user_id: int, most: int) -> list[PublicCase]:
    """Return an account's latest complaints as their pages show them; six queries for each.

    Raises ``AgencyUpdating`` or ``AgencyUnreachable``, because a copy of personal data must be
    complete.
    """
    found: list[PublicCase] = []
    own = {link.route_id: link.route for link in owned_routes(user_id=user_id)[:most]}
    for agency, references in _by_agency(own.values()):
        with agency_context(agency):
            whole = [cases.public_case(reference=reference) for reference in references]
        found += [
            case_as_opened(
                case,
                route=own[case.reference],
                is_by_mailbox=is_address_of_account(route=own[case.reference], user_id=user_id),
            )
            for case in whole
        ]
    openings_record(references=[case.reference for case in found], opened_by=OpenedBy.ACCOUNT)
    return sorted(found, key=lambda case: case.received_at, reverse=True)


def cases_of_session(
    *, tokens: Iterable[str], references: Iterable[str], owner_id: int | None, most: int
) -> list[CaseSummary]:
    """Return the cases that a person opened or filed, and open cases of an account, latest first.

    ``tokens`` were issued and ``references`` were filed in this session; ``owner_id`` is the
    signed-in account. At most ``most`` cases are returned. An expired token is skipped.
    """
    routes: dict[str, Route] = {}
    for token in tokens:
        with suppress(TokenNotFound):
            route = route_of_token(token)
            routes[route.reference] = route
    others = list(routes_living().filter(reference__in=list(references)))
    if owner_id is not None:
        others += [one.route for one in owned_routes(user_id=owner_id, is_open=True)[:most]]
    routes |= {route.reference: route for route in others}
    return sorted(
        _summaries(routes.values()).values(), key=lambda case: case.received_at, reverse=True
    )[:most]


class _PartGroups(NamedTuple):
    """The split requests of a page: the parts of each whole, and who wrote each part."""

    wholes: dict[str, CaseParts]
    parts: frozenset[str]
    cut_by: dict[str, AgencyInfo]


def _part_groups(known: dict[str, CaseSummary]) -> _PartGroups:
    """Group the parts of split requests; skip a whole with an unreadable part; no query if none."""
    split = [one for one, summary in known.items() if summary.is_split]
    if not split:
        return _PartGroups(wholes={}, parts=frozenset(), cut_by={})
    of_page = Q(part_reference__in=split) | Q(main_reference__in=split)
    rows = list(CaseSplit.objects.filter(of_page).order_by("split_at", "pk"))
    together = {name for row in rows for name in (row.part_reference, row.main_reference)}
    routes = {one.reference: one for one in routes_living().filter(reference__in=together)}
    known = known | _summaries(one for name, one in routes.items() if name not in known)
    writers = agencies_by_code(codes={row.cut_by_code for row in rows})
    wholes = {}
    for main in {row.main_reference for row in rows}.intersection(split):
        names = [main, *(row.part_reference for row in rows if row.main_reference == main)]
        if not known.keys() & routes.keys() >= set(names):
            continue
        wholes[main] = CaseParts(
            parts=tuple(
                CasePart(
                    summary=known[one],
                    agency=agency_info(routes[one].agency),
                    is_opened=False,
                    is_main=one == main,
                )
                for one in names
            )
        )
    return _PartGroups(
        wholes=wholes,
        parts=frozenset(row.part_reference for row in rows),
        cut_by={
            row.part_reference: writers[row.cut_by_code]
            for row in rows
            if row.cut_by_code in writers
        },
    )


def _summaries(routes: Iterable[Route]) -> dict[str, CaseSummary]:
    known: dict[str, CaseSummary] = {}
    for agency, references in _by_agency(routes):
        try:
            with agency_context(agency):
                known |= cases.case_summaries(references=references)
        except (AgencyUpdating, AgencyUnreachable):
            # An agency that is unreachable or being migrated must not hide the others' complaints.
            continue
    return known


def _by_agency(routes: Iterable[Route]) -> list[tuple[Agency, list[str]]]:
    held: dict[str, tuple[Agency, list[str]]] = {}
    for route in routes:
        held.setdefault(route.agency.code, (route.agency, []))[1].append(route.reference)
    return list(held.values())
