"""What a letter needs from the national side at the moment when it leaves.

The agency that writes a letter can read its row: neither the address of a confidential person nor a
link that opens a case may stand there.
"""

from collections.abc import Mapping
from uuid import UUID

from shared.complaints.selectors import email_of
from shared.mail.types import Particulars
from tenants.context import agency_context, national_context
from tenants.enums import KeyKind, LinkPurpose
from tenants.errors import NothingSealed
from tenants.models import Route
from tenants.selectors import route_by_reference
from tenants.services import identity_of, link_issue, lookup_digest, normal_email
from tenants.vault import unseal_text

# Letters with a link that works once: the page that it leads to and what it is good for.
LINKS: dict[str, tuple[str, LinkPurpose]] = {
    "answered": ("rate", LinkPurpose.RATE),
    "promise": ("promise", LinkPurpose.PROMISE),
    "link": ("open", LinkPurpose.OPEN),
}
# A letter that somebody asked for at the entrance; its row keeps nothing once it has left.
ASKED_FOR = "link"


def particulars(
    *, mail_id: UUID, letter: str, reference: str, to: str, context: Mapping[str, str]
) -> Particulars:
    """Where a letter goes, and its link, made now: there is no other copy of it."""
    with national_context():
        route = route_by_reference(reference)
        if route is None:
            return Particulars(to=to, is_forgotten=letter == ASKED_FOR)
        is_asked_for = letter == ASKED_FOR
        to = _asked_by(route, context["sealed"]) if is_asked_for else to or _address(route)
        links = {}
        if to and letter in LINKS:
            page, purpose = LINKS[letter]
            links[page] = link_issue(route=route, purpose=purpose, letter=mail_id)
        return Particulars(to=to, links=links, is_forgotten=is_asked_for)


def asked_place(reference: str) -> str:
    """Where the address is sealed that was typed with a reference at the entrance."""
    return f"asked:{reference}"


def _asked_by(route: Route, sealed: str) -> str:
    """The address that somebody typed, if it is the one of that request; else nowhere."""
    typed = unseal_text(sealed, about=asked_place(route.reference))
    digest = lookup_digest(route.reference, KeyKind.EMAIL, normal_email(typed))
    is_theirs = route.email_digest is not None and bytes(route.email_digest) == digest
    return typed if is_theirs else ""


def _address(route: Route) -> str:
    try:
        return identity_of(reference=route.reference).email
    except NothingSealed:
        with agency_context(route.agency):
            return email_of(reference=route.reference)
