"""Names of colleagues and of templates on the page of a case: kept, and never old."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agency_console.casework.enums import DraftAct
from agency_console.casework.services.drafts import case_draft_save
from agency_console.reply_templates.enums import TemplateAct
from agency_console.reply_templates.models import ReplyTemplate
from agency_console.reply_templates.services import template_create, template_offer
from agency_console.reply_templates.types import TemplateDraft
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints.enums import Language
from shared.complaints.selectors import complaint_get
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import text_of
from tests.support.factories import filed, officer_actor, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_in_a_transaction")]


@pytest.fixture
def head(roads) -> User:
    return staff(roads, Role.SUPERVISOR, "head@roads.example")


@pytest.fixture
def path(console, roads, head) -> str:
    """The page with the form of a message, with a template and a colleague's draft."""
    reference = filed(roads).reference
    draft = TemplateDraft(
        name="Under way", act=TemplateAct.MESSAGE, language=Language.FRENCH, body="Bonjour."
    )
    with agency_context(roads):
        template_create(draft=draft, officer=head, actor=officer_actor(head))
        case_draft_save(
            complaint=complaint_get(reference=reference),
            officer=head,
            act=DraftAct.REPLY,
            parts={"facts": "The lamp is out."},
            version=1,
        )
    console.sign_in(staff(roads, Role.AGENT, "reads@roads.example"))
    return f"/cases/{reference}/?write=message"


def test_the_names_are_read_once_and_a_change_is_seen_at_once(console, roads, head, path):
    page = text_of(console.get(path))
    assert ("Under way" in page, head.name in page) == (True, True)
    with CaptureQueriesContext(connection) as asked:
        console.get(path)
    read = ("reply_templates_replytemplate", '"accounts_user"."role" IN')
    assert not [one for one in asked if any(part in one["sql"] for part in read)]

    with agency_context(roads):
        User.objects.filter(pk=head.pk).update(name="Renamed Head")
        ReplyTemplate.objects.update(name="Renamed text")
    page = text_of(console.get(path))
    assert ("Renamed text" in page, "Renamed Head" in page) == (True, True)


def test_a_template_that_is_no_longer_in_use_is_offered_to_nobody(console, roads, head, path):
    console.get(path)
    with agency_context(roads):
        template = ReplyTemplate.objects.get()
        actor = officer_actor(head)
        template_offer(template_id=template.pk, is_active=False, officer=head, actor=actor)

    assert "Under way" not in text_of(console.get(path))
