"""What leaves an agency is frozen data; what is not stays where it was made."""

import dataclasses
import enum
import inspect
import types
import typing
from datetime import date, datetime
from uuid import UUID

import pytest
from allauth.account.models import EmailAddress
from django.db import ProgrammingError, connection, models

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints.models import Complaint, ComplaintEvent, Party
from shared.kernel import clock
from shared.kernel.identifiers import uuid7
from shared.kernel.legal_deadline import LegalClock
from shared.mail.models import Mail
from shared.rows.services import rows_insert
from tenants.case_access import gateway
from tenants.isolation.backends.schema_router import ForeignInstance
from tenants.isolation.schema_switch import agency_context, national_context
from tests.tenants.isolation.canaries import at_home

pytestmark = pytest.mark.django_db

PLAIN = (str, bytes, int, bool, float, date, datetime, UUID, type(None))


def doors():
    return [
        function
        for name, function in inspect.getmembers(gateway, inspect.isfunction)
        if function.__module__ == gateway.__name__ and not name.startswith("_")
    ]


def thawed(hint, seen=()):
    """The types within a type that are neither plain nor frozen."""
    if hint in PLAIN or hint is Ellipsis or hint in seen:
        return set()
    if typing.get_origin(hint) is not None or isinstance(hint, types.UnionType):
        return set().union(*(thawed(one, seen) for one in typing.get_args(hint)))
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return set()
    if dataclasses.is_dataclass(hint) and hint.__dataclass_params__.frozen:
        fields = typing.get_type_hints(hint).values()
        return set().union(*(thawed(one, (*seen, hint)) for one in fields))
    return {hint}


def test_the_check_of_what_is_frozen_knows_what_is_not():
    assert thawed(Complaint) == {Complaint}
    assert thawed(tuple[int, Complaint] | None) == {Complaint}
    assert thawed(LegalClock | None) == set()


@pytest.mark.parametrize("door", doors(), ids=lambda door: door.__name__)
def test_through_the_gateway_comes_nothing_but_frozen_data(door):
    assert thawed(typing.get_type_hints(door)["return"]) == set()


def test_what_came_out_of_one_agency_says_the_same_inside_another(mine, theirs, oases):
    shown = gateway.case_show(token=mine.token)
    receipt = gateway.receipt_get(reference=mine.reference)

    with agency_context(oases):
        assert at_home(shown, mine.code)
        assert receipt.reference == mine.reference
        assert not any(isinstance(value, models.Model) for value in vars_of(shown))


def vars_of(frozen):
    return [getattr(frozen, field.name) for field in dataclasses.fields(frozen)]


def test_a_list_that_was_begun_in_one_agency_and_is_read_in_another_shows_no_foreign_word(
    dunes, oases
):
    """It reads where it is read: the reason why no list leaves the gateway."""
    with agency_context(dunes):
        lazy = Complaint.objects.order_by("pk")
    with agency_context(oases):
        assert at_home(lazy, "oases")


def test_a_row_that_was_read_in_one_agency_cannot_be_read_on_from_public(dunes):
    with agency_context(dunes):
        case = Complaint.objects.order_by("pk").first()

    with pytest.raises(ForeignInstance, match="of a_dunes was used in public"):
        list(case.messages.all())


def test_an_event_of_one_agency_is_not_written_again_in_another(dunes, oases):
    with agency_context(dunes):
        event = ComplaintEvent.objects.order_by("pk").first()

    with agency_context(oases), pytest.raises(TypeError, match="append-only"):
        event.save()


@pytest.mark.parametrize("table", ["complaints_complaint", "accounts_user"])
@pytest.mark.parametrize(
    "change",
    ["UPDATE {} SET {} = {}", "DELETE FROM {} WHERE {} = {}", "INSERT INTO {} ({}) VALUES ({})"],
)
def test_a_row_of_another_agency_cannot_be_written_by_its_full_name(dunes, oases, table, change):
    with (
        agency_context(dunes),
        pytest.raises(ProgrammingError, match="permission denied"),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(f"a_oases.{table}", "id", "1"))


@pytest.mark.parametrize("model", [Complaint, Party, User, EmailAddress])
@pytest.mark.parametrize("act", ["save", "delete", "refresh_from_db"])
def test_a_row_that_was_read_in_one_agency_is_refused_in_another(dunes, oases, model, act):
    with agency_context(dunes):
        instance = first_of(model)
    with agency_context(oases):
        first_of(model)
        before = list(model.objects.order_by("pk").values())

        with pytest.raises(ForeignInstance, match="of a_dunes was used in a_oases"):
            getattr(instance, act)()

        assert list(model.objects.order_by("pk").values()) == before


def account(email, role=Role.AGENT):
    return User(email=email, name="New", role=role, created_at=clock.now())


def first_of(model):
    if model is EmailAddress:
        user = User.objects.order_by("pk").first()
        return EmailAddress.objects.get_or_create(user=user, email=user.email)[0]
    return model.objects.order_by("pk").first()


def test_what_a_row_of_one_agency_relates_to_is_not_looked_for_in_another(dunes, oases):
    with agency_context(dunes):
        case = Complaint.objects.order_by("pk").first()
        message = case.messages.model(complaint_id=case.pk)

    with agency_context(oases):
        with pytest.raises(ForeignInstance):
            list(case.messages.all())
        with pytest.raises(ForeignInstance):
            message.complaint = case


def test_a_new_row_is_at_home_where_it_is_saved(dunes, oases):
    user = account("new@dunes.example")
    with agency_context(dunes):
        user.save()
        user.save()

    with agency_context(oases), pytest.raises(ForeignInstance):
        user.save()


def test_rows_written_together_are_stamped_too(dunes, oases):
    users = [account(f"{number}@dunes.example") for number in range(2)]
    mail = Mail(id=uuid7(), to="", letter="x", language="fr", queued_at=clock.now())
    with agency_context(dunes):
        User.objects.bulk_create(users)
        rows_insert(mail)

    with agency_context(oases):
        for one in (*users, mail):
            with pytest.raises(ForeignInstance):
                one.save()


def test_a_national_account_is_not_saved_in_an_agency(dunes):
    with national_context():
        officer = account("analyst@oversight.example", Role.ANALYST)
        officer.save()

    with agency_context(dunes), pytest.raises(ForeignInstance, match="of public was used"):
        officer.save()


def test_a_public_row_is_the_same_in_every_agency(dunes):
    with agency_context(dunes):
        dunes.refresh_from_db()
        assert dunes.domains.count() == 1
