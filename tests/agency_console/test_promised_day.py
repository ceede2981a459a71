"""Officers name the day by which something will be done, and are reminded of it."""

import html
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agency_console.casework.models import CaseDraft
from agency_console.reply_templates.enums import TemplateAct
from agency_console.reply_templates.services import template_create
from agency_console.reply_templates.types import TemplateDraft
from shared.accounts.enums import Role
from shared.complaints import services
from shared.complaints.enums import EventKind, Language, Outcome, Status
from shared.complaints.errors import PromisedDayOutside, PromiseWithoutText
from shared.complaints.models import Complaint, ComplaintEvent
from shared.complaints.services.staff_digest import staff_mail_write
from shared.complaints.types import ReplyDraft
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from shared.mail.models import Mail
from shared.mail.permissions.mail_kinds import STAFF_DIGEST
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.bulk_actions.conftest import Bulk, template as bulk_template
from tests.agency_console.conftest import (
    WORDS,
    references_on,
    sent,
    ten_seconds_later,
    text_of,
)
from tests.support.factories import filed, officer_actor

REMEDY = "The workshop replaces the lamp."
FORM = {**WORDS, "version": "2", "carried_out": "by_day", "remedy": REMEDY}


@pytest.fixture(autouse=True)
def english(console):
    console.client.cookies["language"] = "en"


def in_days(number):
    return (clock.today() + timedelta(days=number)).isoformat()


def errors_of(page):
    return {name: [str(one) for one in found] for name, found in _form(page).errors.items()}


def _form(page):
    return page.context["composer"]["form"] if "composer" in page.context else page.context["form"]


def draft_of(console):
    with agency_context(console.agency):
        return CaseDraft.objects.get().parts


# --- the form ----------------------------------------------------------------------------------


def test_fc24_the_named_day_stands_in_the_letter_the_event_and_the_case(console, mine):
    day = clock.today() + timedelta(days=30)
    sending = {**FORM, "promised_on": day.isoformat(), "step": "send"}

    checked = console.post(f"/cases/{mine}/reply/", sending | {"step": "check"})
    console.post(f"/cases/{mine}/reply/", sending)
    ten_seconds_later(console)

    case = console.case(mine)
    with agency_context(console.agency):
        event = ComplaintEvent.objects.get(complaint=case, kind=EventKind.ANSWERED)
    [(_kind, body)] = sent(console, mine)
    assert (case.promised_on, event.promised_on) == (day, day)
    assert f"{REMEDY}\n" in body
    assert str(day.year) in body.partition(f"{REMEDY}\n")[2].partition("\n\n")[0]
    assert body in html.unescape(text_of(checked)).replace("\r\n", "\n")


def test_what_is_done_already_names_no_day(console, mine):
    sending = {**FORM, "carried_out": "done", "promised_on": in_days(9), "step": "send"}

    console.post(f"/cases/{mine}/reply/", sending)
    ten_seconds_later(console)

    assert (console.case(mine).status, console.case(mine).promised_on) == (Status.ANSWERED, None)


MISSING = {
    "en": "Say whether it is done already, or by which day.",
    "fr": "Indiquez si c’est déjà fait, ou pour quel jour.",
    "ar": "بيّن هل تم التنفيذ، أو حدد تاريخه.",
}


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_a_reply_that_upholds_says_when_it_is_done(console, mine, language):
    console.client.cookies["language"] = language

    page = console.post(f"/cases/{mine}/reply/", {**FORM, "carried_out": "", "step": "check"})

    assert errors_of(page) == {"carried_out": [MISSING[language]]}
    assert ten_seconds_later(console) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"promised_on": ""}, "promised_on"),
        ({"promised_on": "2026-02-30"}, "promised_on"),
        ({"promised_on": "soon"}, "promised_on"),
        ({"promised_on": -1}, "promised_on"),
        ({"promised_on": 731}, "promised_on"),
        ({"promised_on": 10, "remedy": ""}, "remedy"),
        ({"carried_out": "never"}, "carried_out"),
    ],
)
def test_a_day_that_cannot_be_kept_or_read_is_refused_beside_its_field(
    console, mine, changes, field
):
    given = {key: in_days(one) if isinstance(one, int) else one for key, one in changes.items()}

    page = console.post(f"/cases/{mine}/reply/", {**FORM, **given, "step": "send"})

    assert list(errors_of(page)) == [field]
    assert ten_seconds_later(console) == []
    assert console.case(mine).status == Status.IN_PROGRESS


@pytest.mark.parametrize("days", [0, 730])
def test_the_first_and_the_last_possible_day_are_taken(console, mine, days):
    console.post(f"/cases/{mine}/reply/", {**FORM, "promised_on": in_days(days), "step": "send"})
    ten_seconds_later(console)

    assert console.case(mine).promised_on == clock.today() + timedelta(days=days)


def test_a_chosen_day_says_by_itself_when_it_is_done(console, mine):
    given = {**FORM, "carried_out": "", "promised_on": in_days(5), "step": "send"}

    console.post(f"/cases/{mine}/reply/", given)
    ten_seconds_later(console)

    assert console.case(mine).promised_on == clock.today() + timedelta(days=5)


@pytest.mark.parametrize("outcome", ["not_upheld", "explained"])
def test_a_reply_that_does_not_uphold_is_not_asked_for_a_day(console, mine, outcome):
    given = {**FORM, "outcome": outcome, "carried_out": "", "promised_on": "soon", "step": "send"}

    console.post(f"/cases/{mine}/reply/", given)
    ten_seconds_later(console)

    assert (console.case(mine).outcome, console.case(mine).promised_on) == (outcome, None)


@pytest.mark.parametrize(
    ("days", "remedy", "refusal"),
    [
        (-1, REMEDY, PromisedDayOutside),
        (731, REMEDY, PromisedDayOutside),
        (9, " ", PromiseWithoutText),
    ],
)
def test_the_service_refuses_what_the_form_refuses(console, agent, mine, days, remedy, refusal):
    draft = ReplyDraft(
        outcome=Outcome.UPHELD,
        facts="The lamp is out since March.",
        rule="Organic law 113-14, article 83.",
        decision="It is repaired in the week.",
        remedy=remedy,
        promised_on=clock.today() + timedelta(days=days),
    )

    with agency_context(console.agency), pytest.raises(refusal):
        services.complaint_reply(
            reference=mine, draft=draft, officer=agent, actor=officer_actor(agent)
        )


# --- drafts, templates, many cases at once -----------------------------------------------------


def test_the_day_is_kept_in_the_draft_and_shown_again(console, agent, mine):
    day = in_days(12)

    console.post(
        f"/cases/{mine}/draft/reply/",
        {"carried_out": "by_day", "promised_on": day, "version": "2"},
    )
    page = text_of(console.get(f"/cases/{mine}/?write=reply"))

    assert (draft_of(console)["carried_out"], draft_of(console)["promised_on"]) == ("by_day", day)
    assert f'value="{day}"' in page


def test_a_draft_of_the_former_release_leaves_without_a_day(console, agent, mine):
    console.post(f"/cases/{mine}/reply/", {**FORM, "promised_on": in_days(9), "step": "send"})
    with agency_context(console.agency):
        row = CaseDraft.objects.get()
        del row.parts["carried_out"], row.parts["promised_on"]
        row.save(update_fields=["parts"])
    ten_seconds_later(console)

    assert (console.case(mine).status, console.case(mine).promised_on) == (Status.ANSWERED, None)


@pytest.mark.parametrize(
    ("days", "chosen", "day"), [(0, "done", ""), (14, "by_day", 14), (None, "", "")]
)
def test_a_template_fills_in_when_it_is_done(console, agent, mine, days, chosen, day):
    draft = TemplateDraft(
        name="Lamp",
        act=TemplateAct.REPLY,
        language=Language.FRENCH,
        outcome=Outcome.UPHELD,
        promised_days=days,
        remedy=REMEDY,
    )
    with agency_context(console.agency):
        number = template_create(draft=draft, officer=agent, actor=officer_actor(agent)).pk

    form = _form(console.get(f"/cases/{mine}/?write=reply&template={number}"))

    assert form.initial.get("carried_out", "") == chosen
    assert form.initial.get("promised_on", "") == (in_days(day) if day else "")


@pytest.fixture
def bulk(console):
    return Bulk(console)


def test_many_cases_get_the_day_of_their_template(console, roads, bulk):
    supervisor = console.sign_in_as(Role.SUPERVISOR)
    references = [filed(roads).reference for _ in range(2)]
    number = bulk_template(console, supervisor, promised_days=21, remedy=REMEDY)

    bulk.done("reply", references, template_fr=number)

    expected = clock.today() + timedelta(days=21)
    assert [console.case(one).promised_on for one in references] == [expected] * 2


def test_a_template_that_leaves_the_day_open_replies_to_no_case_by_itself(console, roads, bulk):
    supervisor = console.sign_in_as(Role.SUPERVISOR)
    reference = filed(roads).reference
    bulk_template(console, supervisor, promised_days=None)

    page = console.get(bulk.begin("reply", [reference])["Location"])

    assert "when it is done" in text_of(page)
    assert "template_fr" not in text_of(page)


# --- what officers see -------------------------------------------------------------------------


DAY = date(2027, 4, 16)
# A working day, in the morning.
MORNING = datetime(2027, 4, 13, 8, 5, tzinfo=UTC)


def replied(agency, officer, day=DAY, **changes):
    """A case of an officer whose reply names a day."""
    reference = filed(agency).reference
    draft = ReplyDraft(
        outcome=Outcome.UPHELD,
        facts="The lamp is out since March.",
        rule="Organic law 113-14, article 83.",
        decision="It is repaired in the week.",
        remedy=REMEDY,
        promised_on=day,
    )
    with clock.travel(MORNING - timedelta(days=20)), agency_context(agency):
        services.complaint_reply(
            reference=reference, draft=draft, officer=officer, actor=officer_actor(officer)
        )
        Complaint.objects.filter(reference=reference).update(**changes)
    return reference


def test_the_page_of_the_case_shows_the_day_and_what_the_citizen_said(console, agent, roads):
    reference = replied(roads, agent)
    shown = []
    with clock.travel(MORNING):
        shown.append(text_of(console.get(f"/cases/{reference}/")))
    with clock.travel(MORNING + timedelta(days=4)):
        shown.append(text_of(console.get(f"/cases/{reference}/")))
        with agency_context(roads):
            services.promise_report(reference=reference, kept=False, actor=CITIZEN)
        shown.append(text_of(console.get(f"/cases/{reference}/")))

    assert all("By 16 April 2027" in one for one in shown)
    said = (
        "The citizen can say from that day on whether it was done.",
        "The citizen has not said yet whether it was done.",
        "The citizen says that it was not done.",
    )
    assert [[words in one for words in said].index(True) for one in shown] == [0, 1, 2]


def test_the_list_of_announced_days_holds_those_of_the_next_five_days(console, agent, roads):
    near = replied(roads, agent)
    closed = replied(roads, agent, status=Status.CLOSED)
    replied(roads, agent, DAY + timedelta(days=3))
    replied(roads, agent, status=Status.REOPENED, answered_at=None)
    with clock.travel(MORNING - timedelta(days=20)):
        filed(roads)

    with clock.travel(MORNING):
        page = console.get("/?view=promises")

    assert sorted(references_on(page)) == sorted([near, closed])


def test_the_lists_cost_the_same_for_one_and_many_announced_days(console, agent, roads):
    counts = []
    for number in (1, 6):
        for _ in range(number):
            replied(roads, agent)
        with clock.travel(MORNING):
            console.get("/?view=promises")
            with CaptureQueriesContext(connection) as found:
                console.get("/?view=promises")
        counts.append(len(found))

    assert counts[0] == counts[1]


def test_the_e_mail_of_the_morning_counts_the_announced_days_of_its_reader(
    console, agent, colleague, roads
):
    replied(roads, agent)
    replied(roads, agent, DAY + timedelta(days=30))
    replied(roads, colleague)
    with clock.travel(MORNING), agency_context(roads):
        staff_mail_write()
        staff_mail_write()
        rows = Mail.objects.filter(letter=STAFF_DIGEST).order_by("to")
        found = {row.to: row.context for row in rows}

    words = {"promises": "1", "total": "1"}
    assert found == {
        agent.email: {**words, "officer": str(agent.pk)},
        colleague.email: {**words, "officer": str(colleague.pk)},
    }
