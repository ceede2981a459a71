"""Where the links of an agency's letters lead is changed by two people, and it is told."""

import socket

import pytest

from shared.accounts.enums import Role
from shared.mail.models import Mail
from shared.mail.services import mail_send
from tenants.agencies.selectors import agency_by_code, console_url
from tenants.agencies.services import hosts_context
from tenants.approvals.errors import SecondPersonNeeded
from tenants.case_access.services.text_encryption import decrypt_text
from tenants.fleet.errors import HostNotFound, HostTaken
from tenants.fleet.services import host_approvals, hosts
from tenants.isolation.schema_switch import agency_context
from tenants.models import ApprovalRequest, HostClaim
from tenants.models.enums import ApprovalKind
from tests.support.factories import staff
from tests.support.sampling import repeats
from tests.tenants.fleet.lifecycle.people import (
    OPERATOR,
    REASON,
    SECOND,
    read_approval,
    two_at_work,
)

pytestmark = pytest.mark.django_db

HOST = "plaintes.roads.example"


@pytest.fixture(autouse=True)
def _everything_leads_here(monkeypatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.7", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_asked, **_options: found)
    two_at_work()


def ask(host=HOST):
    host_approvals.host_ask(
        agency_code="roads", host=host, is_allowed=True, reason=REASON, actor=OPERATOR
    )


def ask_primary(host=HOST):
    host_approvals.host_primary_ask(agency_code="roads", host=host, reason=REASON, actor=OPERATOR)


def confirm(actor=SECOND):
    read = read_approval(ApprovalKind.HOST_ADD, "roads")
    host_approvals.host_confirm(agency_code="roads", approval_id=read, is_allowed=True, actor=actor)


def confirm_primary(actor=SECOND):
    read = read_approval(ApprovalKind.HOST_PRIMARY, "roads")
    host_approvals.host_primary_confirm(agency_code="roads", approval_id=read, actor=actor)


def answered():
    ask()
    confirm()
    assert host_approvals.host_check(agency_code="roads", host=HOST, actor=OPERATOR) is None


def told(agency):
    """What its administrators were written about its hosts: which, from where, to where."""
    with agency_context(agency):
        rows = Mail.objects.filter(letter="standing").order_by("queued_at", "pk")
        found = [row.context for row in rows]
    return [
        (
            one["what"],
            *decrypt_text(one["sealed_hosts"], about=place_in(one)).split("\n"),
        )
        for one in found
    ]


def place_in(context):
    return hosts_context(schema_name="a_roads", what=context["what"])


def test_one_person_alone_has_no_name_answered(roads):
    ask()

    with pytest.raises(SecondPersonNeeded):
        confirm(OPERATOR)
    with pytest.raises(HostNotFound):
        host_approvals.host_check(agency_code="roads", host=HOST, actor=OPERATOR)

    assert not HostClaim.objects.exists()


def test_one_person_alone_moves_no_link(roads):
    answered()
    before = console_url(roads)
    ask_primary()

    with pytest.raises(SecondPersonNeeded):
        confirm_primary(OPERATOR)

    assert console_url(agency_by_code("roads")) == before


def test_each_change_is_written_to_every_administrator_with_both_names(roads):
    staff(roads, Role.ADMINISTRATOR, "head@roads.example")
    answered()
    ask_primary()
    confirm_primary()
    host_approvals.host_release(agency_code="roads", host=HOST, actor=OPERATOR)

    assert told(roads) == [
        ("host_added", "roads.testserver", HOST),
        ("host_primary", "roads.testserver", HOST),
        ("host_released", HOST, "roads.testserver"),
    ]


@pytest.mark.parametrize("language", repeats(["ar", "fr", "en"], keep=1))
def test_the_letter_names_both_and_leads_nowhere(roads, language, mailoutbox):
    user = staff(roads, Role.ADMINISTRATOR, "head@roads.example")
    with agency_context(roads):
        type(user).objects.filter(pk=user.pk).update(language=language)
    answered()
    ask_primary()
    confirm_primary()

    with agency_context(roads):
        assert mail_send(mail_id=Mail.objects.order_by("-queued_at").first().pk)

    (letter,) = mailoutbox
    assert [one in letter.body for one in (HOST, "roads.testserver", REASON)] == [True] * 3
    assert f"//{HOST}" not in letter.body


def test_a_name_that_another_agency_asked_for_is_not_asked_for(roads, water):
    hosts.host_claim(agency_code="water", host=HOST, is_allowed=True, actor=OPERATOR)

    with pytest.raises(HostTaken):
        ask()

    assert not ApprovalRequest.objects.exists()


def test_a_name_of_another_agency_becomes_nobodys_main_one(roads, water):
    with pytest.raises(HostNotFound):
        ask_primary("water.testserver")
