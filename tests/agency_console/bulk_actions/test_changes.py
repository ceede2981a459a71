"""Assign, label and hand over many cases: exactly what was confirmed, and back again."""

import pytest

from agency_console.bulk_actions.enums import BulkState
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.audit.models import AuditEntry
from shared.complaints.services import (
    case_label,
    citizen_message_add,
    complaint_assign,
    complaint_reply,
    complaint_withdraw,
    label_create,
    label_retire,
)
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from shared.units.models import Absence, Unit, UnitMember
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.bulk_actions.conftest import path_of
from tests.agency_console.conftest import text_of
from tests.agency_console.test_frozen_data import rows_of_page
from tests.support.factories import REPLY, filed, officer_actor, staff

pytestmark = pytest.mark.django_db


def labels(console, *names):
    with agency_context(console.agency):
        return [label_create(name=name).pk for name in names]


def unit(console, name="Lighting", *members):
    with agency_context(console.agency):
        made = Unit.objects.create(name_ar=name, name_fr=name, name_en=name)
        UnitMember.objects.bulk_create(UnitMember(unit=made, user=one) for one in members)
        return made.pk


def officer_of(console, reference):
    return console.case(reference).assignee_id


def test_cases_are_assigned_each_with_its_event(bulk, console, supervisor, colleague, references):
    action = bulk.done("assign", references, officer=colleague.pk)

    assert (action.state, action.done, action.skipped) == (BulkState.DONE, 3, [])
    assert [officer_of(console, one) for one in references] == [colleague.pk] * 3
    assert [bulk.events(one) for one in references] == [["received", "assigned"]] * 3
    with agency_context(console.agency):
        entry = AuditEntry.objects.get(action="bulk.assign")
        assert (entry.actor_id, entry.subject) == (
            supervisor.pk,
            f"bulk action {action.pk}: 3 cases",
        )


def test_nothing_is_changed_before_the_confirmation(
    bulk, console, supervisor, colleague, references
):
    path = bulk.previewed("assign", references, officer=colleague.pk)
    page = text_of(console.get(path))

    assert [officer_of(console, one) for one in references] == [None] * 3
    assert colleague.name in page
    assert all(subject in page for subject in ("Lamp 0", "Lamp 1", "Lamp 2"))
    assert "received</span>" not in page


def test_preview_says_who_would_be_skipped_and_why(
    bulk, console, supervisor, colleague, references
):
    first, second, third = references
    with agency_context(console.agency):
        hand = officer_actor(supervisor)
        complaint_assign(reference=first, officer=colleague, actor=hand)
        complaint_withdraw(reference=second, actor=CITIZEN)

    path = bulk.previewed("assign", references, officer=colleague.pk)
    page = console.get(path)
    console.post(f"{path}start/")

    found = page.context["forecast"]
    assert (found.count, found.expected) == (3, 1)
    assert {tuple(group.references) for group in found.skipped} == {(first,), (second,)}
    action = bulk.row(path)
    assert action.done == 1
    assert sorted(action.skipped) == sorted([[first, "already"], [second, "closed"]])
    assert officer_of(console, third) == colleague.pk


def test_case_that_changed_after_the_preview_is_skipped(
    bulk, console, supervisor, colleague, references
):
    path = bulk.previewed("assign", references, officer=colleague.pk)
    other = staff(console.agency, Role.AGENT, "third@roads.example")
    with agency_context(console.agency):
        complaint_assign(reference=references[0], officer=other, actor=officer_actor(other))
        citizen_message_add(reference=references[1], body="It burns.", actor=CITIZEN)

    console.post(f"{path}start/")

    action = bulk.row(path)
    assert action.skipped == [[references[0], "changed"], [references[1], "changed"]]
    assert officer_of(console, references[0]) == other.pk
    assert officer_of(console, references[1]) is None
    assert officer_of(console, references[2]) == colleague.pk
    assert all(one in text_of(console.get(path)) for one in references[:2])


def test_assignment_is_undone_for_cases_that_nobody_changed_since(
    bulk, console, supervisor, colleague, references
):
    former = staff(console.agency, Role.AGENT, "former@roads.example")
    with agency_context(console.agency):
        complaint_assign(reference=references[0], officer=former, actor=officer_actor(former))
    action = bulk.done("assign", references, officer=colleague.pk)
    with agency_context(console.agency):
        citizen_message_add(reference=references[2], body="It burns.", actor=CITIZEN)

    undone = bulk.undone(path_of(action))

    assert (undone.done, undone.skipped) == (2, [[references[2], "changed"]])
    assert [officer_of(console, one) for one in references] == [former.pk, None, colleague.pk]
    assert bulk.row(path_of(action)).state == BulkState.UNDONE
    assert str(undone.pk) in text_of(console.get(path_of(action)))
    again = console.post(f"{path_of(action)}undo/")
    assert again["Location"] == path_of(action)
    assert [officer_of(console, one) for one in references] == [former.pk, None, colleague.pk]


def test_case_is_not_given_back_to_somebody_who_left(
    bulk, console, supervisor, colleague, references
):
    former = staff(console.agency, Role.AGENT, "former@roads.example")
    with agency_context(console.agency):
        complaint_assign(reference=references[0], officer=former, actor=officer_actor(former))
    action = bulk.done("assign", references, officer=colleague.pk)
    with agency_context(console.agency):
        User.objects.filter(pk=former.pk).update(is_active=False)

    undone = bulk.undone(path_of(action))

    assert undone.skipped == [[references[0], "gone"]]
    assert officer_of(console, references[0]) == colleague.pk


def test_labels_are_added_and_removed_and_come_back(bulk, console, agent, references):
    old, new = labels(console, "Old", "New")
    with agency_context(console.agency):
        case_label(reference=references[0], actor=officer_actor(agent), add=[old])
        case_label(reference=references[1], actor=officer_actor(agent), add=[new])

    action = bulk.done("label", references, add=[new], remove=[old])

    assert [console.case(one).label_ids for one in references] == [[new]] * 3
    assert (action.done, action.skipped) == (2, [[references[1], "already"]])

    undone = bulk.undone(path_of(action))

    assert undone.done == 2
    assert [console.case(one).label_ids for one in references] == [[old], [new], []]


def test_label_is_added_although_the_case_changed_after_the_preview(
    bulk, console, agent, references
):
    (new,) = labels(console, "New")
    path = bulk.previewed("label", references, add=[new])
    with agency_context(console.agency):
        citizen_message_add(reference=references[0], body="It burns.", actor=CITIZEN)

    console.post(f"{path}start/")

    assert bulk.row(path).done == 3


def test_label_retired_meanwhile_is_the_reason_of_each_case(bulk, console, agent, references):
    (new,) = labels(console, "New")
    path = bulk.previewed("label", references, add=[new])
    with agency_context(console.agency):
        label_retire(label_id=new)

    console.post(f"{path}start/")

    assert bulk.row(path).skipped == [[one, "label_not_found"] for one in references]


def test_cases_are_handed_to_a_unit_and_back(bulk, console, supervisor, colleague, references):
    lighting = unit(console)
    with agency_context(console.agency):
        complaint_assign(reference=references[0], officer=colleague, actor=officer_actor(colleague))

    action = bulk.done("unit", references, unit=lighting)

    assert [console.case(one).unit_id for one in references] == [lighting] * 3
    assert officer_of(console, references[0]) is None

    undone = bulk.undone(path_of(action))

    assert (undone.done, undone.skipped) == (3, [])
    assert [console.case(one).unit_id for one in references] == [None] * 3
    assert officer_of(console, references[0]) == colleague.pk


def test_agent_of_a_unit_takes_back_what_they_handed_to_another(bulk, console, agent, roads):
    own = unit(console, "Own", agent)
    other = unit(console, "Other")
    reference = filed(roads).reference
    with agency_context(console.agency):
        case = console.case(reference)
        case.unit_id = own
        case.save(update_fields=["unit"])
    action = bulk.done("unit", [reference], unit=other)
    assert console.case(reference).unit_id == other

    undone = bulk.undone(path_of(action))

    assert (undone.done, console.case(reference).unit_id) == (1, own)


def test_remaining_cases_are_left_when_the_action_is_cancelled(
    bulk, console, supervisor, colleague, references
):
    path = bulk.previewed("assign", references, officer=colleague.pk)

    console.post(f"{path}cancel/")
    console.post(f"{path}start/")

    assert bulk.row(path).state == BulkState.CANCELLED
    assert [officer_of(console, one) for one in references] == [None] * 3


def test_confirming_twice_changes_nothing_twice(bulk, console, supervisor, colleague, references):
    action = bulk.done("assign", references, officer=colleague.pk)

    page = console.post(f"{path_of(action)}start/")

    assert page.status_code == 302
    assert [bulk.events(one) for one in references] == [["received", "assigned"]] * 3


def test_answered_cases_are_not_assigned(bulk, console, supervisor, colleague, references):
    with agency_context(console.agency):
        complaint_reply(
            reference=references[0],
            draft=REPLY,
            officer=supervisor,
            actor=officer_actor(supervisor),
        )

    action = bulk.done("assign", references, officer=colleague.pk)

    assert action.skipped == [[references[0], "closed"]]


def test_pages_of_an_action_hold_no_model(bulk, console, supervisor, colleague, references):
    begun = bulk.begin("assign", references)["Location"]
    pages = [console.get(begun)]
    console.post(begun, {"officer": colleague.pk})
    pages.append(console.get(begun))
    console.post(f"{begun}start/")
    pages.append(console.get(begun))

    assert [(page.status_code, rows_of_page(page)) for page in pages] == [(200, [])] * 3


def test_cases_of_units_for_which_the_officer_does_not_work_are_skipped(
    bulk, console, supervisor, colleague, references
):
    own, other = unit(console, "Own", colleague), unit(console, "Other")
    with agency_context(console.agency):
        for reference, number in zip(references, (own, other, None), strict=True):
            case = console.case(reference)
            case.unit_id = number
            case.save(update_fields=["unit"])

    path = bulk.previewed("assign", references, officer=colleague.pk)
    expected = console.get(path).context["forecast"].expected
    console.post(f"{path}start/")

    action = bulk.row(path)
    assert expected == action.done == 1
    assert sorted(action.skipped) == sorted([one, "officer_outside_unit"] for one in references[1:])
    assert officer_of(console, references[0]) == colleague.pk


def test_nothing_is_assigned_to_an_officer_who_became_absent(
    bulk, console, supervisor, colleague, references
):
    path = bulk.previewed("assign", references, officer=colleague.pk)
    with agency_context(console.agency):
        today = clock.today()
        Absence.objects.create(user=colleague, first_day=today, last_day=today)

    console.post(f"{path}start/")

    assert bulk.row(path).skipped == [[one, "officer_absent"] for one in references]
    assert "%(day)s" not in text_of(console.get(path))
    begun = bulk.begin("assign", references)["Location"]
    assert f'value="{colleague.pk}"' not in text_of(console.get(begun))
