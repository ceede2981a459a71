"""Where a printed receipt code meets moves, merges and what is asked of two requests."""

from contextlib import nullcontext

import pytest

from public_portal.tracking.selectors.tracking_page import tracking_page_get
from shared.complaints.types import PartyDraft
from shared.kernel.actors import SYSTEM
from shared.kernel.errors import DomainError
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.case_access.errors import ProofRequired, TokenNotFound
from tenants.case_access.services import both_mine, owned_cases, printed_codes
from tenants.case_access.services.case_parts import part_open
from tenants.case_access.services.token_rights import token_rights_get
from tenants.custody.services.offers import offer_accept
from tenants.custody.services.splits import part_object
from tenants.isolation.schema_switch import agency_context
from tenants.models import CaseSplit, Route, RouteOpening
from tenants.models.enums import OpenedBy, PrintedCode, PrintedCodeUse, TokenScope
from tests.public_portal.tracking.visits import EMAIL
from tests.support.custody import Moving, offer
from tests.support.factories import filed_and_proved, filed_at_counter
from tests.support.parts import part_token, split
from tests.tenants.case_access.test_printed_codes import an_account, by_mailbox, confirm, opened

pytestmark = pytest.mark.django_db


def test_visit_by_a_printed_code_outlives_a_move_and_one_by_the_address_ends(roads, water):
    receipt = filed_at_counter(roads)
    confirm(roads)
    # Confirmed for letters alone: what the code opens is asked here, and not what it may decide.
    Route.objects.update(printed_code=PrintedCode.WAITS)
    by_code = opened(receipt).token
    by_address = gateway.tracking_open(
        reference=receipt.reference, kind=KeyKind.EMAIL, value=EMAIL
    ).token
    one = Moving(receipt.reference, receipt.receipt_code)
    made = offer(one, water)

    offer_accept(agency=water, offer_id=made.pk, actor=SYSTEM)

    assert gateway.token_detail(token=by_code).scope == TokenScope.WRITE
    assert gateway.case_show(token=by_code).reference == receipt.reference
    with pytest.raises(TokenNotFound):
        gateway.case_show(token=by_address)
    opened_by = RouteOpening.objects.filter(route=receipt.reference)
    assert sorted(opened_by.values_list("opened_by", flat=True)) == [
        OpenedBy.EMAIL, OpenedBy.RECEIPT,
    ]  # fmt: skip


def test_officer_who_asks_does_not_say_for_the_citizen_that_both_are_theirs(roads):
    receipt = filed_at_counter(roads)
    token = by_mailbox(roads, receipt)
    other = filed_and_proved(roads, party=PartyDraft(name="Another Name", email=EMAIL))
    with agency_context(roads):
        both_mine.both_mine_ask(
            agency=roads, reference=receipt.reference, other=other.reference, actor=SYSTEM
        )
    by_code = opened(receipt).token
    assert gateway.token_detail(token=by_code).scope == TokenScope.FULL

    with pytest.raises(ProofRequired):
        both_mine.both_mine_say(token=by_code, is_mine=True)

    asked = [
        tracking_page_get(token=one, language="en").both_mine_asked_at is not None
        for one in (by_code, token)
    ]
    assert asked == [False, True]
    both_mine.both_mine_say(token=token, is_mine=True)


@pytest.mark.parametrize(
    ("email", "kept"), [("", [PrintedCodeUse.OBJECTION]), (EMAIL, [])], ids=["no mailbox", "waits"]
)
def test_part_given_back_with_a_printed_code_is_kept_and_needs_the_mailbox(
    roads, water, email, kept
):
    receipt = filed_at_counter(roads, email=email)
    one = Moving(receipt.reference, receipt.receipt_code)
    part = split(one, water)
    token = part_token(one, part)

    with nullcontext() if kept else pytest.raises(ProofRequired):
        part_object(token=token)

    assert [one.use for one in token_rights_get(token=token).printed_code_uses] == kept
    assert CaseSplit.objects.filter(pk=part, objected_at=None).exists() != bool(kept)


def test_what_came_by_a_merge_is_not_read_with_a_printed_code(roads):
    receipt = filed_at_counter(roads)
    confirm(roads)
    by_code = gateway.token_detail(token=opened(receipt).token)
    user = an_account(EMAIL)
    owned_cases.case_adopt(
        user_id=user,
        reference=receipt.reference,
        kind=KeyKind.RECEIPT,
        value=receipt.receipt_code,
    )
    stranger = an_account("stranger@example.net")
    owned_cases.case_adopt(
        user_id=stranger,
        reference=receipt.reference,
        kind=KeyKind.RECEIPT,
        value=receipt.receipt_code,
    )
    by_account, by_stranger = (
        gateway.token_detail(
            token=owned_cases.owned_case_open(user_id=one, reference=receipt.reference).token
        )
        for one in (user, stranger)
    )

    assert [one.is_by_mailbox for one in (by_code, by_account, by_stranger)] == [False, True, False]
    assert by_account.is_by_printed_code
    assert by_stranger.is_by_printed_code


@pytest.mark.parametrize("way", ["visit", "account"])
def test_replaced_code_leads_from_no_part_to_the_whole(roads, water, way):
    """An officer may have kept the request by the paper before it was split."""
    receipt = filed_at_counter(roads)
    mailed = by_mailbox(roads, receipt)
    printed = opened(receipt).token
    user_id = an_account("officer@example.net")
    owned_cases.case_adopt(
        user_id=user_id,
        reference=receipt.reference,
        kind=KeyKind.RECEIPT,
        value=receipt.receipt_code,
    )
    one = Moving(receipt.reference, receipt.receipt_code)
    part = split(one, water)
    kept = part_open(token=printed, reference=part).token

    printed_codes.receipt_code_replace(token=mailed)

    def back_to_the_whole():
        token = kept
        if way == "account":
            token = owned_cases.owned_case_open(user_id=user_id, reference=part).token
        part_open(token=token, reference=receipt.reference)

    with pytest.raises(DomainError):
        back_to_the_whole()
    assert part_open(token=mailed, reference=part).token
