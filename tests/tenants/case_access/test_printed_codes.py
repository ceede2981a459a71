"""A receipt code that an officer has printed: what it opens, what is kept, and its replacement."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test import Client

from shared.complaints.types import RatingDraft
from shared.complaints.types.custody import PartDraft
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.case_access.errors import CaseNotFound, ProofRequired, ReceiptCodeStays
from tenants.case_access.services import email_changes, owned_cases, printed_codes, reviews
from tenants.custody.services.splits import case_split, part_object
from tenants.custody.types import OfferDraft
from tenants.isolation.schema_switch import agency_context
from tenants.models import OwnedRoute, PrintedCodeAct, Route
from tenants.models.enums import PrintedCode, PrintedCodeUse, TokenScope, TransferReason
from tests.public_portal.account.door import Account
from tests.public_portal.tracking.mailbox import deliver, links_in
from tests.public_portal.tracking.visits import EMAIL, Visitor, answer
from tests.support.custody import NOTE
from tests.support.factories import (
    draft,
    filed_at_counter,
    officer_actor,
    organisation_of,
    staff,
)
from tests.support.reviewed import REASON

pytestmark = pytest.mark.django_db
RATING = RatingDraft(resolved=True, handling=4, comment="")


def opened(receipt, code=""):
    """What the code opens."""
    return gateway.tracking_open(
        reference=receipt.reference, kind=KeyKind.RECEIPT, value=code or receipt.receipt_code
    )


def by_mailbox(agency, receipt):
    """A token by the link of a letter: the mailbox has answered."""
    confirm(agency)
    return mailed_token(receipt)


def confirm(agency):
    """Press the button of the letter that asks for the address."""
    page = next(link for link in links_in(deliver(agency)[-1]) if "/address/" in link)
    Client(headers={"host": "testserver"}).post(page)


def mailed_token(receipt):
    """Ask for a link and use it."""
    visitor = Visitor(client=Client(headers={"host": "testserver"}))
    visitor.client.post(visitor.url("link/"), {"reference": receipt.reference, "email": EMAIL})
    page = next(link for link in links_in(deliver()[-1]) if "/open/" in link)
    visitor.client.post(page)
    return visitor.client.session["tracking_token"]


def uses(receipt):
    """What is kept of the code's use."""
    return list(
        PrintedCodeAct.objects.filter(route=receipt.reference).values_list("use", flat=True)
    )


def test_printed_code_writes_and_decides_nothing(roads):
    receipt = filed_at_counter(roads)
    answer(roads, receipt.reference)

    issued = opened(receipt)

    assert issued.scope == TokenScope.WRITE
    for act in (
        lambda: gateway.rating_give(token=issued.token, draft=RATING),
        lambda: gateway.promise_report(token=issued.token, kept=True),
        lambda: part_object(token=issued.token),
        lambda: gateway.case_reopen(token=issued.token, body="Nothing was done."),
        lambda: gateway.case_withdraw(token=issued.token),
        lambda: reviews.review_ask(token=issued.token, reason=REASON),
        lambda: email_changes.email_change_begin(token=issued.token, email="me@example.net"),
        lambda: printed_codes.receipt_code_replace(token=issued.token),
    ):
        with pytest.raises(ProofRequired):
            act()
    assert uses(receipt) == []


def test_code_that_no_officer_saw_decides_as_before(roads):
    receipt = gateway.complaint_file(draft=draft(roads), actor=CITIZEN)

    assert opened(receipt).scope == TokenScope.FULL
    assert Route.objects.get().printed_code == PrintedCode.NONE


def test_printed_code_decides_once_the_mailbox_has_confirmed_and_each_act_is_kept(roads):
    receipt = filed_at_counter(roads)
    answer(roads, receipt.reference)
    confirm(roads)

    issued = opened(receipt)
    gateway.rating_give(token=issued.token, draft=RATING)

    assert issued.scope == TokenScope.FULL
    assert uses(receipt) == [PrintedCodeUse.RATING]


def test_what_the_mailbox_does_is_not_kept_as_done_by_the_code(roads):
    receipt = filed_at_counter(roads)
    answer(roads, receipt.reference)

    gateway.rating_give(token=by_mailbox(roads, receipt), draft=RATING)

    assert uses(receipt) == []


def test_message_by_the_printed_code_is_kept_and_marked(roads):
    receipt = filed_at_counter(roads)

    gateway.message_add(token=opened(receipt).token, body="I write with the printed code.")

    assert uses(receipt) == [PrintedCodeUse.MESSAGE]
    assert gateway.case_show(token=opened(receipt).token).messages[0].is_by_email


def test_person_without_a_mailbox_decides_with_the_printed_code_and_it_is_kept(roads):
    receipt = filed_at_counter(roads, email="")
    answer(roads, receipt.reference)
    token = opened(receipt).token

    gateway.rating_give(token=token, draft=RATING)
    gateway.case_reopen(token=token, body="Nothing was done.")
    gateway.case_withdraw(token=token)

    assert uses(receipt) == [
        PrintedCodeUse.RATING, PrintedCodeUse.REOPENING, PrintedCodeUse.WITHDRAWAL,
    ]  # fmt: skip


def test_mailbox_that_never_answers_stands_in_the_way_for_seven_days(roads):
    receipt = filed_at_counter(roads, email="mistyped@example.org")
    now = clock.now()

    with clock.travel(now + timedelta(days=6, hours=23)), pytest.raises(ProofRequired):
        gateway.case_withdraw(token=opened(receipt).token)
    with clock.travel(now + timedelta(days=7, hours=1)):
        gateway.case_withdraw(token=opened(receipt).token)

    assert uses(receipt) == [PrintedCodeUse.WITHDRAWAL]


def test_new_code_of_the_mailbox_shuts_the_printed_one_and_what_it_opened(roads):
    receipt = filed_at_counter(roads)
    before = opened(receipt).token
    token = by_mailbox(roads, receipt)

    code = printed_codes.receipt_code_replace(token=token)

    with pytest.raises(CaseNotFound):
        opened(receipt)
    with pytest.raises(gateway.TokenNotFound):
        gateway.case_show(token=before)
    assert opened(receipt, code).scope == TokenScope.FULL
    assert gateway.case_show(token=token).reference == receipt.reference
    assert uses(receipt) == [PrintedCodeUse.CODE_REPLACED]
    assert gateway.receipt_get(reference=receipt.reference).receipt_code == ""


def test_code_is_replaced_once(roads):
    receipt = filed_at_counter(roads)
    token = by_mailbox(roads, receipt)
    printed_codes.receipt_code_replace(token=token)

    with pytest.raises(ReceiptCodeStays):
        printed_codes.receipt_code_replace(token=token)


def test_printed_code_cannot_replace_itself_even_when_it_decides(roads):
    receipt = filed_at_counter(roads, email="")

    with pytest.raises(ProofRequired):
        printed_codes.receipt_code_replace(token=opened(receipt).token)


def test_mailbox_given_with_the_printed_code_cannot_shut_the_paper_out(roads):
    receipt = filed_at_counter(roads, email="")
    email_changes.email_change_begin(token=opened(receipt).token, email=EMAIL)
    page = next(link for link in links_in(deliver()[-1]) if "/email/" in link)
    Client(headers={"host": "testserver"}).post(page, {"do": "prove"})

    with pytest.raises(ReceiptCodeStays):
        printed_codes.receipt_code_replace(token=mailed_token(receipt))

    assert Route.objects.get().printed_code == PrintedCode.ADDED
    assert opened(receipt).scope == TokenScope.FULL
    assert uses(receipt) == [PrintedCodeUse.EMAIL]


def test_account_that_has_the_request_by_the_printed_code_gets_no_more_than_it(roads):
    receipt = filed_at_counter(roads)
    officer = an_account("officer@example.net")

    owned_cases.case_adopt(
        user_id=officer, reference=receipt.reference,
        kind=KeyKind.RECEIPT, value=receipt.receipt_code,
    )  # fmt: skip

    issued = owned_cases.owned_case_open(user_id=officer, reference=receipt.reference)
    assert issued.scope == TokenScope.WRITE
    assert gateway.token_detail(token=issued.token).is_by_printed_code
    assert uses(receipt) == [PrintedCodeUse.ACCOUNT]


def test_new_code_takes_the_request_out_of_such_an_account_for_good(roads):
    receipt = filed_at_counter(roads)
    officer = an_account("officer@example.net")
    owned_cases.case_adopt(
        user_id=officer, reference=receipt.reference,
        kind=KeyKind.RECEIPT, value=receipt.receipt_code,
    )  # fmt: skip

    printed_codes.receipt_code_replace(token=by_mailbox(roads, receipt))

    assert not OwnedRoute.objects.exists()
    with pytest.raises(CaseNotFound):
        owned_cases.case_restore(
            user_id=officer, reference=receipt.reference, is_by_printed_code=True
        )


def test_account_of_the_address_confirms_the_code(roads):
    receipt = filed_at_counter(roads)

    owned_cases.case_adopt(
        user_id=an_account(EMAIL), reference=receipt.reference, kind=KeyKind.EMAIL, value=EMAIL
    )

    assert opened(receipt).scope == TokenScope.FULL


def test_printed_code_opens_a_part_no_further_than_the_whole(roads, water):
    receipt = filed_at_counter(roads)
    officer = staff(roads, email="splitter@roads.example")
    part, _offered = case_split(
        agency=roads,
        reference=receipt.reference,
        part=PartDraft(subject="Water", body="The second matter of it, told alone.", file_ids=()),
        offer=OfferDraft(
            organisation_code=organisation_of(water).code,
            reason=TransferReason.COMPETENCE,
            note=NOTE,
        ),
        actor=officer_actor(officer),
    )

    assert Route.objects.get(pk=part).printed_code == PrintedCode.WAITS


def test_reason_of_a_review_is_not_read_with_the_printed_code(roads):
    receipt = filed_at_counter(roads)
    token = by_mailbox(roads, receipt)
    clock_day = clock.now() + timedelta(days=70)
    with clock.travel(clock_day):
        token = mailed_token(receipt)
        reviews.review_ask(token=token, reason=REASON)

        assert reviews.review_of(token=opened(receipt).token).reason == ""
        assert reviews.review_of(token=token).reason == REASON


def test_agency_can_neither_call_the_code_unseen_nor_read_or_delete_what_was_done(roads):
    receipt = filed_at_counter(roads)
    gateway.message_add(token=opened(receipt).token, body="I write with the printed code.")

    for statement in (
        "UPDATE public.tenants_route SET printed_code = ''",
        "SELECT * FROM public.tenants_printedcodeact",
        "DELETE FROM public.tenants_printedcodeact",
        "INSERT INTO public.tenants_printedcodeact DEFAULT VALUES",
    ):
        with (
            agency_context(roads),
            pytest.raises(ProgrammingError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def an_account(email):
    """The number of a citizen's account with that address."""
    account = Account(client=Client(headers={"host": "testserver"}), email=email)
    account.open()
    return account.user().pk


def test_citizen_reads_what_was_done_with_the_code(roads):
    receipt = filed_at_counter(roads)
    gateway.message_add(token=opened(receipt).token, body="I write with the printed code.")
    visitor = Visitor(client=Client(headers={"host": "testserver"}), language="en")
    visitor.open(receipt.reference, receipt.receipt_code)

    page = visitor.see().content.decode()

    assert "receipt code that an officer had printed: A message was sent" in page
    assert "An officer printed your receipt code and has seen it." in page


def test_citizen_takes_a_new_code_on_the_page_and_reads_it_once(roads):
    receipt = filed_at_counter(roads)
    visitor = Visitor(client=Client(headers={"host": "testserver"}), language="en")
    session = visitor.client.session
    session["tracking_token"] = by_mailbox(roads, receipt)
    session.save()
    visitor.client.cookies["sessionid"] = str(session.session_key)

    offered = visitor.see().content.decode()
    taken = visitor.do("code/")
    again = visitor.do("code/")

    assert "/en/track/case/code/" in offered
    assert "Your new receipt code" in taken.content.decode()
    assert taken["Cache-Control"] == "no-store, private"
    assert again["Location"] == "/en/track/case/"
