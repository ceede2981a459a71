"""National oversight reads a case while it has to decide on it; each reading is told."""

import pytest

from shared.audit.models import AuditEntry
from shared.complaints.types import UploadedContent
from shared.kernel import clock
from tenants.case_access import gateway
from tenants.case_access.errors import ReviewAlreadyDecided, ReviewNotFound
from tenants.case_access.services.reviews import (
    review_ask,
    review_case,
    review_decide,
    review_file_read,
)
from tenants.custody.errors import ArbitrationDecided, ArbitrationNotFound
from tenants.custody.services.arbitration import (
    arbitration_decide,
    arbitration_file,
    arbitration_file_read,
)
from tenants.isolation.schema_switch import agency_context
from tenants.models.enums import ReviewDecision
from tests.support.custody import DECISION, OVERSEER, competence_asked, request_filed
from tests.support.factories import organisation_of
from tests.support.moments import days_later
from tests.support.reviewed import ANALYST, REASON, TEXT, answer, refused_twice
from tests.support.samples import PDF

pytestmark = pytest.mark.django_db

ENGLISH = {"accept-language": "en"}
STORY = "The lamp at number twelve"
LATER = "A word that was written after the decision."


def with_file(one):
    """The number of a file that the citizen has sent."""
    upload = UploadedContent(name="preuve.pdf", content=PDF)
    gateway.attachment_add(token=one.token, upload=upload)
    return gateway.case_show(token=one.token).attachments[0].id


@pytest.fixture
def reviewed(roads, water):
    """A request under review, with a file; oversight has it before it."""
    organisation_of(roads)
    organisation_of(water)
    one = refused_twice(roads, subject=STORY)
    file = with_file(one)
    review_ask(token=one.token, reason=REASON)
    return one, file


@pytest.fixture
def disputed(roads, water):
    """A request of which agencies dispute the competence, with a file."""
    organisation_of(roads)
    organisation_of(water)
    one = request_filed(roads, subject=STORY)
    file = with_file(one)
    competence_asked(one, water)
    return one, file


def decide_review(one, decision=ReviewDecision.SENT_BACK):
    review_decide(reference=one.reference, decision=decision, text=TEXT, actor=ANALYST)


def decide_competence(one):
    arbitration_decide(
        reference=one.reference, organisation_code="water", text=DECISION, actor=OVERSEER
    )


def lapse(one):
    gateway.case_withdraw(token=one.token)


KINDS = [
    ("reviewed", "reviews", decide_review),
    ("reviewed", "reviews", lambda one: decide_review(one, ReviewDecision.UPHELD)),
    ("disputed", "competence", decide_competence),
    ("disputed", "competence", lapse),
]
IDS = ["sent back", "upheld", "competent", "lapsed"]


@pytest.mark.parametrize(("kind", "place", "end"), KINDS, ids=IDS)
def test_the_right_to_a_case_ends_with_the_decision(analyst, request, kind, place, end):
    one, file = request.getfixturevalue(kind)
    page, address = f"/{place}/{one.reference}/", f"/{place}/{one.reference}/files/{file}/"
    before = [analyst.get(page, headers=ENGLISH), analyst.get(address)]

    end(one)
    after = [analyst.get(page, headers=ENGLISH), analyst.get(address)]

    assert [found.status_code for found in before] == [200, 200]
    assert [found.status_code for found in after] == [200, 404]
    assert (STORY in before[0].text, STORY in after[0].text) == (True, False)
    assert (REASON in after[0].text, "preuve.pdf" in after[0].text) == (False, False)
    assert "The decision" in after[0].text


def test_what_was_written_after_the_decision_is_read_by_nobody_there(analyst, reviewed):
    one, _file = reviewed
    decide_review(one)
    gateway.message_add(token=one.token, body=LATER)

    page = analyst.get(f"/reviews/{one.reference}/", headers=ENGLISH)

    assert (TEXT in page.text, LATER in page.text) == (True, False)
    with pytest.raises(ReviewAlreadyDecided):
        review_case(reference=one.reference, actor=ANALYST)


@pytest.mark.parametrize(("kind", "place", "end"), KINDS, ids=IDS)
def test_a_decision_from_a_page_that_was_open_before_keeps_what_was_typed(
    analyst, request, kind, place, end
):
    one, _file = request.getfixturevalue(kind)
    typed = "Another opinion, in twenty characters and more."
    end(one)

    page = analyst.post(
        f"/{place}/{one.reference}/",
        {"decision": "upheld", "organisation_code": "roads", "text": typed, "step": "send"},
        headers=ENGLISH,
    )

    assert page.status_code == 400
    assert ("decided already" in page.text, typed in page.text) == (True, True)
    assert STORY not in page.text


def test_asked_again_it_is_the_right_of_the_new_review_alone(analyst, reviewed):
    one, file = reviewed
    decide_review(one)
    answer(one, by="third")
    address = f"/reviews/{one.reference}/files/{file}/"
    closed = analyst.get(address).status_code

    review_ask(token=one.token, reason=REASON)
    opened = analyst.get(address).status_code
    decide_review(one, ReviewDecision.UPHELD)

    assert (closed, opened, analyst.get(address).status_code) == (404, 200, 404)


def test_one_right_ends_while_the_other_lasts(analyst, disputed, water):
    """Not competent and under review: each page is open as long as its own question waits."""
    one, file = disputed
    with clock.travel(days_later(70)):
        review_ask(token=one.token, reason=REASON)
        pages = [f"/{place}/{one.reference}/files/{file}/" for place in ("reviews", "competence")]
        both = [analyst.get(page).status_code for page in pages]

        decide_review(one)

        left = [analyst.get(page).status_code for page in pages]
    assert (both, left) == ([200, 200], [404, 200])


@pytest.mark.parametrize(
    ("kind", "read", "read_file"),
    [
        ("reviewed", review_case, review_file_read),
        ("disputed", arbitration_file, arbitration_file_read),
    ],
)
def test_each_reading_and_each_file_is_in_both_logs(request, kind, read, read_file, roads):
    one, file = request.getfixturevalue(kind)

    for _time in range(2):
        read(reference=one.reference, actor=ANALYST)
        read_file(reference=one.reference, attachment_id=file, actor=ANALYST)

    def lines():
        rows = AuditEntry.objects.filter(subject__startswith=one.reference, actor_id=7)
        return sorted(rows.values_list("action", "subject"))

    with agency_context(roads):
        there = lines()
    reading = [("case.reviewed", one.reference)]
    assert there == [("case.file_reviewed", one.reference)] * 2 + reading
    assert lines() == [("case.file_reviewed", f"{one.reference} {file}")] * 2 + reading
    shown = gateway.case_show(token=one.token)
    assert (len(shown.oversight_accesses), len(shown.oversight_file_reads)) == (1, 2)


@pytest.mark.parametrize("kind", ["reviewed", "disputed"])
def test_a_file_that_is_read_alone_is_told_to_the_citizen(analyst, client, request, kind):
    one, file = request.getfixturevalue(kind)
    place = "reviews" if kind == "reviewed" else "competence"

    analyst.get(f"/{place}/{one.reference}/files/{file}/")

    host = {"host": "testserver"}
    data = {"reference": one.reference, "secret": one.receipt_code}
    client.post("/en/track/", data, headers=host)
    shown = client.get("/en/track/case/", headers=host)
    looks = [access.who for access in shown.context["space"].accesses]
    assert "National oversight, which read one of the files" in looks
    assert len([who for who in looks if who.startswith("National oversight")]) == 2


def test_a_moved_case_keeps_who_read_its_files(disputed, water):
    one, file = disputed
    arbitration_file_read(reference=one.reference, attachment_id=file, actor=OVERSEER)

    decide_competence(one)

    assert one.holder == water
    shown = one.shown()
    assert (len(shown.oversight_accesses), len(shown.oversight_file_reads)) == (1, 1)


def test_nobody_reads_what_was_never_asked(roads):
    one = refused_twice(roads)
    file = with_file(one)

    with pytest.raises(ReviewNotFound):
        review_file_read(reference=one.reference, attachment_id=file, actor=ANALYST)
    with pytest.raises(ArbitrationNotFound):
        arbitration_file_read(reference=one.reference, attachment_id=file, actor=ANALYST)
    with pytest.raises((ArbitrationNotFound, ArbitrationDecided)):
        arbitration_file(reference=one.reference, actor=ANALYST)
