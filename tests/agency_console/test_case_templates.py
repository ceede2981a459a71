"""A reply, a question or a message is begun from a template of the agency."""

import re

import pytest

from agency_console.reply_templates.enums import TemplateAct
from agency_console.reply_templates.models import ReplyTemplate
from agency_console.reply_templates.services import template_create
from agency_console.reply_templates.types import TemplateDraft
from shared.complaints.enums import Language, Outcome
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import WORDS, sent, ten_seconds_later, text_of, typed_in
from tests.support.factories import officer_actor


@pytest.fixture(autouse=True)
def english(console):
    console.client.cookies["language"] = "en"


@pytest.fixture
def template(console, agent):
    """A template of replies in the language of the citizen, with two variables."""
    draft = TemplateDraft(
        name="Lamp repaired",
        act=TemplateAct.REPLY,
        language=Language.FRENCH,
        outcome=Outcome.UPHELD,
        facts="We looked at the lamp of your request {{reference}} ourselves.",
        rule="Organic law 113-14, article 83, on public lighting.",
        decision="It was repaired by {{unit}} in the same week.",
    )
    with agency_context(console.agency):
        return template_create(draft=draft, officer=agent, actor=officer_actor(agent)).pk


def test_a_template_fills_in_what_is_not_written_yet(console, mine, template):
    console.post(f"/cases/{mine}/draft/reply/", {"rule": "Our own rule.", "version": "2"})
    offered = text_of(console.get(f"/cases/{mine}/?write=reply"))

    page = console.get(f"/cases/{mine}/?write=reply&template={template}")

    assert f"?write=reply&amp;template={template}" in offered
    assert mine[:4] in typed_in(page, "facts")
    assert typed_in(page, "rule") == "Our own rule."
    assert re.search(r'value="upheld"[^>]*checked', text_of(page))


def test_a_variable_that_is_left_stops_the_reply(console, mine, template):
    page = console.get(f"/cases/{mine}/?write=reply&template={template}")
    words = {name: typed_in(page, name) for name in ("facts", "rule", "decision")}
    sending = {**WORDS, **words, "version": "2", "step": "send", "template": str(template)}

    stopped = console.post(f"/cases/{mine}/reply/", sending)

    assert "{{unit}}" in text_of(stopped)
    assert "Write what belongs in the place of" in text_of(stopped)
    assert ten_seconds_later(console) == []
    console.post(f"/cases/{mine}/reply/", {**sending, "decision": "It was repaired last week."})
    ten_seconds_later(console)
    assert len(sent(console, mine)) == 1
    with agency_context(console.agency):
        assert ReplyTemplate.objects.get(pk=template).uses == 1


@pytest.mark.parametrize("number", ["x", "7777777", "-1", "9" * 40])
def test_a_template_that_is_not_there_leaves_the_form_as_it_is(console, mine, template, number):
    page = console.get(f"/cases/{mine}/?write=reply&template={number}")

    assert (page.status_code, typed_in(page, "facts")) == (200, "")


def test_templates_of_another_act_are_not_offered(console, mine, template):
    assert "template=" not in text_of(console.get(f"/cases/{mine}/?write=ask"))
