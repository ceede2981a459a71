"""The variables of templates: which are known, what takes their place, what is missing."""

from datetime import date

import pytest

from agency_console.reply_templates.enums import TemplateAct, Variable
from agency_console.reply_templates.errors import TemplateNotFound, UnknownVariable
from agency_console.reply_templates.presenters.placeholders import (
    sample_values,
    template_fill,
    texts_fill,
    unfilled_variables,
    unknown_variables,
)
from agency_console.reply_templates.selectors import case_values, template_names, templates_for
from agency_console.reply_templates.services import template_create, template_offer, template_used
from agency_console.reply_templates.types import CaseValues, TemplateDraft, TemplateTexts
from shared.complaints.enums import Kind, Language, Privacy
from shared.complaints.selectors import complaint_get
from shared.kernel.errors import InvalidInput
from tenants.isolation.schema_switch import agency_context
from tests.support.factories import filed, officer_actor

ALL = " ".join(one.placeholder for one in Variable)
FULL = CaseValues(
    language=Language.FRENCH,
    reference="3433090617480125",
    subject="Lampadaire",
    received_on=date(2026, 3, 2),
    due_on=date(2026, 5, 1),
    officer="Samira",
    citizen_name="Ahmed",
    category="Éclairage",
    organisation="Commune",
    unit="Voirie",
)


def make(officer, **changes):
    values = {
        "name": "Seen",
        "act": TemplateAct.MESSAGE,
        "language": Language.FRENCH,
        "body": "Bonjour {{citizen_name}}, {{reference}}.",
    }
    draft = TemplateDraft(**(values | changes))
    return template_create(draft=draft, officer=officer, actor=officer_actor(officer))


def test_every_variable_has_its_value_in_its_place():
    filled = texts_fill(TemplateTexts(body=ALL), FULL, template_id=1)

    assert filled.missing == ()
    assert unfilled_variables(filled.body) == []
    assert filled.body.translate(dict.fromkeys(range(0x2066, 0x206A))) == (
        "3433 0906 1748 0125 Lampadaire Ahmed Éclairage Commune 2 mars 2026 1er mai 2026 "
        "Samira Voirie"
    )


def test_days_are_in_the_language_of_the_case():
    arabic = sample_values(Language.ARABIC)

    filled = texts_fill(TemplateTexts(body="{{received_on}}"), arabic, template_id=1)

    assert filled.body == "2 مارس 2026"


@pytest.mark.parametrize("name", ["citizen_name", "category", "organisation", "due_on", "unit"])
def test_variable_without_a_value_stays_and_is_named(name):
    empty = CaseValues(
        language=Language.FRENCH,
        reference="3433090617480125",
        subject="Lampadaire",
        received_on=date(2026, 3, 2),
        officer="Samira",
    )

    filled = texts_fill(TemplateTexts(body=f"A {{{{ {name} }}}} b"), empty, template_id=1)

    assert filled.missing == (Variable(name),)
    assert unfilled_variables(filled.body) == [Variable(name).placeholder]


def test_braces_in_a_subject_are_no_variable_and_are_found_before_sending():
    values = CaseValues(
        language=Language.FRENCH,
        reference="3433090617480125",
        subject="{{officer}}",
        received_on=date(2026, 3, 2),
        officer="Samira",
    )

    filled = texts_fill(TemplateTexts(body="{{subject}}"), values, template_id=1)

    assert "Samira" not in filled.body
    assert unfilled_variables(filled.body) == ["{{officer}}"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Plain { braces } and {one}", []),
        ("{{reference}} {{reference}} {{unit}}", ["{{reference}}", "{{unit}}"]),
        ("{{never closed\nnext line", ["{{never closed"]),
        ("closed only }}", ["}}"]),
        ("{{}}", ["{{}}"]),
        ("{{المرجع}}", ["{{المرجع}}"]),
    ],
)
def test_what_is_left_between_braces_is_found(text, left):
    assert unfilled_variables(text) == left


def test_unknown_variables_are_named_as_written():
    assert unknown_variables(f"{ALL} {{{{ unit }}}} {{{{Unit}}}} {{{{name}}}}") == [
        "{{Unit}}",
        "{{name}}",
    ]


@pytest.mark.django_db
def test_unknown_variable_is_refused_when_the_template_is_saved(agent, roads):
    with agency_context(roads):
        with pytest.raises(UnknownVariable) as refusal:
            make(agent, body="Dear {{name}}")
        with pytest.raises(InvalidInput):
            make(agent, body="  ")

        assert (refusal.value.field, templates_for(TemplateAct.MESSAGE, "fr")) == ("body", [])


@pytest.mark.django_db
def test_composer_gets_templates_of_its_act_and_language_the_most_used_first(agent, roads):
    with agency_context(roads):
        rarely, often = make(agent), make(agent, name="Often")
        make(agent, name="Arabic", language=Language.ARABIC)
        make(agent, name="Question", act=TemplateAct.ASK)
        retired = make(agent, name="Retired")
        hand = officer_actor(agent)
        template_offer(template_id=retired.pk, is_active=False, officer=agent, actor=hand)
        template_used(often.pk)

        found = templates_for(TemplateAct.MESSAGE, "fr")

        assert [(one.id, one.uses) for one in found] == [(often.pk, 1), (rarely.pk, 0)]
        named = template_names(act=TemplateAct.MESSAGE, language="fr")
        assert named == tuple((one.id, one.name) for one in found)
        with pytest.raises(TemplateNotFound):
            template_fill(retired.pk, FULL)


@pytest.mark.django_db
def test_template_is_filled_for_a_named_case(agent, roads, reference):
    with agency_context(roads):
        template = make(agent)
        values = case_values(complaint_get(reference=reference), officer=agent, agency=roads)

        filled = template_fill(template.pk, values)

        assert "Test Person" in filled.body
        assert filled.missing == ()
        assert values.organisation == roads.name_fr
        assert values.due_on is not None


@pytest.mark.django_db
@pytest.mark.parametrize("privacy", [Privacy.CONFIDENTIAL, Privacy.ANONYMOUS])
def test_name_of_a_citizen_who_hid_it_is_missing(agent, roads, privacy):
    reference = filed(roads, privacy=privacy, kind=Kind.PROPOSAL).reference
    with agency_context(roads):
        template = make(agent, body="{{citizen_name}} {{due_on}}")
        values = case_values(complaint_get(reference=reference), officer=agent, agency=roads)

        filled = template_fill(template.pk, values)

        assert "Person" not in filled.body
        assert filled.missing == (Variable.CITIZEN_NAME, Variable.DUE_ON)
