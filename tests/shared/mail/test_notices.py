"""E-mails to the staff of an agency about cases: what they say, and what they never say."""

import re
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.core import mail

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints import services
from shared.complaints.enums import Author
from shared.complaints.services.staff_digest import staff_mail_write
from shared.complaints.services.staff_mail import NOTICES as EVENTS
from shared.complaints.types import PartyDraft, RatingDraft, UploadedContent
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.mail.models import Mail
from shared.mail.permissions.mail_kinds import NOTICES
from shared.mail.selectors import undelivered_on
from shared.mail.services import addresses_forget, mail_resend, mail_row, mail_send
from shared.notifications.enums import Delivery, NoticeKind
from shared.notifications.services import deliveries_change
from tenants.isolation.schema_switch import agency_context
from tests.support.factories import REPLY, filed, officer_actor, staff
from tests.support.samples import PDF
from tests.support.sampling import in_turn

pytestmark = pytest.mark.django_db

LANGUAGES = ("ar", "fr", "en")
CANARY = "kanarienvogel"
WORDS = {
    "total": "12",
    **dict.fromkeys(
        ("new", "news", "due_soon", "late", "escalated", "promise_late", "approval"), "3"
    ),
    "promises": "3",
    "officer": "7",
}
NINE = datetime(2027, 4, 13, 8, 5, tzinfo=UTC)
ABOUT_A_CASE = ("case_notice", "escalation_notice")
# The sentences of the chain, and the list to which the letter of several cases leads.
STEPS = {
    "term_soon": "due_15",
    "term_reached": "due_15",
    "escalated_unit": "escalated",
    "escalated_agency": "escalated",
    "escalated_oversight": "escalated",
}
# Of each a plural of its own in Arabic.
TOTALS = ("1", "2", "3", "11", "100")
each_language = pytest.mark.parametrize("language", LANGUAGES)


def sent(agency, letter, language, *, reference="", to="", **context):
    """An e-mail to somebody of staff as it left; nothing where none left."""
    before = len(mail.outbox)
    to = to or staff(agency, Role.AGENT, "agent@roads.example").email
    with agency_context(agency):
        row = mail_row(
            to=to, letter=letter, language=language, reference=reference, context=context
        )
        row.save(force_insert=True)
        mail_send(mail_id=row.pk)
    return mail.outbox[before:]


def parts(message):
    return message.subject, message.body, message.alternatives[0].content


@pytest.mark.parametrize(
    ("what", "language"), in_turn([what for _kind, what in EVENTS.values()], LANGUAGES)
)
def test_letter_about_a_case_begins_with_its_reference_and_has_one_link(roads, language, what):
    reference = filed(roads).reference

    (message,) = sent(roads, "case_notice", language, reference=reference, what=what)

    subject, text, html = parts(message)
    link = f"http://roads.testserver:8000/cases/{reference}/"
    assert re.fullmatch(rf"{reference} – \S[^\r\n]+", subject)
    assert len(subject) <= 78
    assert re.findall(r"https?://\S+", text) == [link]
    assert re.findall(r'href="(.*?)"', html) == [link]


@each_language
def test_each_event_has_a_sentence_of_its_own(roads, language):
    reference, to = filed(roads).reference, staff(roads).email

    subjects = {
        sent(roads, "case_notice", language, reference=reference, to=to, what=what)[0].subject
        for what in [what for _kind, what in EVENTS.values()]
    }

    assert len(subjects) == len(EVENTS)


@pytest.mark.parametrize(
    ("what", "language", "total"), in_turn(product(["new", "late"], LANGUAGES), TOTALS)
)
def test_letter_of_the_hour_says_how_many(roads, language, what, total):
    (message,) = sent(roads, "cases_notice", language, what=what, total=total)

    subject, text, html = parts(message)
    link = "http://roads.testserver:8000/" + ("?view=overdue" if what == "late" else "")
    assert text.startswith(subject)
    assert re.findall(r"https?://\S+", text) == re.findall(r'href="(.*?)"', html) == [link]
    # Arabic has words of its own for one and two.
    assert total in subject or (language == "ar" and total in "12")


@each_language
def test_each_step_of_the_chain_has_a_sentence_of_its_own(roads, language):
    reference, to = filed(roads).reference, staff(roads).email

    found = [
        sent(roads, "escalation_notice", language, reference=reference, to=to, what=what)[0]
        for what in STEPS
    ]

    link = f"http://roads.testserver:8000/cases/{reference}/"
    for message in found:
        subject, text, html = parts(message)
        assert re.fullmatch(rf"{reference} – \S[^\r\n]+", subject)
        assert len(subject) <= 78
        assert re.findall(r"https?://\S+", text) == re.findall(r'href="(.*?)"', html) == [link]
    assert len({message.subject for message in found}) == len(STEPS)


@pytest.mark.parametrize(("what", "language", "total"), in_turn(product(STEPS, LANGUAGES), TOTALS))
def test_letter_of_several_late_cases_says_how_many(roads, language, what, total):
    (message,) = sent(roads, "escalations_notice", language, what=what, total=total)

    subject, text, html = parts(message)
    link = f"http://roads.testserver:8000/?view={STEPS[what]}"
    assert text.startswith(subject)
    assert re.findall(r"https?://\S+", text) == re.findall(r'href="(.*?)"', html) == [link]
    # Arabic has words of its own for one and two.
    assert total in subject or (language == "ar" and total in "12")


@each_language
def test_digest_links_each_number_to_its_list(roads, language):
    (message,) = sent(roads, "staff_digest", language, **WORDS)

    subject, text, html = parts(message)
    lists = [
        *(
            f"?view={view}&officer=7"
            for view in ("overdue", "escalated", "due_5", "promise_late", "promises", "new")
        ),
        "?view=unassigned",
        "?view=approval",
        "",
    ]
    links = [f"http://roads.testserver:8000/{one}" for one in lists]
    assert "12" in subject
    assert re.findall(r"https?://\S+", text) == links
    assert [one.replace("&amp;", "&") for one in re.findall(r'href="(.*?)"', html)] == links
    assert len(re.findall(r"\b3\b", text)) == 8


@pytest.mark.parametrize(("letter", "language"), in_turn(NOTICES, LANGUAGES))
def test_direction_and_language_stand_in_a_letter_to_staff(roads, letter, language):
    reference = filed(roads).reference if letter in ABOUT_A_CASE else ""

    (message,) = sent(roads, letter, language, reference=reference, what="message", **WORDS)

    direction = "rtl" if language == "ar" else "ltr"
    html = message.alternatives[0].content
    assert f'<html lang="{language}" dir="{direction}">' in html
    assert message.extra_headers["Content-Language"] == language
    assert re.findall(r"&#x27;|&quot;|&amp;|<\w", message.body) == []
    assert re.findall(r"<img|<script|<link|<style|url\(|src=|background", html) == []


def test_no_letter_to_staff_holds_a_word_of_the_citizen(roads):
    """With words of the citizen wherever a case has some, every kind of letter is sent."""
    party = PartyDraft(name=CANARY, email=f"{CANARY}@example.org", phone="0600000000")
    texts = dict.fromkeys(("subject", "body", "remedy", "place"), f"{CANARY} and more words of it")
    reference = filed(roads, party=party, **texts).reference
    fresh = filed(roads, party=party, **texts).reference
    with clock.travel(NINE - timedelta(days=45)):
        # Its first reminder is alone.
        filed(roads, party=party, **texts)
    officer = staff(roads, Role.AGENT, "agent@roads.example")
    chief = staff(roads, Role.SUPERVISOR, "chief@roads.example")
    actor = officer_actor(officer)
    with agency_context(roads):
        for person in (officer, chief):
            chosen = dict.fromkeys(NoticeKind, Delivery.AT_ONCE) | {
                NoticeKind.REVIEW_DECIDED: Delivery.DIGEST
            }
            deliveries_change(user=person, chosen=chosen, actor=SYSTEM)
        services.complaint_assign(reference=reference, officer=officer, actor=officer_actor(chief))
        services.citizen_message_add(reference=reference, body=CANARY, actor=CITIZEN)
        services.note_add(reference=reference, body=CANARY, officer=officer, actor=actor)
        services.label_create(name=CANARY)
        services.complaint_reply(reference=reference, draft=REPLY, officer=officer, actor=actor)
        with clock.travel(clock.now() + timedelta(hours=1)):
            services.attachment_add(
                reference=reference,
                upload=UploadedContent(name=f"{CANARY}.pdf", content=PDF),
                author=Author.CITIZEN,
                actor=CITIZEN,
            )
        with clock.travel(clock.now() + timedelta(hours=2)):
            services.rating_give(
                reference=reference,
                draft=RatingDraft(resolved=False, handling=1, comment=CANARY),
                actor=CITIZEN,
            )
            services.complaint_reopen(reference=reference, body=CANARY, actor=CITIZEN)
        with clock.travel(NINE):
            services.review_asked(reference=fresh, actor=CITIZEN)
            services.cases_escalate(actor=SYSTEM)
            staff_mail_write()
        # The national side writes it: no agency reads what is offered to it.
        mail_row(
            to=chief.email, letter="offers_notice", language="fr", reference="", context=WORDS
        ).save(force_insert=True)
        rows = list(Mail.objects.filter(letter__in=NOTICES))
        for row in rows:
            mail_send(mail_id=row.pk)

    said = {(row.letter, row.context.get("what")) for row in rows}
    letters = [one for one in mail.outbox if one.to[0].endswith("roads.example")]
    everything = " ".join(f"{parts(one)} {one.extra_headers}" for one in letters)
    assert {letter for letter, _what in said} == set(NOTICES)
    assert {what for letter, what in said if letter == "case_notice"} == {
        "assigned",
        "message",
        "file",
        "rating",
        "reopened",
        "review_asked",
    }
    assert len(letters) == len(rows)
    assert reference in everything
    assert [word for word in (CANARY, "0600000000", "more words") if word in everything] == []


def test_letter_about_a_case_of_another_agency_does_not_leave(roads, water):
    theirs, own = filed(water).reference, filed(roads).reference
    to = staff(roads).email

    assert sent(roads, "case_notice", "fr", reference=theirs, to=to, what="message") == []
    assert sent(roads, "case_notice", "fr", reference="", to=to, what="message") == []
    assert sent(roads, "staff_digest", "fr", reference=own, to=to, **WORDS) == []
    assert len(sent(roads, "case_notice", "fr", reference=own, to=to, what="message")) == 1


def test_letter_to_somebody_who_is_not_of_the_agency_does_not_leave(roads, water):
    stranger, own = staff(water, Role.AGENT, "agent@water.example"), filed(roads).reference

    assert sent(roads, "case_notice", "fr", reference=own, to=stranger.email, what="message") == []
    assert sent(roads, "case_notice", "fr", reference=own, to="person@example.org") == []


@pytest.mark.parametrize("letter", NOTICES)
def test_letter_to_a_colleague_who_has_left_meanwhile_does_not_leave(roads, letter):
    officer = staff(roads)
    with agency_context(roads):
        User.objects.filter(pk=officer.pk).update(is_active=False)
    reference = filed(roads).reference if letter in ABOUT_A_CASE else ""

    assert sent(roads, letter, "fr", reference=reference, to=officer.email, **WORDS) == []


def test_a_letter_to_staff_that_failed_says_nothing_to_the_citizen(roads):
    reference, officer = filed(roads).reference, staff(roads)
    with agency_context(roads):
        Mail.objects.all().delete()
        row = mail_row(
            to=officer.email,
            letter="case_notice",
            language="fr",
            reference=reference,
            context={"what": "message"},
        )
        row.failed_at, row.failure = clock.now(), "refused"
        row.save(force_insert=True)

        assert undelivered_on(reference=reference) is None
        # Another address of the citizen is none of the officer's.
        assert mail_resend(reference=reference) == []
        addresses_forget(reference=reference)
        row.refresh_from_db()

    assert row.to == officer.email


@pytest.mark.parametrize("total", ["-1", "1.5", "٣", "1234567890", "12 rue", "<b>1</b>"])
def test_a_number_of_another_shape_is_left_out(roads, total):
    (message,) = sent(roads, "cases_notice", "en", what="new", total=total)

    assert message.subject.startswith("0 new")
