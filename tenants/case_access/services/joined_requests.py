"""Merged requests of an agency, as the citizen sees each of them (decision 52).

Texts written for several requests, and the other references, are only for a reader of the mailbox:
a receipt code proves neither a name nor an address.
"""

from dataclasses import replace
from operator import attrgetter
from uuid import UUID

from django.db import transaction

from shared.complaints import selectors as cases, services
from shared.complaints.enums import Author, EventKind, MessageKind
from shared.complaints.errors import AttachmentNotFound
from shared.complaints.types import PublicCase, PublicMessage
from shared.kernel.actors import Actor
from tenants.case_access.errors import CaseNotFound
from tenants.case_access.presenters import joined_text
from tenants.case_access.selectors import route_by_reference, routes_living
from tenants.case_access.services.mail_recipients import address_of, is_address_of
from tenants.case_access.services.routes import route_held
from tenants.case_access.services.same_person import person_links
from tenants.case_access.services.tokens import token_find, token_issue
from tenants.case_access.types import IssuedToken, UnprovedMerge
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, Route
from tenants.models.enums import OpenedBy, TokenScope


def case_as_opened(case: PublicCase, *, route: Route, is_by_mailbox: bool) -> PublicCase:
    """Return a case without what its reader may not see of merged requests; mostly no query."""
    if not is_by_mailbox:
        return _withheld(case) if case.has_joint else case
    if not case.merged_with:
        return case
    return replace(case, merged_with=tuple(_known(case, route)))


def joined_open(*, token: str, reference: str) -> IssuedToken:
    """Issue a token for a request that is merged with the opened request, with equal rights.

    Raises ``TokenNotFound``; also ``CaseNotFound`` if the token is not of the mailbox, the two
    requests are not proved to be of one person, or their e-mail addresses differ.
    """
    found = token_find(token)
    with agency_context(found.route.agency):
        case = cases.public_case(reference=found.route_id)
    if not found.is_by_mailbox or reference not in _known(case, found.route):
        raise CaseNotFound(reference)
    route = routes_living().filter(reference=reference).first()
    if route is None or not is_address_of(route, address_of(found.route)):
        raise CaseNotFound(reference)
    return token_issue(
        route=route,
        scope=TokenScope(found.scope),
        opened_by=OpenedBy(found.opened_by) if found.opened_by else None,
        is_by_mailbox=True,
        is_by_printed_code=found.is_by_printed_code,
    )


def joined_file_require(*, route: Route, attachment_id: str) -> None:
    """Require that a file was not sent for several merged requests together.

    Call this for a reader without proof of the mailbox. Raises ``AttachmentNotFound``.
    """
    with agency_context(route.agency):
        case = _withheld(cases.public_case(reference=route.reference))
    if UUID(attachment_id) not in {one.id for one in case.attachments}:
        raise AttachmentNotFound(attachment_id)


def merges_unproved(*, agency: Agency) -> list[UnprovedMerge]:
    """Return an agency's merges that would be refused now; four queries for each merge."""
    with agency_context(agency):
        pairs = cases.merged_pairs()
    found = []
    for pair in pairs:
        links = person_links(agency=agency, reference=pair.main, others=[pair.reference])
        if not links[pair.reference].may_merge:
            found.append(UnprovedMerge(pair=pair, tie=links[pair.reference].tie))
    return found


@transaction.atomic
def merge_part(*, reference: str, actor: Actor) -> None:
    """End a merge of two requests; each citizen's message does not name the other request.

    The agency's audit log gets a line for each request. Raises ``CaseNotFound``, ``CaseOnItsWay``,
    ``NotMerged`` or ``StaleCase``.
    """
    route = route_by_reference(reference)
    if route is None:
        raise CaseNotFound(reference)
    with agency_context(route_held(route).agency):
        services.case_part(reference=reference, actor=actor)


def _known(case: PublicCase, route: Route) -> list[str]:
    """Return which of a case's merged references are proved to be of the same person.

    The agency's merge rows alone are not trusted, because its role can write such rows.
    """
    links = person_links(agency=route.agency, reference=case.reference, others=case.merged_with)
    return [one for one in case.merged_with if links[one].may_merge]


def _withheld(case: PublicCase) -> PublicCase:
    """Return a case without files for several requests, and with placeholders for such texts."""
    hidden = {one.id for one in case.messages if one.is_joint}
    is_decided = any(one.is_joint for one in case.messages if one.is_decision)
    files = tuple(one for one in case.attachments if not one.is_joint)
    changed = replace(
        _without_joint_days(case),
        merged_with=(),
        messages=tuple(_message(one) for one in case.messages),
        attachments=tuple(one for one in files if one.message_id not in hidden),
    )
    return replace(changed, outcome=None, promised_on=None) if is_decided else changed


def _without_joint_days(case: PublicCase) -> PublicCase:
    """Return a case without the days of its interim replies, if one was for several requests.

    ``interim_until`` stays if the latest interim reply was only for this request.
    """
    interim = [one for one in case.messages if one.kind == MessageKind.INTERIM]
    if not any(one.is_joint for one in interim):
        return case
    timeline = tuple(
        replace(one, until=None) if one.kind == EventKind.INTERIM_REPLY else one
        for one in case.timeline
    )
    ledger = tuple(
        replace(day, marks=tuple(replace(one, until=None) for one in day.marks))
        for day in case.ledger
    )
    until = None if max(interim, key=attrgetter("at")).is_joint else case.interim_until
    return replace(case, timeline=timeline, ledger=ledger, interim_until=until)


def _message(one: PublicMessage) -> PublicMessage:
    if not one.is_joint or one.author != Author.AGENCY:
        return one
    return replace(one, body=joined_text(), organisation_code="", is_withheld=True)
