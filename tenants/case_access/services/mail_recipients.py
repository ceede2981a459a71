"""Recipient, variables and links of an e-mail, resolved at the moment when it is sent.

The agency that queues an e-mail can read its row: neither the address of a confidential person nor
a link that opens a case may be stored there.
"""

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from django.conf import settings

from shared.accounts.selectors import user_by_email
from shared.complaints.selectors import email_of
from shared.kernel import clock
from shared.limits.services.attempt_counter import limits_reserve
from shared.limits.types import DAY, Limit
from shared.mail.permissions.mail_kinds import (
    CASE_NOTICE,
    CASES_NOTICE,
    ESCALATION_NOTICE,
    ESCALATIONS_NOTICE,
    LETTERS,
    NOTICES,
    OFFERS_NOTICE,
    STAFF_DIGEST,
    Letter,
    Origin,
    letter_words,
)
from shared.mail.services import mail_row
from shared.mail.types import ResolvedMail
from tenants.agencies.selectors import NATIONAL_SCHEMA, agency_info, console_url
from tenants.agencies.services import (
    PASSWORD_PAGE,
    hosts_context,
    mails_insert,
    reason_context,
)
from tenants.case_access.enums import KeyKind
from tenants.case_access.errors import DecryptionFailed, EncryptedIdentityNotFound
from tenants.case_access.selectors import competent_body, route_by_reference
from tenants.case_access.services.party_encryption import identity_of
from tenants.case_access.services.receipt_codes import lookup_digest
from tenants.case_access.services.routes import normal_email
from tenants.case_access.services.text_encryption import Ciphertext, decrypt_text, text_decrypt
from tenants.case_access.services.tokens import link_issue
from tenants.isolation.schema_switch import agency_context, connection, national_context
from tenants.models import Agency, EmailChange, Route
from tenants.models.enums import LinkPurpose

logger = logging.getLogger(__name__)

# E-mails with a one-time link: the page that the link opens, and its purpose.
LINKS: dict[str, tuple[str, LinkPurpose]] = {
    "answered": ("rate", LinkPurpose.RATE),
    "promise": ("promise", LinkPurpose.PROMISE),
    "directed": ("file", LinkPurpose.FILE),
    "link": ("open", LinkPurpose.OPEN),
    "withdrawn": ("open", LinkPurpose.OPEN),
    "added_by_email": ("open", LinkPurpose.OPEN),
    "merged": ("open", LinkPurpose.OPEN),
    "email_old": ("email", LinkPurpose.OLD_EMAIL),
    "email_new": ("email", LinkPurpose.NEW_EMAIL),
    "email_first": ("email", LinkPurpose.NEW_EMAIL),
    "email_given": ("address", LinkPurpose.GIVEN_EMAIL),
}
# The e-mail about a refusal that names the competent body.
DIRECTED = "directed"
# E-mails that name a body: its name is looked up when the e-mail is sent.
NAMING = (DIRECTED, "transferred")
# How long the link is valid in an e-mail that nobody waits for and that may be read late.
LIVES = {
    "withdrawn": timedelta(days=30),
    "added_by_email": timedelta(days=30),
    "merged": timedelta(days=30),
}
# E-mails that are queued in the public schema; their rows are emptied after the sending.
ASKED_FOR, EMAIL_CHANGED = "link", "email_changed"
OLD_EMAIL, NEW_EMAIL, FIRST_EMAIL = "email_old", "email_new", "email_first"
# The e-mail that asks for the proof of an address; this kind is not queued but replaces others.
GIVEN_EMAIL = "email_given"
NATIONAL = (ASKED_FOR, OLD_EMAIL, NEW_EMAIL, FIRST_EMAIL, EMAIL_CHANGED)
# E-mails that are replaced by ``GIVEN_EMAIL`` while the address is not proved.
ACKNOWLEDGED = "received"
ASK_PROOF = frozenset({ACKNOWLEDGED, ASKED_FOR})
# The maximum of proof e-mails that a mailbox gets in a day for all requests together, because
# anybody can type a stranger's address.
PROOFS_PER_EMAIL = 5
# The further proof e-mails a day that a person can request on the page of a request, because
# strangers could use up the maximum above.
SPARE_PROOFS_PER_REQUEST = 1

# The paths on the agency's console in an e-mail to staff: kind of e-mail -> variable -> path.
PAGES: dict[str, dict[str, str]] = {
    "workspace_ready": {"console_url": PASSWORD_PAGE},
    "colleague": {"console_url": "", "password_url": PASSWORD_PAGE},
    "caretaker": {"console_url": "", "password_url": PASSWORD_PAGE},
    "standing": {"leaving_url": "/leaving/", "staff_url": "/staff/"},
    "bundle_ready": {"bundle_url": "/leaving/"},
    CASE_NOTICE: {"case_url": "/cases/<reference>/"},
    CASES_NOTICE: {"console_url": "/", "late_url": "/?view=overdue<officer>"},
    ESCALATION_NOTICE: {"case_url": "/cases/<reference>/"},
    ESCALATIONS_NOTICE: {"due_url": "/?view=due_15", "escalated_url": "/?view=escalated"},
    STAFF_DIGEST: {
        "console_url": "/",
        "new_url": "/?view=unassigned",
        "news_url": "/?view=new<officer>",
        "due_soon_url": "/?view=due_5<officer>",
        "late_url": "/?view=overdue<officer>",
        "escalated_url": "/?view=escalated<officer>",
        "promise_late_url": "/?view=promise_late<officer>",
        "approval_url": "/?view=approval",
        "promises_url": "/?view=promises<officer>",
    },
    OFFERS_NOTICE: {"offers_url": "/transfers/"},
}
TO_FORMER_ADDRESSES = frozenset({"staff_notice"})


def national_mail_queue(
    *,
    letter: str,
    language: str,
    reference: str,
    encrypted: str = "",
    life: timedelta | None = None,
) -> None:
    """Queue an e-mail in the public schema, with the task that sends it; the row has no address.

    ``life``: how long the link in the e-mail is valid; after that time the e-mail is not sent.
    """
    mails_insert(
        mail_row(
            to="",
            letter=letter,
            language=language,
            reference=reference,
            context={"sealed": encrypted} if encrypted else {},
            life=life,
        )
    )


def mail_resolve(
    *,
    mail_id: UUID,
    letter: str,
    language: str,
    reference: str,
    to: str,
    context: object,
) -> ResolvedMail | None:
    """Return the recipient, variables and link of an e-mail; ``None`` for a refused e-mail.

    The link is stored nowhere. An agency's row is not trusted: it can neither name a case of
    another agency nor change the target of a link.
    """
    known, schema_name = LETTERS.get(letter), connection.schema_name
    is_national = schema_name == NATIONAL_SCHEMA
    if known is None or language not in dict(settings.LANGUAGES):
        logger.error("letter %s of %s is not on the list: not sent", mail_id, schema_name)
        return None
    words = letter_words(letter=known, context=context, is_national=is_national)
    # A notice of a changed address goes to the former address, which no account has any more.
    person = None if is_national else user_by_email(email=to)
    is_to_staff = is_national or letter in TO_FORMER_ADDRESSES or person is not None
    with national_context():
        # An e-mail that is not about a case has a blank reference and no route.
        route = route_by_reference(reference) if reference else None
        if not _may_queue(known, schema_name, reference, route, is_to_staff=is_to_staff):
            logger.error("letter %s is not one of %s: not sent", mail_id, schema_name)
            return None
        is_forgotten = letter in NATIONAL or not reference
        if route is None or known.is_about_case:
            if not is_national:
                words |= _workspace_words(schema_name, letter, language, context, reference)
                # Staff who have left since the e-mail was queued get nothing about cases.
                to = "" if letter in NOTICES and not (person and person.is_active) else to
            return ResolvedMail(to=to, words=words, is_forgotten=is_forgotten)
        to = _to(route, letter, to, context if isinstance(context, dict) else {})
        if not (known.is_proof or _is_proved(route)):
            return _unproved(mail_id, letter, route, to)
        if letter in NAMING:
            words |= _body_words(words.get("organisation", ""), language)
        # The link to file with a body is left out if the body gets no requests on the portal.
        has_link = letter in LINKS and (letter != DIRECTED or words["is_on_portal"] != "")
        links = _links(mail_id, letter, route, to) if has_link else {}
        return ResolvedMail(to=to, words=words, links=links, is_forgotten=is_forgotten)


def _may_queue(
    known: Letter, schema_name: str, reference: str, route: Route | None, *, is_to_staff: bool
) -> bool:
    if schema_name == NATIONAL_SCHEMA:
        return route is None or known.origin is Origin.NATIONAL
    match known.origin:
        case Origin.NATIONAL:
            return False
        case Origin.CASE:
            return route is not None and route.agency_id == schema_name
        case Origin.STAFF:
            is_own = route is not None and route.agency_id == schema_name
            return is_to_staff and (is_own if known.is_about_case else not reference)


def _workspace_words(
    schema_name: str, letter: str, language: str, context: object, reference: str
) -> dict[str, str]:
    """Return the names and URLs for an e-mail to staff, without trusting the e-mail's row."""
    agency = Agency.objects.get(schema_name=schema_name)
    name, console = agency_info(agency).name(language), console_url(agency)
    said = letter_words(letter=LETTERS[letter], context=context, is_national=False)
    # Without the id of an officer, the links show the lists of all officers.
    officer = f"&officer={said['officer']}" if said.get("officer") else ""
    return {
        "agency": name,
        "agency_name": name,
        **{
            key: f"{console}{path}".replace("<reference>", reference).replace("<officer>", officer)
            for key, path in PAGES.get(letter, {}).items()
        },
        **_reason(schema_name, context),
        **_hosts(schema_name, context),
    }


def _reason(schema_name: str, context: object) -> dict[str, str]:
    """Return the decrypted reason for an act of oversight; a reason in clear text is not used."""
    match context:
        case {"what": str(what), "sealed": str(encrypted)}:
            with suppress(DecryptionFailed):
                return {
                    "reason": decrypt_text(
                        encrypted, about=reason_context(schema_name=schema_name, what=what)
                    )
                }
    return {}


def _hosts(schema_name: str, context: object) -> dict[str, str]:
    """Return an agency's decrypted old and new host name; names in clear text are not used."""
    match context:
        case {"what": str(what), "sealed_hosts": str(encrypted)}:
            with suppress(DecryptionFailed):
                old, _line, new = decrypt_text(
                    encrypted, about=hosts_context(schema_name=schema_name, what=what)
                ).partition("\n")
                return {"old_host": old, "new_host": new}
    return {}


def _body_words(code: str, language: str) -> dict[str, str]:
    """Return the competent body's name and whether it is on the portal, from today's directory."""
    body = competent_body(code=code)
    return {
        "organisation_name": body.name(language) if body else "",
        "is_on_portal": "yes" if body and body.is_on_portal else "",
    }


def _is_proved(route: Route) -> bool:
    """Return whether a request's address is proved; if not, lock the route until the commit."""
    if not route.is_email_proved:
        # Without the lock, a proof at this instant would release the e-mails held so far, and this
        # e-mail, which is held a moment later, would never be sent.
        rows = Route.objects.select_for_update(no_key=True).filter(pk=route.pk)
        route.is_email_proved = rows.values_list("is_email_proved", flat=True).first() or False
    return route.is_email_proved


def _unproved(mail_id: UUID, letter: str, route: Route, to: str) -> ResolvedMail:
    """Return the e-mail that replaces another e-mail and asks for the proof of the address.

    The recipient is "" if no proof may be asked for now. The replaced e-mail is held until the
    proof, except an e-mail that its reader can ask for again.
    """
    is_asked = letter in ASK_PROOF and not route.is_email_proved and is_address_of(route, to)
    if not (is_asked and _has_room(letter, route, to)):
        to = ""
    page, purpose = LINKS[GIVEN_EMAIL]
    return ResolvedMail(
        to=to,
        words={"filed_on": clock.civil_day(route.created_at).isoformat()},
        links={page: link_issue(route=route, purpose=purpose, letter=mail_id)} if to else {},
        is_forgotten=letter in NATIONAL,
        is_held=letter not in NATIONAL,
        letter=GIVEN_EMAIL,
    )


def _has_room(letter: str, route: Route, to: str) -> bool:
    """Count an e-mail that asks for the proof of an address; return whether the limits allow it.

    The sending transaction counts the e-mail, so a refused e-mail is not counted.
    """
    mailbox = normal_email(to)
    everywhere = Limit(name="email.proof", subject=mailbox, allowed=PROOFS_PER_EMAIL, window=DAY)
    spare = Limit(
        name="email.proof.request",
        subject=f"{mailbox} {route.reference}",
        allowed=SPARE_PROOFS_PER_REQUEST,
        window=DAY,
    )
    return not limits_reserve([everywhere]) or (
        letter != ACKNOWLEDGED and not limits_reserve([spare])
    )


def _links(mail_id: UUID, letter: str, route: Route, to: str) -> dict[str, str]:
    """Return a dict: page -> link; the link is "" if ``to`` is not the stored or new address."""
    page, purpose = LINKS[letter]
    if not to or not (letter in (NEW_EMAIL, FIRST_EMAIL) or is_address_of(route, to)):
        return {page: ""}
    return {page: link_issue(route=route, purpose=purpose, letter=mail_id, life=LIVES.get(letter))}


def mail_context(reference: str) -> str:
    """Return the encryption context of an address in an e-mail row of the public schema."""
    return f"letter:{reference}"


def email_context(reference: str) -> str:
    """Return the encryption context of a request's new address that waits for its proof."""
    return f"email:{reference}"


def address_of(route: Route) -> str:
    """Return the e-mail address of a case's person, decrypted if confidential; "" if none."""
    try:
        return identity_of(reference=route.reference).email
    except EncryptedIdentityNotFound:
        with agency_context(route.agency):
            return email_of(reference=route.reference)


def new_address(change: EmailChange) -> str:
    """Decrypt the new address that waits for its proof. Raises ``DecryptionFailed``."""
    return text_decrypt(
        Ciphertext(key_id=change.key_id, content=bytes(change.sealed)),
        about=email_context(change.route_id),
    )


def _to(route: Route, letter: str, to: str, context: Mapping[str, str]) -> str:
    """Return the recipient of an e-mail; "" if nobody is to get it."""
    match letter:
        case "link":
            return _asked_address(route, context)
        case "email_changed":
            return decrypt_text(context["sealed"], about=mail_context(route.reference))
        case "email_old" | "email_new" | "email_first":
            change = EmailChange.objects.filter(route=route, expires_at__gt=clock.now()).first()
            # The change was cancelled after the e-mail was queued: no e-mail is sent.
            if change is None:
                return ""
            if letter == OLD_EMAIL:
                return address_of(route)
            # The number of e-mails is limited, because the address may be a stranger's.
            to = new_address(change)
            return to if _has_room(letter, route, to) else ""
    return to or address_of(route)


def _asked_address(route: Route, context: Mapping[str, str]) -> str:
    """Return a case's e-mail address; "" if the route confirms not both this and the typed one."""
    stored = address_of(route)
    typed = (
        decrypt_text(context["sealed"], about=mail_context(route.reference))
        if "sealed" in context
        else stored
    )
    return stored if is_address_of(route, typed) and is_address_of(route, stored) else ""


def is_address_of(route: Route, email: str) -> bool:
    """Return whether an address has the keyed digest that the route of a request stores.

    An address in an agency's tables is no proof, because the agency may write its own tables.
    """
    return route.email_digest is not None and bytes(route.email_digest) == lookup_digest(
        route.reference, KeyKind.EMAIL, normal_email(email)
    )
