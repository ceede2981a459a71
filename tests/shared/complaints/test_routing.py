"""Where the rules of an agency send a request, and who gets it."""

import logging
from datetime import timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.accounts.services.users import user_change
from shared.complaints import services
from shared.complaints.enums import Channel, EventKind, Kind, Language, Status
from shared.complaints.selectors import case_deciders, case_events, complaint_get, rule_matching
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.routing.enums import Occasion, Target
from shared.routing.models import RoutingRule
from shared.routing.services import rule_activate, rule_change, rule_delete, rule_move
from tenants.isolation.schema_switch import as_owner, national_context
from tenants.isolation.sql import sql_run
from tests.shared.jobs.workers import run_queue
from tests.support.factories import REPLY, draft, filed, mailbox_answered, officer_actor, staff
from tests.support.routing import rule, rule_draft
from tests.support.units import unit

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def tasks_run():
    with national_context():
        run_queue()


def case(agency, **changes):
    """A case that was filed, once all tasks have run."""
    receipt = filed(agency, **changes)
    tasks_run()
    return complaint_get(reference=receipt.reference)


def agents(agency, *names):
    return [staff(agency, Role.AGENT, f"{name}@roads.example") for name in names]


def holders(agency, number, **changes):
    return [case(agency, **changes).assignee for _ in range(number)]


def test_fs13_first_rule_that_fits_decides_in_the_order_of_the_list(in_roads):
    first, second, by_units = unit("First"), unit("Second"), unit("Fees", category_codes=("fees",))
    rule("words", words=("lamp",), unit_id=first)
    later = rule("category", category_codes=("fees",), unit_id=second)

    assert case(in_roads, category_code="fees").unit_id == first
    assert case(in_roads, category_code="fees", subject="x", body="Nothing.").unit_id == second
    assert case(in_roads, category_code="delay", subject="x", body="x").unit_id is None

    rule_move(rule_id=later, is_up=True, actor=SYSTEM)
    assert case(in_roads, category_code="fees").unit_id == second

    rule_activate(rule_id=later, is_active=False, actor=SYSTEM)
    assert case(in_roads, category_code="fees").unit_id == first
    RoutingRule.objects.update(is_active=False)
    assert case(in_roads, category_code="fees").unit_id == by_units


@pytest.mark.parametrize(
    ("condition", "fits", "fits_not"),
    [
        ({"category_codes": ("fees", "delay")}, {"category_code": "delay"}, {"category_code": ""}),
        ({"kinds": (Kind.PROPOSAL,)}, {"kind": Kind.PROPOSAL}, {"kind": Kind.COMPLAINT}),
        ({"languages": ("ar",)}, {"language": Language.ARABIC}, {"language": Language.FRENCH}),
        ({"channels": ("counter", "phone")}, {"channel": Channel.PHONE}, {"channel": Channel.API}),
        ({"organisation_codes": ("roads",)}, {}, None),
        ({"organisation_codes": ("bridges",)}, None, {}),
        ({"places": ("Fès",)}, {"place": "Quartier Batha, FES"}, {"place": "Fesses"}),
        ({"places": ("فاس",)}, {"place": "حي البطحاء بفَاس، فاس"}, {"place": "Fès"}),
        ({"words": ("pothole",)}, {"subject": "Pothole!"}, {"subject": "Potholes"}),
        ({"words": ("éclairage public",)}, {"body": "L'ECLAIRAGE  public"}, {"body": "public"}),
        ({"words": ("المُسْتَشْفَى",)}, {"body": "في مستشفي المدينة"}, {"body": "في المدينة"}),
        ({"words": ("إنارة",)}, {"body": "انقطعت الاناره منذ شهر"}, {"body": "انقطع الماء"}),
        ({"words": ("مـــاء",)}, {"subject": "الماءُ مقطوع"}, {"subject": "مائدة"}),
        ({"words": ("a lamp",)}, {"body": "This is a lamp"}, {"subject": "a", "body": "lamp"}),
    ],
)  # fmt: skip
def test_fs13_each_condition_of_a_rule(in_roads, condition, fits, fits_not):
    there = unit("There")
    rule(unit_id=there, **condition)
    plain = {"subject": "x", "body": "y"}

    if fits is not None:
        assert case(in_roads, **{**plain, **fits}).unit_id == there
    if fits_not is not None:
        assert case(in_roads, **{**plain, **fits_not}).unit_id is None


def test_several_conditions_must_all_hold(in_roads):
    there = unit("There")
    rule(unit_id=there, category_codes=("fees",), languages=("ar",))

    assert case(in_roads, category_code="fees", language=Language.ARABIC).unit_id == there
    assert case(in_roads, category_code="fees").unit_id is None
    assert case(in_roads, language=Language.ARABIC).unit_id is None


def test_words_of_punctuation_fit_nothing(in_roads):
    rule(unit_id=unit("There"), words=("...", "؟"))

    assert case(in_roads, body="Really... why؟").unit_id is None


def test_fs13_officers_have_cases_in_turn_and_the_history_names_the_rule(in_roads):
    people = agents(in_roads, "a", "b", "c")
    there = unit("There", *people)
    staff(in_roads, Role.AGENT, "other@roads.example")
    rule("Lamps", target=Target.IN_TURN, unit_id=there)

    found = [case(in_roads) for _ in range(7)]

    assert [one.assignee for one in found] == [*people, *people, people[0]]
    last = case_events(found[-1])[-1]
    assert (last.kind, last.actor_kind, last.actor_label) == (EventKind.ASSIGNED, "system", "Lamps")
    assert found[-1].status == Status.IN_PROGRESS
    assert found[-1].unit_id == there


def test_fs13_absent_invited_and_closed_officers_have_no_turn(in_roads):
    people = agents(in_roads, "a", "b", "c", "d")
    rule(target=Target.IN_TURN, unit_id=unit("There", *people))
    today = clock.today()
    services.absence_enter(
        user=people[0], first_day=today, last_day=today + DAY, substitute=None, actor=SYSTEM
    )
    user_change(user=people[1], role=Role.AGENT, is_active=False, actor=SYSTEM)
    User.objects.filter(pk=people[2].pk).update(password="")

    assert holders(in_roads, 3) == [people[3]] * 3


def test_fs13_unit_without_anybody_present_keeps_the_case(in_roads):
    there = unit("There")
    rule(target=Target.LEAST_OPEN, unit_id=there)
    staff(in_roads)

    found = case(in_roads)

    assert (found.unit_id, found.assignee, found.status) == (there, None, Status.RECEIVED)


def test_fs13_officer_with_the_fewest_open_cases_gets_the_next(in_roads):
    busy, idle = agents(in_roads, "busy", "idle")
    there = unit("There", busy, idle, organisation_codes=("roads",))
    number = rule(target=Target.LEAST_OPEN, unit_id=there, is_active=False)
    for _ in range(3):
        services.complaint_assign(
            reference=filed(in_roads).reference, officer=busy, actor=officer_actor(busy)
        )
    rule_activate(rule_id=number, is_active=True, actor=SYSTEM)

    assert holders(in_roads, 5) == [idle, idle, idle, busy, idle]


def test_the_agency_as_a_whole_shares_among_those_without_a_unit(in_roads):
    inside, first, second = agents(in_roads, "inside", "first", "second")
    unit("There", inside)
    staff(in_roads, Role.ADMINISTRATOR)
    rule(target=Target.IN_TURN)

    assert holders(in_roads, 3) == [first, second, first]


def test_fs13_officer_of_a_rule_gets_each_case_unless_absent(in_roads):
    officer, other = agents(in_roads, "officer", "other")
    there = unit("There", officer, other)
    rule(target=Target.OFFICER, unit_id=there, officer_id=officer.pk)

    assert holders(in_roads, 2) == [officer, officer]

    services.absence_enter(
        user=officer,
        first_day=clock.today(),
        last_day=clock.today(),
        substitute=None,
        actor=SYSTEM,
    )
    found = case(in_roads)
    assert (found.unit_id, found.assignee) == (there, None)


def test_fs13_rule_of_a_retired_unit_sends_to_the_unit_above(in_roads):
    [officer] = agents(in_roads, "officer")
    above = unit("Above")
    below = unit("Below", officer, parent=above)
    rule(target=Target.IN_TURN, unit_id=below)
    services.unit_retire(unit_id=below, actor=SYSTEM)

    found = case(in_roads)

    assert (found.unit_id, found.assignee) == (above, None)


def test_fs13_closing_the_account_of_a_rules_officer_leaves_new_cases_to_the_unit(in_roads):
    [officer] = agents(in_roads, "officer")
    there = unit("There", officer)
    rule(target=Target.OFFICER, unit_id=there, officer_id=officer.pk)
    earlier = case(in_roads)

    user_change(user=officer, role=Role.AGENT, is_active=False, actor=SYSTEM)

    assert complaint_get(reference=earlier.reference).assignee is None
    found = case(in_roads)
    assert (found.unit_id, found.assignee) == (there, None)


def test_whoever_takes_a_case_before_the_rule_keeps_it(in_roads):
    officer, other = agents(in_roads, "officer", "other")
    there = unit("There", officer, other)
    rule(target=Target.OFFICER, unit_id=there, officer_id=officer.pk)
    reference = filed(in_roads).reference
    services.complaint_assign(reference=reference, officer=other, actor=officer_actor(other))

    tasks_run()

    found = complaint_get(reference=reference)
    assert found.assignee == other
    assert [one.kind for one in case_events(found)].count(EventKind.ASSIGNED) == 1


def test_a_case_that_was_merged_meanwhile_is_given_to_nobody(in_roads):
    officer, other = agents(in_roads, "officer", "other")
    main = filed(in_roads).reference
    there = unit("There", officer, other)
    rule(target=Target.OFFICER, unit_id=there, officer_id=officer.pk)
    reference = filed(in_roads, subject="The same lamp").reference
    mailbox_answered(main, reference)
    services.case_merge(reference=reference, into=main, actor=officer_actor(other))

    tasks_run()

    assert complaint_get(reference=reference).assignee is None
    with national_context():
        paths = DBTaskResult.objects.exclude(status="SUCCESSFUL").values_list(
            "task_path", flat=True
        )
        assert [one for one in paths if one.endswith("case_distribute")] == []


@pytest.mark.parametrize("change", ["deleted", "deactivated", "elsewhere"])
def test_rule_that_was_changed_meanwhile_gives_the_case_to_nobody(in_roads, change):
    [officer] = agents(in_roads, "officer")
    there = unit("There", officer)
    number = rule(target=Target.IN_TURN, unit_id=there)
    reference = filed(in_roads).reference
    if change == "deleted":
        rule_delete(rule_id=number, actor=SYSTEM)
    elif change == "deactivated":
        rule_activate(rule_id=number, is_active=False, actor=SYSTEM)
    else:
        rule_change(rule_id=number, draft=rule_draft(target=Target.IN_TURN), actor=SYSTEM)

    tasks_run()

    found = complaint_get(reference=reference)
    assert (found.unit_id, found.assignee) == (there, None)


def reopened(agency, officer):
    reference = filed(agency).reference
    tasks_run()
    services.complaint_assign(reference=reference, officer=officer, actor=officer_actor(officer))
    services.complaint_reply(
        reference=reference, draft=REPLY, officer=officer, actor=officer_actor(officer)
    )
    services.complaint_reopen(reference=reference, body="Not at all.", actor=CITIZEN)
    tasks_run()
    return complaint_get(reference=reference)


def test_fs13_reopened_case_goes_to_another_officer_than_the_one_who_decided(in_roads):
    people = agents(in_roads, "a", "b")
    unit("Usual", *people, organisation_codes=("roads",))
    there = unit("There", *people)
    rule("Again", occasions=(Occasion.REOPENED,), target=Target.IN_TURN, unit_id=there)

    found = [reopened(in_roads, people[0]) for _ in range(3)]

    assert [one.assignee for one in found] == [people[1]] * 3
    assert {one.unit_id for one in found} == {there}
    events = case_events(found[0])
    assert [one.kind for one in events[-3:]] == [
        EventKind.REOPENED,
        EventKind.UNIT_CHANGED,
        EventKind.ASSIGNED,
    ]
    assert events[-2].actor_label == "Again"


# Alone in the agency, the officer may decide again; who is to do it a person says, and no rule.
@pytest.mark.parametrize("has_colleague", [True, False])
def test_fs13_reopened_case_goes_to_nobody_where_only_the_decider_is_there(in_roads, has_colleague):
    [officer] = agents(in_roads, "a")
    there = unit("There", officer, organisation_codes=("roads",))
    if has_colleague:
        staff(in_roads, Role.SUPERVISOR)
    rule(occasions=(Occasion.REOPENED,), target=Target.LEAST_OPEN, unit_id=there)

    found = reopened(in_roads, officer)

    assert found.assignee is None
    assert case_deciders(found).earlier == {officer.pk}


def test_reopened_case_stays_in_its_unit_where_no_rule_is_for_it(in_roads):
    [officer] = agents(in_roads, "a")
    there = unit("There", officer, category_codes=("fees",))
    reference = filed(in_roads, category_code="fees").reference
    rule(unit_id=unit("Elsewhere"))
    services.complaint_reply(
        reference=reference, draft=REPLY, officer=officer, actor=officer_actor(officer)
    )

    services.complaint_reopen(reference=reference, body="Not at all.", actor=CITIZEN)

    assert complaint_get(reference=reference).unit_id == there
    assert case_events(complaint_get(reference=reference))[-1].kind == EventKind.REOPENED


def test_case_that_comes_in_from_another_agency_follows_the_rules_for_it(in_roads):
    there, usual = unit("There"), unit("Usual", category_codes=("fees",))
    rule(occasions=(Occasion.FILED,), unit_id=unit("Filed"))
    rule("Over", occasions=(Occasion.TRANSFERRED,), languages=("ar",), unit_id=there)

    for language, expected in ((Language.ARABIC, there), (Language.FRENCH, usual)):
        sent = draft(in_roads, category_code="fees", language=language)
        routed = services.request_route(sent, occasion=Occasion.TRANSFERRED)
        assert routed.unit_id == expected


def test_fs13_failure_of_a_rule_stops_no_filing_and_logs_nothing_of_the_person(
    in_roads, monkeypatch, caplog
):
    usual = unit("Usual", category_codes=("fees",))
    rule(unit_id=unit("There"), words=("lamp",))

    def broken(word):
        raise ValueError(word)

    monkeypatch.setattr(rule_matching, "word_stem", broken)
    with caplog.at_level(logging.ERROR):
        found = case(in_roads, category_code="fees", subject="Secret lamp")

    assert found.unit_id == usual
    assert "the routing rules have failed: ValueError" in caplog.text
    assert "secret" not in caplog.text.lower()


@pytest.mark.parametrize("places", ["{{Here},{There}}", "{NULL}"])
def test_fs13_lists_of_before_their_tables_were_bounded_stop_no_filing(in_roads, caplog, places):
    there, broken = unit("There", places=("There",)), unit("Here", places=("Here",))
    rule(unit_id=there, words=("lamp",))
    with as_owner():
        for table, name, column in (
            ("units_unit", "unit_values", "places"),
            ("routing_routingrule", "routing_rule_values", "words"),
        ):
            sql_run("SET CONSTRAINTS ALL IMMEDIATE")
            place = f"{in_roads.schema_name}.{table}"
            sql_run(f"ALTER TABLE {place} DROP CONSTRAINT {name}")
            sql_run(f"UPDATE {place} SET {column} = '{places}'")
        sql_run(
            f"UPDATE {in_roads.schema_name}.units_unit SET places = '{{There}}' WHERE id <> %s",
            broken,
        )

    assert case(in_roads, place="There", subject="A lamp").unit_id == there
    assert "a unit cannot be read: TypeError" in caplog.text
    assert "a routing rule cannot be read: TypeError" in caplog.text


def test_fs13_rule_of_a_later_release_is_passed_over(in_roads, caplog):
    there = unit("There")
    RoutingRule.objects.filter(pk=rule(unit_id=unit("Unknown"))).update(occasions=["moon"])
    rule(unit_id=there)

    assert case(in_roads).unit_id == there
    assert "a routing rule cannot be read: ValueError" in caplog.text
