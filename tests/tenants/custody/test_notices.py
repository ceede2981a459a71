"""Those who assign cases are told by e-mail that offers wait, and of nothing else."""

import re

import pytest
from django.core import mail

from shared.accounts.enums import Role
from shared.kernel.actors import SYSTEM
from shared.mail.models import Mail
from shared.mail.services import mail_send
from tenants.custody.services.notices import offers_notify
from tenants.custody.services.offers import offer_withdraw
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tenants.models.enums import AgencyState
from tests.support.custody import offer, request_filed
from tests.support.factories import staff

pytestmark = pytest.mark.django_db

CANARY = "kanarienvogel"


@pytest.fixture
def chief(water):
    """Somebody who assigns cases at the agency that is asked; an agent is there as well."""
    staff(water, Role.AGENT)
    return staff(water, Role.SUPERVISOR, "chief@water.example")


def letters(agency):
    with agency_context(agency):
        return list(Mail.objects.filter(letter="offers_notice").order_by("queued_at"))


def offered(roads, water, number=1):
    texts = dict.fromkeys(("subject", "body", "remedy", "place"), f"{CANARY} and more words of it")
    for _number in range(number):
        made = offer(request_filed(roads, **texts), water)
    return made


def test_fs10_letter_says_how_many_offers_wait_and_nothing_of_the_cases(roads, water, chief):
    offered(roads, water, 2)

    assert offers_notify() == 1
    (row,) = letters(water)
    with agency_context(water):
        mail_send(mail_id=row.pk)

    (message,) = mail.outbox
    said = f"{message.subject} {message.body} {message.alternatives[0].content}"
    assert message.to == [chief.email]
    assert (row.context, row.reference) == ({"total": "2"}, "")
    assert "http://water.testserver:8000/transfers/" in message.body
    assert (CANARY in said, re.findall(r"[0-9]{16}", said)) == (False, [])
    assert letters(roads) == []


def test_letter_is_written_once_for_the_newest_offer(roads, water, chief):
    offered(roads, water)
    assert [offers_notify(), offers_notify()] == [1, 0]

    offered(roads, water)

    assert [offers_notify(), offers_notify()] == [1, 0]
    assert [row.context["total"] for row in letters(water)] == ["1", "2"]


def test_no_letter_without_an_offer_that_waits(roads, water, chief):
    made = offered(roads, water)
    offer_withdraw(agency=roads, offer_id=made.pk, actor=SYSTEM)

    assert offers_notify() == 0


def test_no_letter_to_a_suspended_agency(roads, water, chief):
    offered(roads, water)
    Agency.objects.filter(pk=water.pk).update(state=AgencyState.SUSPENDED)

    assert offers_notify() == 0
