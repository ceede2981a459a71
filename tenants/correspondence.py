"""What a letter needs from the national side at the moment when it leaves.

The agency that writes a letter can read its row: neither the address of a confidential person nor a
link that opens a case may stand there.
"""

import logging
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from shared.complaints.selectors import email_of
from shared.kernel import clock
from shared.mail.types import Particulars
from tenants.context import agency_context, connection, national_context
from tenants.enums import KeyKind, LinkPurpose
from tenants.errors import NothingSealed
from tenants.models import EmailChange, Route
from tenants.selectors import NATIONAL_SCHEMA, route_by_reference
from tenants.services import identity_of, link_issue, lookup_digest, normal_email
from tenants.vault import Sealed, unseal, unseal_text

logger = logging.getLogger(__name__)

# Letters with a link that works once: the page that it leads to and what it is good for.
LINKS: dict[str, tuple[str, LinkPurpose]] = {
    "answered": ("rate", LinkPurpose.RATE),
    "promise": ("promise", LinkPurpose.PROMISE),
    "link": ("open", LinkPurpose.OPEN),
    "withdrawn": ("open", LinkPurpose.OPEN),
    "added_by_email": ("open", LinkPurpose.OPEN),
    "email_old": ("email", LinkPurpose.OLD_EMAIL),
    "email_new": ("email", LinkPurpose.NEW_EMAIL),
    "email_first": ("email", LinkPurpose.NEW_EMAIL),
}
# Nobody waits for these: they are read when they are read.
LIVES = {"withdrawn": timedelta(days=30), "added_by_email": timedelta(days=30)}
# Letters of the national side itself; their rows keep nothing once they have left.
ASKED_FOR, EMAIL_CHANGED = "link", "email_changed"
OLD_EMAIL, NEW_EMAIL, FIRST_EMAIL = "email_old", "email_new", "email_first"
NATIONAL = (ASKED_FOR, OLD_EMAIL, NEW_EMAIL, FIRST_EMAIL, EMAIL_CHANGED)


def particulars(
    *, mail_id: UUID, letter: str, reference: str, to: str, context: Mapping[str, str]
) -> Particulars:
    """Where a letter goes, and its link, made now: there is no other copy of it.

    The row is believed only as far as the schema it lies in may write: an agency's says nothing
    about another agency's case, and never where a link goes.
    """
    is_forgotten, schema_name = letter in NATIONAL, connection.schema_name
    with national_context():
        route = route_by_reference(reference)
        if route is None:
            # A letter about no case was asked for by a visitor; its words may open a draft.
            return Particulars(to=to, is_forgotten=is_forgotten or not reference)
        if not _may_queue(schema_name, letter, route):
            logger.error("letter %s of %s is of no case there: not sent", mail_id, schema_name)
            return Particulars(to="", is_forgotten=is_forgotten)
        to = _to(route, letter, to, context)
        links = _links(mail_id, letter, route, to) if letter in LINKS else {}
        return Particulars(to=to, links=links, is_forgotten=is_forgotten)


def _may_queue(schema_name: str, letter: str, route: Route) -> bool:
    if letter in NATIONAL:
        return schema_name == NATIONAL_SCHEMA
    return schema_name == route.agency_id


def _links(mail_id: UUID, letter: str, route: Route, to: str) -> dict[str, str]:
    """The link of a letter, by its page; blank where the address is not the one of the case."""
    page, purpose = LINKS[letter]
    is_asked = letter in (NEW_EMAIL, FIRST_EMAIL)
    if not to or not (is_asked or _is_address_of(route, to)):
        return {page: ""}
    life = LIVES.get(letter)
    return {page: link_issue(route=route, purpose=purpose, letter=mail_id, life=life)}


def letter_place(reference: str) -> str:
    """Where an address is sealed that waits in a letter of the national side."""
    return f"letter:{reference}"


def email_place(reference: str) -> str:
    """Where a new address is sealed until it is proved."""
    return f"email:{reference}"


def address_of(route: Route) -> str:
    """The address of who filed a case, wherever it is kept; "" without one."""
    try:
        return identity_of(reference=route.reference).email
    except NothingSealed:
        with agency_context(route.agency):
            return email_of(reference=route.reference)


def new_address(change: EmailChange) -> str:
    """The address that waits to be proved. Raises ``SealBroken``."""
    sealed = Sealed(key_id=change.key_id, content=bytes(change.sealed))
    return unseal(sealed, about=email_place(change.route_id))


def _to(route: Route, letter: str, to: str, context: Mapping[str, str]) -> str:
    match letter:
        case "link":
            return _asked_address(route, context)
        case "email_changed":
            return unseal_text(context["sealed"], about=letter_place(route.reference))
        case "email_old" | "email_new" | "email_first":
            change = EmailChange.objects.filter(route=route, expires_at__gt=clock.now()).first()
            # Taken back meanwhile: nobody is asked any more.
            if change is None:
                return ""
            return address_of(route) if letter == OLD_EMAIL else new_address(change)
    return to or address_of(route)


def _asked_address(route: Route, context: Mapping[str, str]) -> str:
    """The stored address; nowhere if somebody typed another, or another one is stored by now."""
    stored = address_of(route)
    typed = stored
    if "sealed" in context:
        typed = unseal_text(context["sealed"], about=letter_place(route.reference))
    are_theirs = _is_address_of(route, typed) and _is_address_of(route, stored)
    return stored if are_theirs else ""


def _is_address_of(route: Route, email: str) -> bool:
    """Whether the national side knows an address as the one of that request.

    The agency may write its own tables: what stands there is no proof.
    """
    digest = lookup_digest(route.reference, KeyKind.EMAIL, normal_email(email))
    return route.email_digest is not None and bytes(route.email_digest) == digest
