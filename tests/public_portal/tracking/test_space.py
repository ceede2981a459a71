import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import gettext, override

from shared.complaints.enums import Status
from shared.complaints.models import Complaint
from shared.complaints.selectors import complaint_get
from shared.kernel import clock, legal_deadline
from tenants.isolation.schema_switch import agency_context
from tenants.models.enums import AgencyState
from tests.public_portal.tracking.visits import Visitor, answer, ask
from tests.support.factories import filed
from tests.support.refused_forms import is_refused
from tests.support.samples import JPEG, PDF, PNG
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db

FILED = datetime(2026, 3, 1, 9, tzinfo=UTC)


def in_french(words):
    with override("fr"):
        return gettext(words)


def case_of(visitor):
    return visitor.see().context["space"].case


def text(page):
    return page.content.decode()


@pytest.fixture
def inside(visitor: Visitor, receipt) -> Visitor:
    """The citizen in the space of their own request."""
    visitor.open(receipt.reference, receipt.receipt_code)
    return visitor


def test_c12_the_space_says_who_holds_it_what_comes_next_and_by_when(visitor, roads):
    with clock.travel(FILED):
        receipt = filed(roads)
    with clock.travel(FILED + timedelta(days=12)):
        visitor.open(receipt.reference, receipt.receipt_code)
        page = visitor.see()

    space = page.context["space"]
    assert space.agency.code == "roads"
    assert (space.clock.day, space.clock.term) == (12, 60)
    assert '<progress max="60" value="12"' in text(page)
    assert "30 avril 2026" in text(page)


def test_a_late_answer_is_called_late(visitor, roads):
    with clock.travel(FILED):
        receipt = filed(roads)
    with clock.travel(FILED + timedelta(days=61)):
        visitor.open(receipt.reference, receipt.receipt_code)
        page = visitor.see()

    with override("fr"):
        late = gettext("Day %(day)d: the legal period of %(term)d days has passed.") % {
            "day": 61, "term": 60,
        }  # fmt: skip
    assert late in text(page)
    assert '<progress max="60" value="60"' in text(page)


def test_the_clock_of_an_answered_request_stands_at_the_day_of_the_answer(visitor, roads):
    with clock.travel(FILED):
        receipt = filed(roads)
    with clock.travel(FILED + timedelta(days=20)):
        answer(roads, receipt.reference)
    with clock.travel(FILED + timedelta(days=40)):
        visitor.open(receipt.reference, receipt.receipt_code)
        look = visitor.see().context["space"].clock

    assert look.day == 20


def test_without_a_visit_the_space_leads_to_the_entrance(visitor, receipt):
    assert visitor.see()["Location"] == "/fr/track/"


@pytest.mark.parametrize(
    "path",
    ["case/", "case/rating/", "case/reopen/", "case/withdraw/", f"case/files/{UUID(int=7)}/"],
)
def test_after_eight_hours_the_visit_has_ended_and_the_entrance_says_so(inside, path):
    with clock.travel(clock.now() + timedelta(hours=8, seconds=1)):
        page = inside.client.get(inside.url(path), follow=True)

    assert page.redirect_chain == [("/fr/track/", 302)]
    assert [str(message) for message in page.context["messages"]] == [
        in_french("Your visit has ended. Enter the reference again to open your request.")
    ]


def test_c13_a_message_reaches_the_administration(inside, roads):
    page = inside.do("messages/", body="La rue est toujours noire.\r\nMerci.")

    assert page["Location"] == "/fr/track/case/"
    assert [message.body for message in case_of(inside).messages] == [
        "La rue est toujours noire.\nMerci."
    ]


def test_a_message_answers_the_question_and_sets_the_case_going_again(inside, receipt, roads):
    ask(roads, receipt.reference, "Which street?")

    waiting = case_of(inside).status
    inside.do("messages/", body="The street of the mosque.")

    assert (waiting, case_of(inside).status) == (Status.AWAITING_CITIZEN, Status.IN_PROGRESS)


def test_the_citizen_never_sees_notes_or_officers(inside, receipt, roads):
    ask(roads, receipt.reference, "Which street?")

    html = text(inside.see())

    assert "Which street?" in html
    assert "a note for colleagues" not in html
    assert "agent of roads" not in html


@pytest.mark.parametrize("body", ["", "   ", "x" * 10_001, "a\x00b", "\u200b\u200f"])
def test_a_message_that_cannot_be_sent_keeps_its_text(inside, body):
    page = inside.do("messages/", body=body)

    form = page.context["message_form"]
    assert is_refused(page)
    assert form["body"].value() == body
    assert list(form.errors) == ["body"]
    assert case_of(inside).messages == ()


def test_a_message_to_a_closed_request_is_refused_and_its_text_stays(inside, receipt, roads):
    inside.do("withdraw/")

    page = inside.do("messages/", body="One more thing.")

    assert is_refused(page)
    assert page.context["message_form"]["body"].value() == "One more thing."
    assert "One more thing.</textarea>" in text(page)


@pytest.mark.parametrize(
    ("content", "name", "shown"),
    [
        (PDF, "lettre.pdf", "lettre.pdf"),
        (JPEG, "photo.PNG", "photo.jpg"),
        (PNG, "../../etc/passwd", "passwd.png"),
        (PDF, "\u202efdp.exe", "fdp.pdf"),
        (PDF, "CON", "_CON.pdf"),
        (PDF, "é" * 240 + ".pdf", "é" * 100 + ".pdf"),
    ],
)
def test_a_file_is_kept_under_a_harmless_name_with_its_true_suffix(inside, content, name, shown):
    inside.do("files/", uploads=SimpleUploadedFile(name, content))

    assert [file.name for file in case_of(inside).attachments] == [shown]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ" + bytes(100),
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a/*" + bytes(50),
        b"PK\x03\x04" + bytes(50),
        PDF + bytes(15 * 1024 * 1024),
    ],
    ids=["empty", "programme", "svg", "gif", "zip", "larger than 15 MB"],
)
def test_a_file_of_another_kind_or_size_is_refused_beside_its_field(inside, content):
    page = inside.do("files/", uploads=SimpleUploadedFile("photo.jpg", content, "image/jpeg"))

    assert is_refused(page)
    assert list(page.context["attachment_form"].errors) == ["uploads"]
    assert case_of(inside).attachments == ()


def test_an_eleventh_file_is_refused(inside):
    for number in range(10):
        inside.do("files/", uploads=SimpleUploadedFile(f"{number}.pdf", PDF))

    page = inside.do("files/", uploads=SimpleUploadedFile("11.pdf", PDF))

    assert is_refused(page)
    assert len(case_of(inside).attachments) == 10


def test_a_file_comes_back_as_a_download_that_cannot_run(inside):
    inside.do("files/", uploads=SimpleUploadedFile("رسالة.pdf", PDF, "text/html"))
    file = case_of(inside).attachments[0]

    page = inside.see(f"case/files/{file.id}/")

    assert b"".join(page.streaming_content) == PDF
    assert page["Content-Type"] == "application/pdf"
    assert page["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert page["Cache-Control"] == "no-store, private"


def test_a_file_of_another_request_is_not_there(inside, roads):
    theirs = filed(roads)
    stranger = Visitor(client=Client(headers={"host": "testserver"}))
    stranger.open(theirs.reference, theirs.receipt_code)
    stranger.do("files/", uploads=SimpleUploadedFile("secret.pdf", PDF))
    file = case_of(stranger).attachments[0]

    assert inside.see(f"case/files/{file.id}/").status_code == 404


def test_a_visit_shows_its_own_request_and_no_other(inside, receipt):
    html = text(inside.see())

    assert re.findall(r'class="ref">([\d ]+)<', html)[0].replace(" ", "") == receipt.reference
    assert "Somebody else" not in html


def test_c13_a_reply_can_be_rated_in_two_facts_and_words(inside, receipt, roads):
    answer(roads, receipt.reference)

    page = inside.do("rating/", resolved="yes", handling="4", comment="Merci")

    rating = case_of(inside).rating
    assert page["Location"] == "/fr/track/case/"
    assert (rating.resolved, rating.handling, rating.comment) == (True, 4, "Merci")


def test_c13_whoever_is_not_satisfied_is_led_to_reopening_at_once(inside, receipt, roads):
    answer(roads, receipt.reference)

    page = inside.do("rating/", resolved="no", handling="2")

    assert page["Location"] == "/fr/track/case/reopen/"


@pytest.mark.parametrize(
    "data",
    repeats([{}, {"resolved": "yes"}, {"handling": "3"}, {"resolved": "yes", "handling": "6"},
     {"resolved": "maybe", "handling": "3"}, {"resolved": "yes", "handling": "٣x"}], keep=3),
)  # fmt: skip
def test_half_a_rating_is_refused(inside, receipt, roads, data):
    answer(roads, receipt.reference)

    page = inside.do("rating/", **data)

    assert is_refused(page)
    assert case_of(inside).rating is None


def test_a_second_rating_of_the_same_reply_is_refused(inside, receipt, roads):
    answer(roads, receipt.reference)
    inside.do("rating/", resolved="yes", handling="4")

    page = inside.do("rating/", resolved="no", handling="1")

    assert is_refused(page)
    assert case_of(inside).rating.handling == 4


def test_c13_reopening_gives_the_reason_and_starts_a_new_term(inside, receipt, roads):
    answer(roads, receipt.reference)

    inside.do("reopen/", reason="not_done", body="Rien n'a été fait.")

    case = case_of(inside)
    with override("fr"):
        reason = gettext("What was promised has not been done")
    assert case.status == Status.REOPENED
    assert case.due_on == legal_deadline.reply_due_on(clock.today())
    assert case.messages[-1].body == f"{reason}\n\nRien n'a été fait."


@pytest.mark.parametrize("data", [{}, {"reason": "not_done"}, {"reason": "x", "body": "texte"}])
def test_reopening_without_a_reason_or_words_keeps_what_was_typed(inside, receipt, roads, data):
    answer(roads, receipt.reference)

    page = inside.do("reopen/", **data)

    assert is_refused(page)
    assert page.context["form"]["body"].value() == data.get("body")
    assert case_of(inside).status == Status.ANSWERED


def test_after_thirty_days_a_request_is_not_reopened(visitor, roads):
    with clock.travel(FILED):
        receipt = filed(roads)
        answer(roads, receipt.reference)
    with clock.travel(FILED + timedelta(days=31)):
        visitor.open(receipt.reference, receipt.receipt_code)
        asked = visitor.see("case/reopen/")
        page = visitor.do("reopen/", reason="other", body="trop tard")
        status = case_of(visitor).status

    assert asked["Location"] == "/fr/track/case/"
    assert is_refused(page)
    assert "trop tard" in page.content.decode()
    assert status == Status.ANSWERED


def test_c13_withdrawing_is_asked_once_more_and_then_done(inside, receipt, roads):
    asked = inside.see("case/withdraw/")
    before = case_of(inside).status

    inside.do("withdraw/")

    assert asked.status_code == 200
    assert (before, case_of(inside).status) == (Status.RECEIVED, Status.WITHDRAWN)


def test_a_withdrawal_twice_is_refused_in_words(inside):
    inside.do("withdraw/")

    page = inside.do("withdraw/")

    assert is_refused(page)
    assert in_french("The state of the request has changed: this can no longer be done.") in text(
        page
    )


def test_closing_the_request_leaves_nothing_on_this_device(inside):
    inside.client.post(inside.url("leave/"))

    assert inside.see()["Location"] == "/fr/track/"


@pytest.mark.parametrize("path", ["case/messages/", "case/files/", "leave/"])
def test_looking_at_an_address_of_a_form_changes_nothing(inside, path):
    inside.see(path)

    assert inside.see().status_code == 200


def test_after_a_refused_message_the_other_language_leads_to_the_request(inside):
    page = text(inside.client.post(inside.url("case/messages/"), {"body": ""}))
    (other,) = re.findall(r'<a[^>]* href="(/ar/[^"]*)"[^>]* lang="ar"', page)

    answer = inside.client.get(other)

    assert (other.partition("?")[0], answer.status_code) == ("/ar/track/case/", 200)
    assert 'class="error-summary"' in text(answer)


def test_a_form_from_another_site_is_refused(receipt, roads):
    visitor = Visitor(client=Client(enforce_csrf_checks=True, headers={"host": "testserver"}))

    page = visitor.open(receipt.reference, receipt.receipt_code)

    assert page.status_code == 403


def test_a_suspended_agency_still_serves_its_citizens(inside, roads):
    roads.state = AgencyState.SUSPENDED
    roads.save(update_fields=["state"])

    inside.do("messages/", body="Êtes-vous là ?")

    assert [message.body for message in case_of(inside).messages] == ["Êtes-vous là ?"]


def test_what_is_typed_is_shown_as_text_and_never_run(inside, receipt, roads):
    inside.do("messages/", body="<script>alert(1)</script>{{ 7|add:7 }}%s${x}")

    html = text(inside.see())

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7|add:7 }}%s${x}" in html
    with agency_context(roads):
        assert complaint_get(reference=receipt.reference).messages.count() == 1
        assert Complaint.objects.count() == 1
