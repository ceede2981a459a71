"""Rules are kept in an order, checked, and each change of them is in the log."""

from uuid import uuid4

import pytest

from shared.accounts.enums import Role
from shared.audit.models import AuditEntry
from shared.kernel.actors import SYSTEM
from shared.routing.enums import Target
from shared.routing.errors import RuleInvalid, RuleNotFound, RuleWithoutOccasion, TooManyRules
from shared.routing.models import RoutingRule
from shared.routing.selectors import rule_get, rules
from shared.routing.services import (
    MAX_RULES,
    rule_activate,
    rule_change,
    rule_create,
    rule_delete,
    rule_move,
)
from shared.routing.types import officers_in_order
from shared.units.errors import OfficerOutsideUnit, UnitNotFound
from tests.support.factories import staff
from tests.support.routing import rule, rule_draft
from tests.support.units import join, unit

pytestmark = pytest.mark.django_db


def names():
    return [one.draft.name for one in rules()]


def logged():
    rows = AuditEntry.objects.filter(action__startswith="routing_rule.").order_by("pk")
    return [(row.action.removeprefix("routing_rule."), row.subject) for row in rows]


def test_new_rule_stands_behind_the_others_and_is_not_in_use(in_roads):
    first = rule_create(draft=rule_draft("First"), actor=SYSTEM)
    second = rule_create(draft=rule_draft("Second"), actor=SYSTEM)

    assert [(one.id, one.is_active) for one in rules()] == [(first.pk, False), (second.pk, False)]


def test_rules_move_up_and_down_and_stay_at_the_ends(in_roads):
    first, _second, third = (rule(name) for name in ("1", "2", "3"))

    assert rule_move(rule_id=third, is_up=True, actor=SYSTEM)
    assert names() == ["1", "3", "2"]
    assert rule_move(rule_id=first, is_up=False, actor=SYSTEM)
    assert names() == ["3", "1", "2"]
    assert not rule_move(rule_id=third, is_up=True, actor=SYSTEM)
    rule_delete(rule_id=third, actor=SYSTEM)
    rule("4")
    assert names() == ["1", "2", "4"]


def test_fs13_each_change_of_a_rule_is_in_the_log(in_roads):
    number = rule("First", is_active=False)
    rule("Second", is_active=False)
    subject = f"rule {number}"
    before = len(logged())

    rule_change(rule_id=number, draft=rule_draft("Other"), actor=SYSTEM)
    rule_activate(rule_id=number, is_active=True, actor=SYSTEM)
    rule_activate(rule_id=number, is_active=True, actor=SYSTEM)
    rule_activate(rule_id=number, is_active=False, actor=SYSTEM)
    rule_move(rule_id=number, is_up=False, actor=SYSTEM)
    rule_delete(rule_id=number, actor=SYSTEM)
    made = rule_create(draft=rule_draft(), actor=SYSTEM).pk

    changes = ["changed", "activated", "deactivated", "moved", "deleted"]
    assert logged()[before:] == [*((one, subject) for one in changes), ("created", f"rule {made}")]


@pytest.mark.parametrize(
    ("says", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"words": ("x" * 81,)}, "words"),
        ({"places": ("x",) * 61}, "places"),
    ],
)
def test_rule_with_a_text_that_is_missing_or_too_long_is_refused(in_roads, says, field):
    with pytest.raises(RuleInvalid) as refused:
        rule_create(draft=rule_draft(**{"name": "Rule", **says}), actor=SYSTEM)

    assert refused.value.field == field


def test_rule_without_occasion_or_beyond_the_limit_is_refused(in_roads):
    with pytest.raises(RuleWithoutOccasion):
        rule_create(draft=rule_draft(occasions=()), actor=SYSTEM)
    row = RoutingRule.objects.get(pk=rule("First"))
    for _number in range(MAX_RULES - 1):
        row.pk, row.position = uuid4(), row.position + 1
        row.save(force_insert=True)
    with pytest.raises(TooManyRules):
        rule_create(draft=rule_draft(), actor=SYSTEM)


def test_rule_for_an_officer_names_one_who_works_for_its_unit(in_roads):
    there, elsewhere = unit("There"), unit("Elsewhere")
    officer = staff(in_roads, Role.AGENT)
    draft = rule_draft(target=Target.OFFICER, unit_id=there, officer_id=officer.pk)
    number = rule_create(draft=draft, actor=SYSTEM).pk
    assert rule_get(rule_id=number).draft == draft

    join(elsewhere, officer)
    with pytest.raises(OfficerOutsideUnit):
        rule_change(rule_id=number, draft=draft, actor=SYSTEM)
    with pytest.raises(UnitNotFound):
        rule_create(draft=rule_draft(unit_id=7_777), actor=SYSTEM)
    with pytest.raises(OfficerOutsideUnit):
        rule_create(draft=rule_draft(target=Target.OFFICER), actor=SYSTEM)


def test_rule_that_is_not_there_is_refused(in_roads):
    for change in (
        lambda one: rule_get(rule_id=one),
        lambda one: rule_move(rule_id=one, is_up=True, actor=SYSTEM),
        lambda one: rule_delete(rule_id=one, actor=SYSTEM),
        lambda one: rule_activate(rule_id=one, is_active=True, actor=SYSTEM),
    ):
        with pytest.raises(RuleNotFound):
            change(uuid4())


def test_change_of_a_rule_keeps_whose_turn_it_is(in_roads):
    number = rule(target=Target.IN_TURN)
    RoutingRule.objects.update(last_officer_id=7)

    rule_change(rule_id=number, draft=rule_draft("Other", target=Target.IN_TURN), actor=SYSTEM)

    assert rule_get(rule_id=number).last_officer_id == 7


@pytest.mark.parametrize(
    ("target", "last", "expected"),
    [
        (Target.IN_TURN, None, [1, 2, 3]),
        (Target.IN_TURN, 1, [2, 3, 1]),
        (Target.IN_TURN, 3, [1, 2, 3]),
        (Target.IN_TURN, 9, [1, 2, 3]),
        (Target.LEAST_OPEN, 2, [2, 3, 1]),
        (Target.OFFICER, 1, [1, 2, 3]),
    ],
)
def test_officers_are_tried_in_the_order_of_the_target(target, last, expected):
    open_cases = {1: 4, 3: 1}

    assert officers_in_order(target, {3, 1, 2}, last=last, open_cases=open_cases) == expected
