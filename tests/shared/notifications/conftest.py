"""People of one agency, its units, and what is queued to them."""

import pytest

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.kernel.actors import SYSTEM
from shared.mail.models import Mail
from shared.mail.permissions.mail_kinds import NOTICES
from shared.notifications.enums import Delivery, NoticeKind
from shared.notifications.services import deliveries_change
from shared.units.models import Unit, UnitMember
from tests.support.factories import staff


@pytest.fixture
def agent(in_roads):
    return staff(in_roads, Role.AGENT, "agent@roads.example")


@pytest.fixture
def supervisor(in_roads):
    return staff(in_roads, Role.SUPERVISOR, "supervisor@roads.example")


def queued(letter=""):
    """Address and sentence of each e-mail to staff, in the order in which they were queued."""
    rows = Mail.objects.filter(letter__in=[letter] if letter else NOTICES)
    return [(row.to, row.context.get("what", "")) for row in rows.order_by("queued_at", "pk")]


def wants(user: User, delivery: Delivery, *kinds: NoticeKind) -> None:
    """Let somebody choose that for these kinds, or for all."""
    chosen = dict.fromkeys(kinds or NoticeKind, delivery)
    deliveries_change(user=user, chosen=chosen, actor=SYSTEM)


def unit(*members: User, parent: Unit | None = None) -> Unit:
    """A unit with these members."""
    made = Unit.objects.create(name_ar="وحدة", name_fr="Unité", parent=parent)
    for member in members:
        UnitMember.objects.create(unit=made, user=member)
    return made
