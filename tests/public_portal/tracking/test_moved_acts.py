"""Everything that a citizen does with a request, after it went from hand to hand."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from shared.accounts.enums import Role
from shared.accounts.services.users import user_create
from shared.complaints import services
from shared.complaints.enums import Outcome, Privacy, Status
from shared.complaints.types import PartyDraft, RatingDraft, UploadedContent
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.case_access.services import owned_cases
from tenants.case_access.services.email_changes import email_change_begin
from tenants.case_access.services.one_time_links import link_ask
from tenants.case_access.services.reviews import review_ask, review_decide
from tenants.custody.services.arbitration import arbitration_decide
from tenants.isolation.schema_switch import agency_context
from tenants.models.enums import ReviewDecision
from tests.public_portal.tracking.mailbox import deliver, links_in
from tests.public_portal.tracking.visits import EMAIL
from tests.support.custody import (
    DECISION,
    OVERSEER,
    hand_over,
    more_agencies,
    offer,
    request_filed,
)
from tests.support.factories import REPLY, officer_actor, organisation_of, staff
from tests.support.sampling import each_once

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
PEOPLE: Mapping[Privacy, Mapping[str, object]] = {
    Privacy.NAMED: {},
    Privacy.CONFIDENTIAL: {"privacy": Privacy.CONFIDENTIAL},
    Privacy.ANONYMOUS: {"privacy": Privacy.ANONYMOUS, "party": PartyDraft()},
}


def written(agency, one, body):
    officer = staff(agency, email=f"w{one.reference}@{agency.code}.example")
    with agency_context(agency):
        services.officer_message_add(
            reference=one.reference, body=body, officer=officer, actor=officer_actor(officer)
        )


def seen(visitor, one, path="case/", language="en"):
    visitor.language = language
    visitor.open(one.reference, one.receipt_code)
    return visitor.see(path)


@pytest.mark.parametrize(("privacy", "moves"), each_once(list(PEOPLE), [1, 3]))
def test_fs10_citizen_does_everything_with_a_moved_request(
    visitor, client, roads, water, privacy, moves
):
    one = request_filed(roads, **PEOPLE[privacy])
    account = user_create(
        email="mine@example.org", name="", role=Role.CITIZEN, password=None, actor=SYSTEM
    )
    if privacy != Privacy.ANONYMOUS:
        _kept(one, account)
    _moves(one, roads, water, moves)

    assert len(seen(visitor, one).context["space"].holdings) == moves + 1
    assert gateway.receipt_get(reference=one.reference).agency_code == one.holder.code
    _conversation(one)
    if privacy != Privacy.ANONYMOUS:
        _mailbox(one)
        _account(one, account)
    _after_the_reply(one)
    assert seen(visitor, one).status_code == 200
    other = request_filed(roads, **PEOPLE[privacy])
    _moves(other, roads, water, 1)
    gateway.case_withdraw(token=other.token)
    assert other.shown().status == Status.WITHDRAWN


def _kept(one, account):
    owned_cases.case_adopt(
        user_id=account.pk,
        reference=one.reference,
        kind=KeyKind.RECEIPT,
        value=one.receipt_code,
    )


def _moves(one, roads, water, moves):
    hand_over(one, water)
    if moves == 1:
        return
    # To a third one, and by the decision of national oversight back to the first.
    (parks,) = more_agencies("parks")
    hand_over(one, parks)
    assert offer(one, roads) is None
    assert arbitration_decide(
        reference=one.reference,
        organisation_code=organisation_of(roads).code,
        text=DECISION,
        actor=OVERSEER,
    )
    assert one.holder == roads


def _conversation(one):
    """Both sides write, the citizen sends a file and reads it again, and answers a question."""
    agency = one.holder
    gateway.message_add(token=one.token, body="It still leaks.")
    gateway.attachment_add(token=one.token, upload=UploadedContent(name="a.txt", content=b"water"))
    (file,) = one.shown().attachments
    found = gateway.attachment_read(token=one.token, attachment_id=str(file.id))
    assert found.content == b"water"
    officer = staff(agency, email=f"q{one.reference}@{agency.code}.example")
    with agency_context(agency):
        services.complaint_assign(
            reference=one.reference, officer=officer, actor=officer_actor(officer)
        )
        services.question_ask(
            reference=one.reference, body="Since when?", officer=officer, actor=SYSTEM
        )
    gateway.message_add(token=one.token, body="Since the third of May.")
    assert one.shown().status == Status.IN_PROGRESS


def _mailbox(one):
    """A link by e-mail opens it, letters of the present holder arrive, the address is changed."""
    sent = deliver(one.holder)
    assert [message.to for message in sent] == [[EMAIL]] * len(sent)
    link_ask(reference=one.reference, email=EMAIL, language="fr")
    (letter,) = deliver()
    (link,) = links_in(letter)
    assert Client(headers={"host": "testserver"}).post(link).status_code == 302
    email_change_begin(token=one.token, email="new@example.org")
    for message in deliver():
        for link in links_in(message):
            Client(headers={"host": "testserver"}).post(link, {"do": "prove"})
    written(one.holder, one, "We have seen it.")
    assert [message.to for message in deliver(one.holder)][-1] == ["new@example.org"]


def _account(one, account):
    listed = owned_cases.owned_cases(user_id=account.pk, first=0, most=20, is_open=True)
    assert [case.reference for case in listed.cases] == [one.reference]
    assert listed.cases[0].agency.code == one.holder.code
    assert listed.cases[0].summary.subject == one.shown().subject
    own = owned_cases.cases_of_session(
        tokens=[one.token], references=[], owner_id=account.pk, most=5
    )
    assert [case.reference for case in own] == [one.reference]
    whole = owned_cases.owned_cases_whole(user_id=account.pk, most=5)
    assert [len(case.custody) for case in whole] == [len(one.shown().custody)]


def _answered(one, *, by, outcome=Outcome.UPHELD):
    officer = staff(one.holder, email=f"{by}{one.reference}@{one.holder.code}.example")
    with agency_context(one.holder):
        services.complaint_reply(
            reference=one.reference,
            draft=replace(REPLY, outcome=outcome),
            officer=officer,
            actor=officer_actor(officer),
        )


def _after_the_reply(one):
    """Rated, told of the promise, re-opened, answered with no, reviewed and sent back."""
    _answered(one, by="a")
    gateway.rating_give(token=one.token, draft=RatingDraft(resolved=False, handling=2))
    with clock.travel(clock.now() + 28 * DAY):
        with agency_context(one.holder):
            services.expired_deadlines_apply(actor=SYSTEM)
        gateway.promise_report(token=one.token, kept=False)
        assert one.shown().promise.kept is False
        gateway.case_reopen(token=one.token, body="Nothing was done.")
        _answered(one, by="b", outcome=Outcome.NOT_UPHELD)
        review_ask(token=one.token, reason="Both replies speak of another pipe.")
        review_decide(
            reference=one.reference,
            decision=ReviewDecision.SENT_BACK,
            text="Examine the pipe under number twelve.",
            actor=OVERSEER,
        )
        assert one.shown().status == Status.REOPENED
