"""What a letter needs from the national side at the moment when it leaves.

The agency that writes a letter can read its row: neither the address of a confidential person nor a
link that opens a case may stand there.
"""

from uuid import UUID

from shared.complaints.selectors import email_of
from shared.mail.types import Particulars
from tenants.context import agency_context, national_context
from tenants.enums import LinkPurpose
from tenants.errors import NothingSealed
from tenants.models import Route
from tenants.selectors import route_by_reference
from tenants.services import identity_of, link_issue

# Letters with a link that works once: the page that it leads to and what it is good for.
LINKS: dict[str, tuple[str, LinkPurpose]] = {
    "answered": ("rate", LinkPurpose.RATE),
}


def particulars(*, mail_id: UUID, letter: str, reference: str, to: str) -> Particulars:
    """Where a letter goes, and its link, made now: there is no other copy of it."""
    with national_context():
        route = route_by_reference(reference)
        if route is None:
            return Particulars(to=to)
        to = to or _address(route)
        links = {}
        if to and letter in LINKS:
            page, purpose = LINKS[letter]
            links[page] = link_issue(route=route, purpose=purpose, letter=mail_id)
        return Particulars(to=to, links=links)


def _address(route: Route) -> str:
    try:
        return identity_of(reference=route.reference).email
    except NothingSealed:
        with agency_context(route.agency):
            return email_of(reference=route.reference)
