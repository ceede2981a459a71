"""Two requests of one citizen are joined: what reaches one by it is for who reads the mailbox."""

import json
from datetime import timedelta

import pytest

from public_portal.account.services import account_make
from shared.complaints import services
from shared.complaints.errors import AttachmentNotFound
from shared.complaints.models import Complaint
from shared.complaints.types import InterimDraft, PartyDraft, UploadedContent
from shared.complaints.types.dispatch import Sending
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.kernel.identifiers import uuid7
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.case_access.errors import CaseNotFound
from tenants.case_access.services.joined_requests import joined_open
from tenants.case_access.services.one_time_links import link_open
from tenants.case_access.services.owned_cases import case_adopt, owned_case_open
from tenants.case_access.services.tokens import link_issue
from tenants.isolation.schema_switch import agency_context
from tenants.models import Route
from tenants.models.enums import LinkPurpose
from tests.public_portal.tracking.mailbox import deliver, links_in
from tests.support.factories import REPLY, filed_and_proved, officer_actor, staff
from tests.support.samples import PDF

pytestmark = pytest.mark.django_db

OTHER_WORDS = "The other words of the same person."
DECISION = REPLY.decision
QUESTION = "Which of the lamps of the other request?"
SHARED = "family@example.org"


def grouped(reference):
    return " ".join(reference[place : place + 4] for place in range(0, 16, 4))


@pytest.fixture
def officer(roads):
    return staff(roads)


@pytest.fixture
def joined(roads, officer):
    """The receipts of the main request and of the one that was merged into it."""
    main = filed_and_proved(roads)
    merged = filed_and_proved(roads, subject="Again", body=OTHER_WORDS)
    deliver(roads)
    with agency_context(roads):
        services.case_merge(
            reference=merged.reference, into=main.reference, actor=officer_actor(officer)
        )
    return main, merged


@pytest.fixture
def answered(roads, officer, joined):
    """The same after a question and the reply to both."""
    main, _merged = joined
    said = {"reference": main.reference, "officer": officer, "actor": officer_actor(officer)}
    with agency_context(roads):
        services.complaint_assign(**said)
        services.question_ask(**said, body=QUESTION)
        services.complaint_reply(**said, draft=REPLY)
    return joined


def by_code(receipt):
    return gateway.tracking_open(
        reference=receipt.reference, kind=KeyKind.RECEIPT, value=receipt.receipt_code
    ).token


def by_address(receipt):
    return gateway.tracking_open(
        reference=receipt.reference, kind=KeyKind.EMAIL, value="person@example.org"
    ).token


def by_link(receipt):
    route = Route.objects.get(pk=receipt.reference)
    return link_open(key=link_issue(route=route, purpose=LinkPurpose.OPEN, letter=uuid7())).token


def rest(client, token):
    header = {"authorization": f"Bearer {token}"}
    return client.get("/api/v1/tracking/case/", headers=header).json()


def visit(client, token):
    """Everything of a request that a browser with this token gets: page, days, dossier."""
    session = client.session
    session["tracking_token"] = token
    session.save()
    paths = ("case/", "case/days/", "case/dossier.json")
    return [client.get(f"/en/track/{path}").content.decode() for path in paths]


@pytest.mark.parametrize("proof", [by_code, by_address])
def test_receipt_code_or_address_alone_shows_nothing_that_came_by_a_merge(client, answered, proof):
    for own, other in (answered, reversed(answered)):
        token = proof(own)

        found = json.dumps(rest(client, token), ensure_ascii=False)
        texts = [found, *visit(client, token)]

        for text in texts:
            for hidden in (other.reference, grouped(other.reference), DECISION, QUESTION):
                assert hidden not in text
        case = gateway.case_show(token=token)
        assert (case.merged_with, case.is_joined, case.outcome) == ((), True, None)
        assert "is_withheld" in found
        assert 'action="/en/track/case/proof/link/"' in texts[1]


def test_day_that_a_joint_interim_reply_announces_is_for_the_mailbox(
    client, roads, officer, joined
):
    main, merged = joined
    until = clock.today() + timedelta(days=9)
    late = "The part is made abroad and it comes later."
    with agency_context(roads):
        services.interim_send(
            reference=main.reference, draft=InterimDraft(done=late, delay=late[4:], until=until),
            officer=officer, actor=officer_actor(officer), is_approved=False,
        )  # fmt: skip

    assert rest(client, by_link(merged))["interim_until"] == until.isoformat()
    for proof in (by_code, by_address):
        token = proof(merged)
        texts = [json.dumps(rest(client, token)), *visit(client, token)]
        assert not any(until.isoformat() in text for text in texts)
        assert gateway.case_show(token=token).interim_until is None


def test_fs6_link_of_the_mailbox_shows_the_reply_and_the_other_request(client, answered):
    for own, other in (answered, reversed(answered)):
        token = by_link(own)

        found = rest(client, token)
        page, _days, dossier = visit(client, token)

        assert found["merged_with"] == [other.reference]
        assert DECISION in found["messages"][-1]["body"]
        assert grouped(other.reference) in page
        assert json.loads(dossier)["merged_with"] == [other.reference]
        assert DECISION in page


def test_file_of_a_joint_reply_is_opened_by_the_link_of_the_mailbox_alone(roads, officer, joined):
    upload, draft_id = UploadedContent(name="plan.pdf", content=PDF), uuid7()
    reference, actor = joined[0].reference, officer_actor(officer)
    with agency_context(roads):
        services.case_draft_file_add(reference=reference, draft_id=draft_id, upload=upload)
        services.complaint_reply(
            reference=reference, draft=REPLY, officer=officer, actor=actor,
            sending=Sending(draft_id=draft_id),
        )  # fmt: skip

    for receipt in joined:
        token = by_link(receipt)
        (file,) = gateway.case_show(token=token).attachments
        number = str(file.id)
        for weaker in (by_code(receipt), by_address(receipt)):
            with pytest.raises(AttachmentNotFound):
                gateway.attachment_read(token=weaker, attachment_id=number)
        assert gateway.attachment_read(token=token, attachment_id=number).content == PDF


def test_reply_that_was_pressed_before_the_merge_and_left_after_it_is_withheld_too(
    roads, officer, client
):
    main, merged = filed_and_proved(roads), filed_and_proved(roads)
    actor = officer_actor(officer)
    pressed = clock.now()
    with agency_context(roads):
        services.case_merge(reference=merged.reference, into=main.reference, actor=actor)
        services.complaint_reply(
            reference=main.reference, draft=REPLY, officer=officer, actor=actor,
            sending=Sending(at=pressed),
        )  # fmt: skip

    for receipt in (main, merged):
        assert DECISION not in json.dumps(rest(client, by_code(receipt)))


def test_own_reply_is_not_withheld_after_the_requests_are_parted(roads, officer, client, joined):
    _main, merged = joined
    with agency_context(roads):
        services.case_unmerge(reference=merged.reference, actor=officer_actor(officer))
        services.complaint_reply(
            reference=merged.reference, draft=REPLY, officer=officer, actor=officer_actor(officer)
        )

    found = rest(client, by_code(merged))

    assert DECISION in found["messages"][-1]["body"]
    assert not found["is_joined"]


def test_merged_request_is_opened_from_the_page_of_the_other_one(client, joined):
    main, merged = joined
    page = visit(client, by_link(main))[0]
    assert 'action="/en/track/case/joined/open/"' in page

    done = client.post("/en/track/case/joined/open/", {"reference": merged.reference})

    assert done.status_code == 302
    assert OTHER_WORDS in client.get("/en/track/case/").content.decode()


@pytest.mark.parametrize("proof", [by_code, by_address])
def test_merged_request_is_not_opened_without_the_mailbox(client, roads, joined, proof):
    main, merged = joined
    with pytest.raises(CaseNotFound):
        joined_open(token=proof(main), reference=merged.reference)

    visit(client, proof(main))
    page = client.post("/en/track/case/joined/open/", {"reference": merged.reference})
    assert OTHER_WORDS not in page.content.decode()
    header = {"authorization": f"Bearer {proof(main)}"}
    answer = client.post(
        "/api/v1/tracking/joined/open/",
        {"reference": merged.reference},
        content_type="application/json",
        headers=header,
    )
    assert answer.status_code == 404


def test_request_that_is_not_joined_is_not_opened(roads, joined):
    with pytest.raises(CaseNotFound):
        joined_open(token=by_link(joined[0]), reference=filed_and_proved(roads).reference)


def test_agency_that_writes_a_merge_into_its_tables_shows_nobody_the_other(roads, client):
    """Its own role may write any two cases to be one: what the citizen sees asks the routes."""
    stranger = filed_and_proved(roads, party=PartyDraft(name="X", email="x@example.org"))
    hers = filed_and_proved(roads, body=OTHER_WORDS)
    with agency_context(roads):
        main = Complaint.objects.get(reference=hers.reference)
        Complaint.objects.filter(reference=stranger.reference).update(merged_into=main)

    found = rest(client, by_link(stranger))

    assert found["merged_with"] == []
    with pytest.raises(CaseNotFound):
        joined_open(token=by_link(stranger), reference=hers.reference)


def test_account_reads_what_is_for_the_mailbox_only_with_the_address_of_the_request(
    answered, client
):
    """A stranger keeps their request with the receipt code: their account proves no more."""
    main, _merged = answered
    texts = []
    for email in ("stranger@example.org", "person@example.org"):
        user = account_make(email=email, name="Someone", language="en", actor=SYSTEM)
        case_adopt(
            user_id=user.pk,
            reference=main.reference,
            kind=KeyKind.RECEIPT,
            value=main.receipt_code,
        )
        token = owned_case_open(user_id=user.pk, reference=main.reference).token
        texts.append(json.dumps(rest(client, token)))

    assert [DECISION in text for text in texts] == [False, True]


@pytest.mark.parametrize(
    ("language", "words", "undone"),
    [
        ("ar", "ضم طلبان من طلباتك", "طلبك منفصل من جديد"),
        ("fr", "Deux de vos requêtes ont été jointes", "Votre requête est de nouveau séparée"),
        ("en", "Two requests of yours were joined", "Your request is separate again"),
    ],
)
def test_citizen_is_written_to_once_of_a_merge_and_once_of_its_end(
    roads, officer, language, words, undone
):
    main, merged = [filed_and_proved(roads, language=language) for _request in range(2)]
    deliver(roads)
    actor = officer_actor(officer)

    with agency_context(roads):
        services.case_merge(reference=merged.reference, into=main.reference, actor=actor)
    (letter,) = deliver(roads)
    with agency_context(roads):
        services.case_unmerge(reference=merged.reference, actor=actor)
    (second,) = deliver(roads)

    assert [letter.subject, second.subject] == [
        f"{merged.reference} – {words}", f"{merged.reference} – {undone}",
    ]  # fmt: skip
    for one in (letter, second):
        for part in (one.body, one.alternatives[0].content):
            assert main.reference not in part
    assert any("/open/" in link for link in links_in(letter))
