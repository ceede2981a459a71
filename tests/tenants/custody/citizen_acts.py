"""What the citizen of a request may try, with and without an account."""

from contextlib import suppress
from datetime import timedelta

import pytest

from public_portal.account.services import (
    account_email_change,
    account_erase,
    account_mail_prune,
    account_make,
    complaint_adopt,
)
from public_portal.tracking.services import tracking_page_open
from public_portal.tracking.types import Asker
from shared.complaints.types import RatingDraft, UploadedContent
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.kernel.errors import DomainError, TooManyAttempts
from shared.kernel.identifiers import uuid7
from shared.mail.services import mail_settle
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.case_access.errors import CaseNotFound, TokenNotFound
from tenants.case_access.services.both_mine import both_mine_asked_at, both_mine_say
from tenants.case_access.services.case_parts import part_open
from tenants.case_access.services.email_changes import email_change_begin, email_prove
from tenants.case_access.services.mail_recipients import address_of
from tenants.case_access.services.one_time_links import link_open
from tenants.case_access.services.printed_codes import receipt_code_replace
from tenants.case_access.services.tokens import (
    link_issue,
    token_detail_of,
    token_find,
    token_is_own,
)
from tenants.custody.services.offers import offer_accept
from tenants.custody.services.splits import part_object
from tenants.models import Agency, CaseHolding, CaseSplit, Route
from tenants.models.enums import LinkPurpose
from tests.support.custody import Moving, offer
from tests.support.factories import CITIZEN, filed_at_counter
from tests.support.moments import days_later

PLACE = "192.0.2.7"


def citizen_files_again(history):
    """Where the first one is now: so both can be worked on as one."""
    history.earlier.append(history.other.reference)
    history.other = history.request_filed(history.one.holder)


def citizen_opens_by_link(history):
    """Both requests, by links of letters: their mailboxes have acted since the filing."""
    for one in (history.one, history.other):
        link_open(key=key_for(one, LinkPurpose.OPEN))


def citizen_says_both_are_theirs(history):
    """On the page of each request of which it was asked."""
    said = 0
    for one in (history.one, history.other):
        if both_mine_asked_at(reference=one.reference) is not None:
            both_mine_say(token=one.token, is_mine=True)
            said += 1
    return said


def key_for(one, purpose):
    """What the link of a letter would hold."""
    route = Route.objects.get(pk=one.reference)
    return link_issue(route=route, purpose=purpose, letter=uuid7())


def citizen_writes(history):
    gateway.message_add(token=history.one.token, body=f"{history.word} again")
    history.said += 1


def citizen_sends_a_file(history):
    upload = UploadedContent(name=f"{history.word}.txt", content=b"x")
    gateway.attachment_add(token=history.one.token, upload=upload)


def citizen_objects(history):
    """A part was cut out lately, and the citizen does not agree."""
    days = clock.now() - timedelta(days=7)
    made = CaseSplit.objects.filter(part_reference__in=history.parts, split_at__gt=days)
    found = made.filter(objected_at=None).order_by("pk").first()
    if found is None:
        return False
    part_object(token=part_open(token=history.one.token, reference=found.pk).token)
    return True


def citizen_withdraws(history):
    """Another request: once the first one is withdrawn, nothing more happens to it."""
    gateway.case_withdraw(token=history.other.token)


def citizen_withdraws_at_last(history):
    gateway.case_withdraw(token=history.one.token)


def citizen_rates(history):
    draft = RatingDraft(resolved=False, handling=2, comment=f"Still {history.word}.")
    gateway.rating_give(token=history.one.token, draft=draft)


def citizen_reopens(history):
    gateway.case_reopen(
        token=history.one.token, body=f"No, the {history.word} is there, and it grows."
    )


def citizen_changes_the_address(history):
    """Another address of the person, or that of the account."""
    history.addresses += 1
    own = history.account is not None and history.random.choice((True, False))
    email = history.account.email if own else f"{history.addresses}{history.word}@example.org"
    email_change_begin(token=history.one.token, email=email)
    route = Route.objects.get(pk=history.one.reference)
    for purpose in (LinkPurpose.OLD_EMAIL, LinkPurpose.NEW_EMAIL):
        key = link_issue(route=route, purpose=purpose, letter=uuid7())
        email_prove(key=key)
    history.email = email


def has_moved(reference):
    """By the record: what an agency writes into its tables may tell of moves that never were."""
    return CaseHolding.objects.filter(reference=reference).exists()


def somebody_tries_the_address(history):
    """Number and address open what no other agency has had, and nothing else."""
    route = Route.objects.get(pk=history.random.choice(history.references()))
    moved = has_moved(route.reference)
    try:
        issued = gateway.tracking_open(
            reference=route.reference, kind=KeyKind.EMAIL, value=address_of(route)
        )
    except CaseNotFound:
        assert moved
        return
    assert not moved
    history.tokens.append((route.reference, issued.token))


def somebody_comes_back(history):
    """A visit that an address opened ends with the first move of its case."""
    if not history.tokens:
        somebody_tries_the_address(history)
    for reference, token in history.tokens:
        moved = has_moved(reference)
        try:
            gateway.case_show(token=token)
        except TokenNotFound:
            continue
        assert not moved


def somebody_guesses_addresses(history):
    """Addresses of suspects, as whoever was asked would try them."""
    history.addresses += 1
    with pytest.raises((CaseNotFound, TooManyAttempts)):
        tracking_page_open(
            reference=history.one.reference,
            kind=KeyKind.EMAIL,
            value=f"{history.addresses}@example.net",
            asker=Asker(address=PLACE, language="fr"),
            proves=lambda: True,
        )


def printed_code_replaced(history):
    """An officer files for the citizen and acts with the printed code; the mailbox takes a new one.

    In between the case may go to another agency, and the visit by the printed code goes on.
    """
    receipt = filed_at_counter(history.one.holder, email=f"{history.word}@example.org")
    history.earlier.append(receipt.reference)
    one = Moving(receipt.reference, receipt.receipt_code)
    printed = one.token
    gateway.message_add(token=printed, body=f"{history.word} at the counter")
    with suppress(DomainError):
        if (made := offer(one, history.random.choice(history.agencies))) is not None:
            offer_accept(
                agency=Agency.objects.get(schema_name=made.to_schema),
                offer_id=made.pk,
                actor=SYSTEM,
            )
    assert token_detail_of(token_find(printed)).is_by_printed_code
    mailed = link_open(key=key_for(one, LinkPurpose.OPEN)).token
    new = Moving(receipt.reference, receipt_code_replace(token=mailed))
    with pytest.raises(CaseNotFound):
        one.token  # noqa: B018  # an attempt to open it
    with pytest.raises(TokenNotFound):
        token_find(printed)
    assert token_is_own(token_find(new.token))
    history.printed.append((one, new))


def printed_code_tried_again(history):
    """The paper opens nothing, wherever the case is by now; the code that replaced it does."""
    if not history.printed:
        printed_code_replaced(history)
    for old, new in history.printed:
        with pytest.raises(CaseNotFound):
            old.token  # noqa: B018  # an attempt to open it
        assert new.shown().reference == old.reference


def account_of(history):
    """The account of the citizen, which is made at the first need."""
    if history.account is None:
        history.account = account_make(
            email=f"{history.owner}@example.org",
            name=f"Who {history.owner}",
            language="fr",
            actor=CITIZEN,
        )
    return history.account


def account_adopts(history):
    """The citizen keeps one of the requests in an account, by its code or by the address."""
    account = account_of(history)
    one = history.random.choice((history.one, history.other))
    code = history.random.choice((one.receipt_code, ""))
    complaint_adopt(user=account, reference=one.reference, code=code, place=PLACE)


def account_changes_the_address(history):
    if history.account is None:
        return False
    history.addresses += 1
    email = f"{history.addresses}{history.owner}@example.org"
    history.account = account_email_change(user=history.account, email=email)
    return True


def account_erased(history):
    """The account goes, and its letters a day after they have left; the requests stay."""
    if history.account is None:
        return False
    account_erase(user=history.account)
    history.account = None
    mail_settle()
    with clock.travel(days_later(2)):
        account_mail_prune()
    return True
