"""Resolve recipient, words and links of a mail at the moment when it is sent.

The agency that queues a mail can read its row: neither the address of a confidential person nor a
link that opens a case may be stored there.
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

# Letters with a link that works once: the page that it leads to and what it is good for.
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
# In place of a refusal: it names the competent body.
DIRECTED = "directed"
# Those that name a body: what it is called is looked up when they leave.
NAMING = (DIRECTED, "transferred")
# Nobody waits for these: they are read when they are read.
LIVES = {
    "withdrawn": timedelta(days=30),
    "added_by_email": timedelta(days=30),
    "merged": timedelta(days=30),
}
# Letters of the national side itself; their rows keep nothing once they have left.
ASKED_FOR, EMAIL_CHANGED = "link", "email_changed"
OLD_EMAIL, NEW_EMAIL, FIRST_EMAIL = "email_old", "email_new", "email_first"
# It is never queued itself: it leaves in the place of others.
GIVEN_EMAIL = "email_given"
NATIONAL = (ASKED_FOR, OLD_EMAIL, NEW_EMAIL, FIRST_EMAIL, EMAIL_CHANGED)
# In the place of these the letter leaves that asks for the proof of the address.
ACKNOWLEDGED = "received"
ASK_PROOF = frozenset({ACKNOWLEDGED, ASKED_FOR})
# Whoever files, or changes the address of a request, can type anybody's: no mailbox gets more
# letters that ask for a proof in a day, whatever the requests.
PROOFS_PER_EMAIL = 5
# Strangers must not keep a mailbox from its own proof: whoever has opened a request and asks for
# the letter has one more a day for it.
SPARE_PROOFS_PER_REQUEST = 1

# The pages that a letter to the staff of an agency leads to, on its console.
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
    """Queue a letter of the national side, with the task that sends it; its row names no address.

    ``life`` is how long somebody waits for the link in it.
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
    """Resolve where a mail goes, what it says, and its link, which is made now and stored nowhere.

    ``None`` for one that may not be sent. The row is believed only as far as the schema it lies in
    may write: an agency's says nothing about another agency's case, and never where a link goes.
    """
    known, schema_name = LETTERS.get(letter), connection.schema_name
    is_national = schema_name == NATIONAL_SCHEMA
    if known is None or language not in dict(settings.LANGUAGES):
        logger.error("letter %s of %s is not on the list: not sent", mail_id, schema_name)
        return None
    words = letter_words(letter=known, context=context, is_national=is_national)
    # The former address of one of this agency's people is told that there is another one.
    person = None if is_national else user_by_email(email=to)
    is_to_staff = is_national or letter in TO_FORMER_ADDRESSES or person is not None
    with national_context():
        # A letter of no case has no route: what stands under a blank reference is nobody's.
        route = route_by_reference(reference) if reference else None
        if not _may_queue(known, schema_name, reference, route, is_to_staff=is_to_staff):
            logger.error("letter %s is not one of %s: not sent", mail_id, schema_name)
            return None
        is_forgotten = letter in NATIONAL or not reference
        if route is None or known.is_about_case:
            if not is_national:
                words |= _workspace_words(schema_name, letter, language, context, reference)
                # Whoever has left since it was queued is not written to about cases.
                to = "" if letter in NOTICES and not (person and person.is_active) else to
            return ResolvedMail(to=to, words=words, is_forgotten=is_forgotten)
        to = _to(route, letter, to, context if isinstance(context, dict) else {})
        if not (known.is_proof or _is_proved(route)):
            return _unproved(mail_id, letter, route, to)
        if letter in NAMING:
            words |= _body_words(words.get("organisation", ""), language)
        # With a body outside the portal nothing is filed: its link would lead nowhere.
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
    """Return what a letter to the staff of an agency says of the workspace: not in the row's
    words.
    """
    agency = Agency.objects.get(schema_name=schema_name)
    name, console = agency_info(agency).name(language), console_url(agency)
    said = letter_words(letter=LETTERS[letter], context=context, is_national=False)
    # Whose lists: without a number those of everybody.
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
    """Read why oversight acts on an agency: only encrypted words, for the agency owns the row."""
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
    """Read the old and the new host name: as the reason, only what oversight has encrypted."""
    match context:
        case {"what": str(what), "sealed_hosts": str(encrypted)}:
            with suppress(DecryptionFailed):
                old, _line, new = decrypt_text(
                    encrypted, about=hosts_context(schema_name=schema_name, what=what)
                ).partition("\n")
                return {"old_host": old, "new_host": new}
    return {}


def _body_words(code: str, language: str) -> dict[str, str]:
    """Return what a letter says of the competent body, as the directory knows it today."""
    body = competent_body(code=code)
    return {
        "organisation_name": body.name(language) if body else "",
        "is_on_portal": "yes" if body and body.is_on_portal else "",
    }


def _is_proved(route: Route) -> bool:
    """Return whether the address of a request is proved; where it is not, it is not until this
    ends.
    """
    if not route.is_email_proved:
        # Locked: a proof at this instant would release the letters held so far, and this one,
        # which is held a moment later, would never leave.
        rows = Route.objects.select_for_update(no_key=True).filter(pk=route.pk)
        route.is_email_proved = rows.values_list("is_email_proved", flat=True).first() or False
    return route.is_email_proved


def _unproved(mail_id: UUID, letter: str, route: Route, to: str) -> ResolvedMail:
    """Ask for the proof of an address in the place of a letter, or send nothing; hold the letter.

    What was asked for by its reader is not held: it can be asked for again.
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
    """Count a letter that asks a mailbox for its proof; whether it may leave.

    In the transaction that sends it: a mail server that does not answer uses nothing up.
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
    """Return the link of a letter, by its page; blank where the address is not the one of the
    case.
    """
    page, purpose = LINKS[letter]
    if not to or not (letter in (NEW_EMAIL, FIRST_EMAIL) or is_address_of(route, to)):
        return {page: ""}
    return {page: link_issue(route=route, purpose=purpose, letter=mail_id, life=LIVES.get(letter))}


def mail_context(reference: str) -> str:
    """Name the encryption context of an address in a mail of the national side."""
    return f"letter:{reference}"


def email_context(reference: str) -> str:
    """Name the encryption context of a new address until it is proved."""
    return f"email:{reference}"


def address_of(route: Route) -> str:
    """Return the address of who filed a case, wherever it is kept; "" without one."""
    try:
        return identity_of(reference=route.reference).email
    except EncryptedIdentityNotFound:
        with agency_context(route.agency):
            return email_of(reference=route.reference)


def new_address(change: EmailChange) -> str:
    """Return the address that waits to be proved. Raises ``DecryptionFailed``."""
    return text_decrypt(
        Ciphertext(key_id=change.key_id, content=bytes(change.sealed)),
        about=email_context(change.route_id),
    )


def _to(route: Route, letter: str, to: str, context: Mapping[str, str]) -> str:
    """Return where a letter goes; "" where nobody is to get it."""
    match letter:
        case "link":
            return _asked_address(route, context)
        case "email_changed":
            return decrypt_text(context["sealed"], about=mail_context(route.reference))
        case "email_old" | "email_new" | "email_first":
            change = EmailChange.objects.filter(route=route, expires_at__gt=clock.now()).first()
            # Taken back meanwhile: nobody is asked any more.
            if change is None:
                return ""
            if letter == OLD_EMAIL:
                return address_of(route)
            # Nobody knows yet whose mailbox this is.
            to = new_address(change)
            return to if _has_room(letter, route, to) else ""
    return to or address_of(route)


def _asked_address(route: Route, context: Mapping[str, str]) -> str:
    """Return the stored address; blank if another one was typed, or is stored by now."""
    stored = address_of(route)
    typed = (
        decrypt_text(context["sealed"], about=mail_context(route.reference))
        if "sealed" in context
        else stored
    )
    return stored if is_address_of(route, typed) and is_address_of(route, stored) else ""


def is_address_of(route: Route, email: str) -> bool:
    """Return whether the national side knows an address as the one of that request.

    The agency may write its own tables: what stands there is no proof.
    """
    return route.email_digest is not None and bytes(route.email_digest) == lookup_digest(
        route.reference, KeyKind.EMAIL, normal_email(email)
    )
