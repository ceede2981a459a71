"""Split requests as their citizen sees them: a list of the parts, and a token for each part."""

from datetime import date, timedelta

from shared.complaints import selectors as cases
from shared.complaints.enums import OPEN, Status
from shared.complaints.types import CaseSummary
from shared.complaints.types.custody import OBJECTION_DAYS
from shared.kernel import clock
from tenants.agencies.selectors import agencies_by_code, agency_info
from tenants.case_access.errors import CaseNotFound
from tenants.case_access.selectors import references_together, routes_living
from tenants.case_access.services.mail_recipients import address_of, is_address_of
from tenants.case_access.services.tokens import is_by_email, token_find, token_issue
from tenants.case_access.types import CasePart, CaseParts, IssuedToken
from tenants.isolation.schema_switch import agency_context
from tenants.models import CaseSplit, Route, TrackingToken
from tenants.models.enums import OpenedBy, PrintedCode, TokenScope

# The states before the first reply; after a reply, a part cannot be given back.
FIRST_ROUND = tuple(one for one in OPEN if one != Status.REOPENED)


def parts_of(*, token: str) -> CaseParts | None:
    """Return the parts of a request that a token opens, the whole first; ``None`` if never split.

    For each part, the agency's schema is entered and queried once. A token got with an e-mail
    address shows no part whose reference another agency knows. Raises ``TokenNotFound``.
    """
    found = token_find(token)
    opened = found.route
    reference, references = opened.reference, references_together(opened.reference)
    if len(references) < 2:
        return None
    main = references[0]
    if not _is_of_whole(opened, main):
        references = [reference]
    routes = {one.reference: one for one in routes_living().filter(reference__in=references)}
    cut = {one.part_reference: one for one in CaseSplit.objects.filter(pk__in=references)}
    writers = agencies_by_code(codes={one.cut_by_code for one in cut.values()})
    parts, hidden = [], 0
    for one in references:
        if (route := routes.get(one)) is None:
            continue
        if _is_closed_to(found, route):
            hidden += 1
            continue
        with agency_context(route.agency):
            summary = cases.case_summaries(references=[one])[one]
        parts.append(
            CasePart(
                summary=summary,
                agency=agency_info(route.agency),
                is_opened=one == reference,
                is_main=one == main,
                cut_by=writers.get(cut[one].cut_by_code) if one in cut else None,
                object_until=_object_until(cut.get(one), summary),
            )
        )
    return CaseParts(parts=tuple(parts), hidden=hidden)


def _object_until(row: CaseSplit | None, summary: CaseSummary) -> date | None:
    """Return the last day on which the citizen may give a part back, or ``None``.

    A part can be given back once, and only before its first reply.
    """
    if row is None or row.objected_at is not None or summary.status not in FIRST_ROUND:
        return None
    last = clock.civil_day(row.split_at) + timedelta(days=OBJECTION_DAYS)
    return last if last >= clock.today() else None


def part_open(*, token: str, reference: str) -> IssuedToken:
    """Issue a token for another part of a split request, with the rights of the given token.

    Raises ``TokenNotFound``, or ``CaseNotFound`` for a part that the given token must not open.
    """
    found = token_find(token)
    references = references_together(found.route_id)
    if reference not in references or not _is_of_whole(found.route, references[0]):
        raise CaseNotFound(reference)
    route = routes_living().filter(reference=reference).first()
    if route is None or _is_closed_to(found, route):
        raise CaseNotFound(reference)
    # The address of the part may have changed; this token does not prove the new mailbox.
    is_by_mailbox = found.is_by_mailbox and is_address_of(route, address_of(found.route))
    return token_issue(
        route=route,
        scope=TokenScope(found.scope),
        opened_by=OpenedBy(found.opened_by) if found.opened_by else None,
        is_by_mailbox=is_by_mailbox,
        is_by_printed_code=found.is_by_printed_code,
    )


def _is_closed_to(token: TrackingToken, route: Route) -> bool:
    """Return whether a token of one part must not open another part of the request.

    An e-mail address opens no part that another agency knows, because that agency may know the
    address; a printed code opens no part whose code was replaced.
    """
    is_replaced = route.printed_code == PrintedCode.REPLACED
    return (route.is_known_elsewhere and is_by_email(token)) or (
        is_replaced and token.is_by_printed_code
    )


def _is_of_whole(opened: Route, main_reference: str) -> bool:
    """Return whether a token of a part opens the whole: not if their e-mail addresses differ.

    The citizen may have changed the whole's address because somebody else reads the old mailbox.
    """
    if opened.reference == main_reference:
        return True
    main = Route.objects.filter(pk=main_reference).first()
    if main is None or main.email_digest is None:
        return True
    return is_address_of(main, address_of(opened))
