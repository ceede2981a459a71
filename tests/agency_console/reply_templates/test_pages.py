"""The pages on which templates are read and written."""

import re

import pytest

from agency_console.reply_templates.enums import TemplateAct
from agency_console.reply_templates.presenters.placeholders import (
    citizen_text,
    sample_values,
    texts_fill,
    unfilled_variables,
)
from agency_console.reply_templates.selectors import template_detail, template_groups
from shared.accounts.enums import Role
from shared.audit.models import AuditEntry
from shared.complaints.services import part_faults
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import text_of, typed_in
from tests.support.factories import staff
from tests.support.refused_forms import is_refused

pytestmark = pytest.mark.django_db

REPLY = {
    "step": "save",
    "name": "Lamp repaired",
    "language": "fr",
    "outcome": "upheld",
    "promised_days": "0",
    "facts": "La lampe de {{organisation}} est en panne.",
    "rule": "Charte communale, article 83.",
    "decision": "Elle est réparée.",
    "remedy": "",
}


@pytest.fixture
def supervisor(console):
    return console.sign_in_as(Role.SUPERVISOR)


def all_templates(console):
    with agency_context(console.agency):
        return [
            template_detail(template_id=one.id)
            for group in template_groups()
            for one in group.templates
        ]


def actions(console):
    with agency_context(console.agency):
        rows = AuditEntry.objects.filter(action__startswith="template.").order_by("pk")
        return [row.action for row in rows]


def made_from(page):
    return re.search(r'name="made_from" value="([^"]+)"', text_of(page)).group(1)


@pytest.fixture
def template(console, supervisor):
    console.post("/templates/add/reply/", REPLY)
    return all_templates(console)[0]


def test_supervisor_writes_a_template(console, template):
    assert template.name == "Lamp repaired"
    assert template.parts["facts"] == REPLY["facts"]
    assert actions(console) == ["template.created"]
    assert "Lamp repaired" in text_of(console.get("/templates/"))


def test_preview_shows_a_made_up_case_and_saves_nothing(console, supervisor):
    page = console.post("/templates/add/reply/", {**REPLY, "step": "preview"})

    assert "La lampe de" in text_of(page)
    assert "{{organisation}} est en panne.</p>" not in text_of(page)
    assert page.context["preview"].startswith("Ce que nous avons constaté")
    assert typed_in(page, "facts") == REPLY["facts"]
    assert all_templates(console) == []


def test_unknown_variable_is_refused_beside_its_text(console, supervisor):
    page = console.post("/templates/add/reply/", {**REPLY, "rule": "See {{law}}."})

    assert "{{law}}" in text_of(page).replace("\u2066", "").replace("\u2069", "")
    assert 'href="#id_rule"' in text_of(page)
    assert all_templates(console) == []


def test_template_without_any_text_is_refused(console, supervisor):
    blank = dict.fromkeys(("facts", "rule", "decision", "remedy"), " ")

    page = console.post("/templates/add/reply/", {**REPLY, **blank})

    assert 'href="#id_facts"' in text_of(page)
    assert all_templates(console) == []


def test_two_templates_of_one_name_are_refused(console, template):
    page = console.post("/templates/add/reply/", REPLY)

    assert is_refused(page)
    assert len(all_templates(console)) == 1


def test_second_of_two_changes_sees_the_first_and_loses_nothing(console, template, roads):
    path = f"/templates/{template.id}/change/"
    first = made_from(console.get(path))
    other = staff(roads, Role.ADMINISTRATOR)
    console.post(path, {**REPLY, "made_from": first, "rule": "Rule of the first."})
    console.sign_in(other)

    page = console.post(path, {**REPLY, "made_from": first, "rule": "Rule of the second."})

    assert is_refused(page)
    assert "Rule of the first." in text_of(page)
    assert typed_in(page, "rule") == "Rule of the second."
    assert all_templates(console)[0].rule == "Rule of the first."

    saved = console.post(
        path, {**REPLY, "made_from": made_from(page), "rule": "Rule of the second."}
    )
    assert saved.status_code == 302
    assert all_templates(console)[0].rule == "Rule of the second."


@pytest.mark.parametrize("made", ["", "yesterday", "2026-13-45", "2026-01-01T00:00:00"])
def test_change_without_its_origin_is_a_conflict(console, template, made):
    page = console.post(f"/templates/{template.id}/change/", {**REPLY, "made_from": made})

    assert (is_refused(page), typed_in(page, "rule")) == (True, REPLY["rule"])


def test_retired_template_is_listed_and_can_be_used_again(console, template):
    console.post(f"/templates/{template.id}/retire/", {"step": "retire"})
    assert not all_templates(console)[0].is_active

    console.post(f"/templates/{template.id}/retire/", {"step": "restore"})

    assert all_templates(console)[0].is_active
    assert actions(console) == ["template.created", "template.retired", "template.restored"]


def test_agent_reads_templates_and_changes_none(console, template, roads):
    console.sign_in_as(Role.AGENT)

    shown = text_of(console.get(f"/templates/{template.id}/"))
    refused = [
        console.post("/templates/add/reply/", REPLY),
        console.post(f"/templates/{template.id}/change/", REPLY),
        console.post(f"/templates/{template.id}/retire/", {"step": "retire"}),
        console.post("/templates/examples/"),
    ]

    assert "Elle est réparée." in shown
    assert f"/templates/{template.id}/change/" not in shown
    assert [page.status_code for page in refused] == [403] * 4
    assert all_templates(console) == [template]


def test_template_of_another_agency_is_not_found(console, template, water):
    with agency_context(water):
        elsewhere = staff(water, Role.SUPERVISOR)
    console.agency = water
    console.sign_in(elsewhere)

    assert console.get(f"/templates/{template.id}/").status_code == 404
    assert console.get("/templates/add/poem/").status_code == 404


def test_examples_are_added_once_and_only_when_asked_for(console, supervisor):
    console.get("/templates/")
    assert all_templates(console) == []

    console.post("/templates/examples/")
    again = console.post("/templates/examples/")

    found = all_templates(console)
    assert again.status_code == 302
    assert actions(console) == ["template.examples_added"]
    assert sorted({one.language.value for one in found}) == ["ar", "fr"]
    assert [sum(one.language == language for one in found) for language in ("ar", "fr")] == [6, 6]


def test_examples_have_values_for_all_that_they_say(console, supervisor):
    console.post("/templates/examples/")

    for one in all_templates(console):
        filled = texts_fill(one, sample_values(one.language), template_id=one.id)
        text = citizen_text(filled, language=one.language)
        written = {part: value for part, value in filled.parts.items() if value}
        assert (unfilled_variables(text), filled.missing) == ([], ()), one.name
        assert "[" not in text, one.name
        # What an example says, it says long enough to be sent; what it leaves blank is asked for.
        if one.act == TemplateAct.REPLY:
            assert part_faults(parts=written) == [], one.name
