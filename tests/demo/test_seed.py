import itertools
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django_tasks_db.models import DBTaskResult

from agency_console.casework.models import CaseDraft
from demo.accounts import DEMO_PASSWORD
from shared.accounts.models import User
from shared.complaints.enums import MESSAGE_EVENTS, EventKind, MessageKind, Status
from shared.complaints.models import Complaint, ComplaintEvent, Message, Note
from shared.complaints.selectors import case_events, outbox_events
from shared.kernel import clock
from shared.mail.models import Mail
from shared.register.models import RegisterCase, RegisterEventRow
from tenants.case_access.selectors import owned_routes
from tenants.custody.selectors import arbitrations_waiting, offers_of_reference
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, Route
from tests.demo.conftest import CASABLANCA, RABAT, seed


def each_agency(demo, question):
    answers = []
    for agency in demo.agencies:
        with agency_context(agency):
            answers.append(question(agency))
    return answers


def test_every_agency_shows_a_case_in_every_state_that_a_service_leads_to(demo):
    shown = each_agency(
        demo, lambda _agency: set(Complaint.objects.values_list("status", flat=True))
    )

    assert shown == [set(Status.values) - {Status.TRANSFERRED}] * 2


def test_the_cases_are_shared_out_and_none_is_lost(demo):
    held = each_agency(demo, lambda _agency: Complaint.objects.count())

    assert held == [11, 14]
    assert Route.objects.filter(agency__in=demo.agencies).count() == 25


def test_a_case_lies_where_its_route_leads(demo):
    def references(agency):
        routed = Route.objects.filter(agency=agency).values_list("reference", flat=True)
        return set(Complaint.objects.values_list("reference", flat=True)) ^ set(routed)

    assert each_agency(demo, references) == [set(), set()]


def test_a_case_is_addressed_to_a_body_that_its_agency_answers_for(demo):
    health, interior = each_agency(
        demo, lambda _agency: set(Complaint.objects.values_list("organisation_code", flat=True))
    )

    assert health == {"health"}
    assert interior - {CASABLANCA} == {"interior"}
    assert RABAT not in interior


def test_one_question_of_competence_waits_with_both_refusals(demo):
    (waiting,) = arbitrations_waiting()

    assert waiting.holder.code == "interior"
    offers = offers_of_reference(reference=waiting.reference)
    assert [(one.receiver.code, one.state) for one in offers] == [("health", "refused")] * 2
    assert len({one.answer for one in offers}) == 2


def test_every_message_and_note_came_with_an_event_of_its_own(demo):
    """A page asks only for what the events of its case tell of."""

    def told(_agency):
        events: Counter[tuple[int, type]] = Counter()
        for case, kind in ComplaintEvent.objects.values_list("complaint_id", "kind"):
            events[case, Message] += kind in MESSAGE_EVENTS
            events[case, Note] += kind == EventKind.NOTE_ADDED
        return +events

    def there(_agency):
        return Counter(
            (case, model)
            for model in (Message, Note)
            for case in model.objects.values_list("complaint_id", flat=True)
        )

    held = each_agency(demo, there)

    assert each_agency(demo, told) == held
    assert {model for one in held for _case, model in one} == {Message, Note}


def test_no_letter_and_no_task_is_left_waiting(demo):
    letters = each_agency(demo, lambda _agency: Mail.objects.count())
    waiting = each_agency(demo, lambda _agency: Mail.objects.filter(sent_at=None).count())

    assert min(letters) > 0
    assert waiting == [0, 0]
    assert DBTaskResult.objects.count() == 0


def test_few_cases_are_marked_as_new_from_the_citizen(demo):
    marked = each_agency(
        demo, lambda _agency: Complaint.objects.filter(has_citizen_news=True).count()
    )
    rated = each_agency(
        demo, lambda _agency: ComplaintEvent.objects.filter(kind=EventKind.RATED).count()
    )

    assert all(1 <= number <= 5 for number in marked)
    assert sum(rated) > 0


def test_no_case_is_marked_on_which_its_officer_has_acted_since(demo):
    def acted_since(_agency):
        found = []
        for case in Complaint.objects.exclude(assignee=None):
            actors = [event.actor_id for event in case_events(case)]
            if case.has_citizen_news and actors[-1] == case.assignee_id:
                found.append(case.reference)
        return found

    assert each_agency(demo, acted_since) == [[], []]


def test_what_officers_have_not_sent_stands_in_one_agency(demo):
    drafts = each_agency(
        demo, lambda _agency: sorted(CaseDraft.objects.values_list("act", "failure"))
    )

    assert drafts == [[("ask", "transition_not_allowed"), ("reply", "")], []]


def test_the_register_holds_the_events_of_the_agencies_and_no_others(demo):
    told = each_agency(demo, lambda _agency: [event.event_id for event in outbox_events()])

    for agency, events in zip(demo.agencies, told, strict=True):
        rows = RegisterEventRow.objects.filter(agency_code=agency.code)
        assert sorted(rows.values_list("event_id", flat=True)) == sorted(events)
    counted = Counter(RegisterCase.objects.values_list("agency_code", flat=True))
    assert counted == {"health": 11, "interior": 14}


def test_nothing_happens_in_the_future_nor_more_than_a_year_ago(demo):
    moments = [
        moment
        for moments in each_agency(
            demo, lambda _agency: list(ComplaintEvent.objects.values_list("at", flat=True))
        )
        for moment in moments
    ]

    assert max(moments) <= clock.now()
    assert (clock.today() - clock.civil_day(min(moments))).days <= 365


def test_the_events_of_a_case_follow_one_another_in_time(demo):
    def out_of_order(_agency):
        rows = list(ComplaintEvent.objects.order_by("complaint_id", "position"))
        return [
            after
            for before, after in itertools.pairwise(rows)
            if before.complaint_id == after.complaint_id and before.at > after.at
        ]

    assert each_agency(demo, out_of_order) == [[], []]


def test_a_reopened_case_is_answered_by_another_officer(demo):
    def same_twice(_agency):
        replies = Message.objects.filter(kind__in=[MessageKind.REPLY, MessageKind.REFUSAL])
        answers = Counter(replies.values_list("complaint_id", "officer_id"))
        return [pair for pair, count in answers.items() if count > 1]

    assert each_agency(demo, same_twice) == [[], []]


def test_staff_can_sign_in_with_the_password_that_is_shown(demo):
    staff = each_agency(demo, lambda _agency: list(User.objects.order_by("email")))

    assert [user.email for user in staff[0]] == [
        "administrator@health.example",
        "agent2@health.example",
        "agent4@health.example",
        "agent5@health.example",
        "agent@health.example",
        "supervisor@health.example",
    ]
    assert all(user.check_password(DEMO_PASSWORD) for user in [*staff[0], *staff[1]])


def test_the_sign_ins_are_written_for_whoever_starts_the_demonstration(demo):
    text = (demo.folder / "demo_accounts.txt").read_text()

    shown = [line.split() for line in text.splitlines() if "@" in line]
    assert shown[:4] == [
        ["citizen", "citizen@example.org", "one-click", "testserver"],
        ["analyst", "analyst@oversight.example", DEMO_PASSWORD, "oversight.testserver"],
        ["operator", "operator@oversight.example", DEMO_PASSWORD, "oversight.testserver"],
        ["agent", "agent@health.example", DEMO_PASSWORD, "health.testserver"],
    ]


def test_the_demonstrations_citizen_keeps_requests_at_two_agencies(demo):
    citizen = User.objects.get(email="citizen@example.org")
    held = owned_routes(user_id=citizen.pk).values_list("route__agency__code", flat=True)

    assert sorted(held) == ["health"] * 4 + ["interior"] * 4
    assert not citizen.has_usable_password()


def test_a_second_run_changes_nothing(demo):
    before = _all_counts(demo)

    said = seed()

    assert _all_counts(demo) == before
    assert said.count("\n") == 1


def _all_counts(demo):
    tables = (Complaint, ComplaintEvent, Message, Mail, User)
    return [
        Agency.objects.count(),
        User.objects.count(),
        RegisterEventRow.objects.count(),
        each_agency(demo, lambda _agency: [table.objects.count() for table in tables]),
    ]


def test_outside_a_demonstration_no_account_with_a_known_password_is_made(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("seed_demo")
