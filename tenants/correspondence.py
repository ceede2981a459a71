"""What a letter needs from the national side at the moment when it leaves.

The agency that writes a letter can read its row: neither the address of a confidential person nor a
link that opens a case may stand there.
"""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from shared.complaints.selectors import email_of
from shared.kernel import clock
from shared.mail.types import Particulars
from tenants.context import agency_context, national_context
from tenants.enums import KeyKind, LinkPurpose
from tenants.errors import NothingSealed
from tenants.models import EmailChange, Route
from tenants.selectors import route_by_reference
from tenants.services import identity_of, link_issue, lookup_digest, normal_email
from tenants.vault import Sealed, unseal, unseal_text

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
    """Where a letter goes, and its link, made now: there is no other copy of it."""
    is_forgotten = letter in NATIONAL
    with national_context():
        route = route_by_reference(reference)
        if route is None:
            # A letter about no case was asked for by a visitor; its words may open a draft.
            return Particulars(to=to, is_forgotten=is_forgotten or not reference)
        to = _to(route, letter, to, context)
        links = {}
        if to and letter in LINKS:
            page, purpose = LINKS[letter]
            links[page] = link_issue(
                route=route, purpose=purpose, letter=mail_id, life=LIVES.get(letter)
            )
        return Particulars(to=to, links=links, is_forgotten=is_forgotten)


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
            is_theirs = "sealed" not in context or _is_address_of(route, context["sealed"])
            return address_of(route) if is_theirs else ""
        case "email_changed":
            return unseal_text(context["sealed"], about=letter_place(route.reference))
        case "email_old" | "email_new" | "email_first":
            change = EmailChange.objects.filter(route=route, expires_at__gt=clock.now()).first()
            # Taken back meanwhile: nobody is asked any more.
            if change is None:
                return ""
            return address_of(route) if letter == OLD_EMAIL else new_address(change)
    return to or address_of(route)


def _is_address_of(route: Route, sealed: str) -> bool:
    """Whether an address that somebody typed is the one of that request."""
    typed = unseal_text(sealed, about=letter_place(route.reference))
    digest = lookup_digest(route.reference, KeyKind.EMAIL, normal_email(typed))
    return route.email_digest is not None and bytes(route.email_digest) == digest
