"""Evidence that two requests of one agency are of one person (decision 52).

A name and an address in an agency's tables are proved only if they have the keyed digest in the
route of the request, because an agency's role can change its own tables but no route.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from shared.complaints import selectors as cases
from shared.complaints.enums import Privacy
from shared.complaints.errors import NotSamePerson
from shared.complaints.types import PartyDraft, PartyMarks
from shared.kernel import clock
from shared.kernel.text import search_key
from tenants.agencies.selectors import agency_list
from tenants.case_access.enums import KeyKind, PersonTie
from tenants.case_access.services.mail_recipients import is_address_of
from tenants.case_access.services.receipt_codes import lookup_digest
from tenants.case_access.services.routes import normal_email
from tenants.case_access.types import PersonLink
from tenants.isolation.schema_switch import agency_context, connection, national_context
from tenants.isolation.sql import sql_rows
from tenants.models import Agency, Route, SamePersonClaim

NOTHING = PersonLink(tie=PersonTie.NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filer:
    """A filer's contact data; ``name`` and ``proved_email`` are blank if they are not proved."""

    proved_email: str
    given_email: str
    name: str
    phone: str


def person_links(
    *, agency: Agency, reference: str, others: Collection[str]
) -> dict[str, PersonLink]:
    """Return the evidence that a request and each of ``others`` are of one person.

    If the agency does not have a request, or it is confidential or anonymous, the evidence is
    ``NONE``. Three queries are made, and none if ``others`` is empty.
    """
    if not others:
        return {}
    with national_context():
        filers = _filers(agency, {reference, *others})
        claims = {
            row.second_id if row.first_id == reference else row.first_id: row
            for row in SamePersonClaim.objects.filter(Q(first=reference) | Q(second=reference))
            if is_said(row) or row.expires_at > clock.now()
        }
    own = filers.get(reference)
    return {
        one: _link(own, filers[one], claims.get(one)) if own and one in filers else NOTHING
        for one in others
    }


def mailboxes_proved(*, references: Collection[str]) -> frozenset[str]:
    """Return the references whose e-mail address a mailbox or an account has proved; one query."""
    with national_context():
        rows = Route.objects.filter(reference__in=references, email_proved_at__isnull=False)
        return frozenset(rows.values_list("reference", flat=True))


def same_person_require(*, references: Collection[str]) -> None:
    """Require that two requests of the agency in use are proved to be of one person.

    The two routes are locked FOR SHARE until this transaction ends, so that neither address
    changes; call this before the cases are locked. Raises ``NotSamePerson``.
    """
    first, second = sorted(references)
    schema_name = connection.schema_name
    with national_context():
        sql_rows(
            "SELECT FROM tenants_route WHERE reference IN (%s, %s) ORDER BY reference FOR SHARE",
            first,
            second,
        )
        agency = agency_list().get(schema_name=schema_name)
    if not person_links(agency=agency, reference=first, others=[second])[second].may_merge:
        raise NotSamePerson(first)


def is_named_as_filed(*, route: Route, party: PartyDraft) -> bool:
    """Return whether a name in an agency's tables is the name with which the request was filed.

    Only then does a part get a digest of the name, because an agency can change its own tables.
    """
    return _is_name_of(route, search_key(party.name))


def _filers(agency: Agency, references: Collection[str]) -> dict[str, _Filer]:
    routes = Route.objects.filter(reference__in=references, agency=agency)
    found = {route.reference: route for route in routes}
    with agency_context(agency):
        parties = cases.party_marks(references=found.keys())
    return {
        reference: _filer(found[reference], party)
        for reference, party in parties.items()
        # Confidential and anonymous requests are not compared: their person must stay unknown.
        if party.privacy == Privacy.NAMED
    }


def _filer(route: Route, party: PartyMarks) -> _Filer:
    key = search_key(party.name)
    is_proved = route.email_proved_at is not None and is_address_of(route, party.email)
    email = normal_email(party.email)
    return _Filer(
        proved_email=email if is_proved else "",
        given_email=email,
        name=key if _is_name_of(route, key) else "",
        phone=party.phone,
    )


def _is_name_of(route: Route, key: str) -> bool:
    if not key or route.name_digest is None:
        return False
    return bytes(route.name_digest) == lookup_digest(route.reference, KeyKind.NAME, key)


def is_said(claim: SamePersonClaim) -> bool:
    """Return whether "both are mine" was confirmed on the pages of both requests."""
    return claim.first_said_at is not None and claim.second_said_at is not None


def _link(one: _Filer, other: _Filer, claim: SamePersonClaim | None) -> PersonLink:
    tie = _tie(one, other, is_claimed=claim is not None and is_said(claim))
    is_proved = bool(one.proved_email and other.proved_email)
    return PersonLink(
        tie=tie,
        # Without a proved mailbox for each request, nobody could read the reply to both.
        may_ask=is_proved and claim is None and tie not in (PersonTie.SAME, PersonTie.SAID),
        is_asked=claim is not None and not is_said(claim),
    )


def _tie(one: _Filer, other: _Filer, *, is_claimed: bool) -> PersonTie:
    is_proved = bool(one.proved_email and other.proved_email)
    if is_proved and one.proved_email == other.proved_email:
        if one.name and one.name == other.name:
            return PersonTie.SAME
        return PersonTie.SAID if is_claimed else PersonTie.NAMES_DIFFER
    if is_proved and is_claimed:
        return PersonTie.SAID
    if one.given_email and one.given_email == other.given_email:
        return PersonTie.UNPROVED
    if one.phone and one.phone == other.phone:
        return PersonTie.TELEPHONE
    return PersonTie.NONE
