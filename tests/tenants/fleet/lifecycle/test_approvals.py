"""What nobody of the national side does alone: a take-over, an invitation, a file with all data."""

import pytest
from django.core.management import call_command

from shared.accounts.enums import Role
from shared.accounts.errors import EmailTaken
from shared.accounts.models import User
from shared.audit.models import AuditEntry
from shared.jobs.models import Job
from shared.kernel.actors import SYSTEM
from shared.mail.models import Mail
from tenants.agency_export.services.encryption import key_make
from tenants.agency_export.services.requests import export_approval_ask, export_approval_confirm
from tenants.approvals.errors import (
    ApprovalAskedAlready,
    ApprovalNotFound,
    ReasonNeeded,
    SecondPersonNeeded,
)
from tenants.approvals.services import approval_ask, approval_withdraw
from tenants.fleet.services.lifecycle.acting_administration import (
    acting_administration_ask,
    acting_administration_confirm,
)
from tenants.fleet.services.lifecycle.administrators import invite_ask, invite_confirm
from tenants.fleet.types import Administrator
from tenants.isolation.schema_switch import agency_context
from tenants.models import ApprovalRequest, TakeOver
from tenants.models.enums import ApprovalKind
from tests.support.factories import staff
from tests.tenants.fleet.lifecycle.people import (
    ACTING_OFFICERS,
    OPERATOR,
    REASON,
    SECOND,
    read_approval,
    two_at_work,
)

pytestmark = pytest.mark.django_db

PERSON = Administrator(email="new@roads.example", name="New Administrator", language="fr")


def ask(kind, agency):
    """The first of the two asks."""
    two_at_work()
    match kind:
        case ApprovalKind.TAKE_OVER:
            acting_administration_ask(
                agency_code=agency.code,
                reason=REASON,
                acting_officers=ACTING_OFFICERS,
                actor=OPERATOR,
            )
        case ApprovalKind.INVITE:
            invite_ask(agency_code=agency.code, person=PERSON, reason=REASON, actor=OPERATOR)
        case ApprovalKind.EXPORT:
            export_approval_ask(
                agency=agency,
                recipient=key_make().recipient,
                page="https://oversight.example/",
                reason=REASON,
                actor=OPERATOR,
            )


def confirm(kind, agency, actor=SECOND):
    """The second agrees to what is read now."""
    read = {"approval_id": read_approval(kind, agency.code), "actor": actor}
    match kind:
        case ApprovalKind.TAKE_OVER:
            acting_administration_confirm(agency_code=agency.code, **read)
        case ApprovalKind.INVITE:
            invite_confirm(agency_code=agency.code, **read)
        case ApprovalKind.EXPORT:
            export_approval_confirm(agency=agency, **read)


def done(kind, agency):
    """Whether it has happened."""
    with agency_context(agency):
        emails = set(User.objects.values_list("email", flat=True))
    return {
        ApprovalKind.TAKE_OVER: TakeOver.objects.filter(agency=agency).exists(),
        ApprovalKind.INVITE: PERSON.email in emails,
        ApprovalKind.EXPORT: Job.objects.filter(kind="export", subject=agency.code).exists(),
    }[kind]


KINDS = [ApprovalKind.TAKE_OVER, ApprovalKind.INVITE, ApprovalKind.EXPORT]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_happens_before_a_second_person_agrees(roads, kind):
    ask(kind, roads)
    before = done(kind, roads)

    confirm(kind, roads)

    assert (before, done(kind, roads)) == (False, True)
    row = ApprovalRequest.objects.get()
    # Addresses of people are kept no longer than they are needed.
    assert (row.arguments, row.asked_by, row.confirmed_by) == ({}, OPERATOR.label, SECOND.label)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("actor", [OPERATOR, SYSTEM])
def test_who_asked_or_has_no_account_does_not_agree(roads, kind, actor):
    ask(kind, roads)

    with pytest.raises(SecondPersonNeeded):
        confirm(kind, roads, actor)

    assert not done(kind, roads)


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_withdrawn_is_not_agreed_to(roads, kind):
    ask(kind, roads)
    read = read_approval(kind, roads.code)
    approval_withdraw(kind=kind, subject=roads.code, approval_id=read, actor=SECOND)

    with pytest.raises(ApprovalNotFound):
        confirm(kind, roads)

    assert not done(kind, roads)
    assert ApprovalRequest.objects.get().arguments == {}


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_agreed_to_once(roads, kind):
    ask(kind, roads)
    confirm(kind, roads)

    with pytest.raises(ApprovalNotFound):
        confirm(kind, roads)


@pytest.mark.parametrize("kind", KINDS)
def test_one_wish_of_a_kind_waits_at_a_time(roads, water, kind):
    ask(kind, roads)
    with pytest.raises(ApprovalAskedAlready):
        ask(kind, roads)

    ask(kind, water)

    assert ApprovalRequest.objects.count() == 2


@pytest.mark.parametrize("kind", KINDS)
def test_both_names_stand_in_the_log(roads, kind):
    ask(kind, roads)
    confirm(kind, roads)

    lines = AuditEntry.objects.filter(action__startswith=f"{kind}.approval").order_by("pk")
    assert list(lines.values_list("action", "actor_label", "subject")) == [
        (f"{kind}.approval_asked", OPERATOR.label, "agency roads"),
        (f"{kind}.approval_given", SECOND.label, "agency roads"),
    ]


def test_what_is_refused_at_the_agreeing_leaves_the_wish_as_it_was(roads):
    ask(ApprovalKind.TAKE_OVER, roads)
    # Meanwhile one of its own people has that address.
    staff(roads, Role.AGENT, ACTING_OFFICERS[0].email)

    with pytest.raises(EmailTaken):
        confirm(ApprovalKind.TAKE_OVER, roads)

    row = ApprovalRequest.objects.get()
    assert (row.confirmed_at, row.withdrawn_at, bool(row.arguments)) == (None, None, True)


def test_the_agency_is_told_of_a_file_with_all_its_data(roads):
    administrator = staff(roads, Role.ADMINISTRATOR, "head@roads.example")
    ask(ApprovalKind.EXPORT, roads)
    confirm(ApprovalKind.EXPORT, roads)

    with agency_context(roads):
        (letter,) = Mail.objects.filter(letter="standing")
    assert (letter.to, letter.context["what"]) == (administrator.email, "exported")
    assert letter.context["reason"] == REASON


def test_a_wish_without_a_reason_is_refused(roads):
    with pytest.raises(ReasonNeeded):
        approval_ask(
            kind=ApprovalKind.EXPORT, subject="roads", arguments={}, reason=" ", actor=OPERATOR
        )


def test_the_servers_command_still_invites_alone(roads):
    call_command("invite_administrator", "roads", email=PERSON.email, name="N", language="fr")

    assert done(ApprovalKind.INVITE, roads)
