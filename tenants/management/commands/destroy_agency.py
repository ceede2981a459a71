"""The command that requests, approves or withdraws the destruction of an archived agency."""

from argparse import ArgumentParser

from django.core.management.base import CommandError

from shared.accounts.enums import Role
from shared.accounts.selectors import user_by_email
from shared.kernel.actors import Actor, ActorKind
from tenants.agencies.selectors import agency_by_code
from tenants.fleet.services.lifecycle.destroy_orders import (
    destroy_ask,
    destroy_confirm,
    destroy_waiting,
    destroy_withdraw,
)
from tenants.management.base import DomainCommand


class Command(DomainCommand):
    """``manage.py destroy_agency CODE``, which without options only prints the agency's state.

    An operator uses ``--ask``, and then a second person of national oversight uses ``--confirm``.
    ``--as`` is the e-mail address of the account of the person who uses the command.
    """

    help = "Ask for the destruction of an archived agency, or agree to it."
    arguments = {
        "agency": {},
        "--as": {"dest": "person", "default": "", "help": "E-mail of an account."},
        "--code": {"default": "", "help": "The agency's code, typed once more."},
        "--reason": {"default": ""},
        "--waiver": {"default": "", "help": "Why no bundle is needed."},
    }

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add ``--ask``, ``--confirm`` and ``--withdraw``; a call may use only one of them."""
        super().add_arguments(parser)
        acts = parser.add_mutually_exclusive_group()
        for act in ("ask", "confirm", "withdraw"):
            acts.add_argument(f"--{act}", action="store_const", dest="act", const=act)

    def handle(self, *args: str, agency: str, person: str, act: str | None, **options: str) -> None:
        """Run the chosen action, if any, and print a line with the agency's state."""
        waiting = destroy_waiting(agency_code=agency)
        order_id = waiting.pk if waiting else None
        match act:
            case "ask":
                destroy_ask(
                    agency_code=agency,
                    typed_code=options["code"],
                    reason=options["reason"],
                    waiver=options["waiver"],
                    actor=_actor(person, (Role.OPERATOR,)),
                )
            case "confirm":
                destroy_confirm(
                    agency_code=agency,
                    typed_code=options["code"],
                    order_id=order_id,
                    actor=_actor(person),
                )
            case "withdraw":
                destroy_withdraw(agency_code=agency, order_id=order_id, actor=_actor(person))
        self.stdout.write(_state_text(agency))


def _actor(email: str, roles: tuple[Role, ...] = (Role.OPERATOR, Role.ANALYST)) -> Actor:
    user = user_by_email(email=email) if email else None
    if user is None or not user.is_active or user.role not in roles:
        raise CommandError(f"--as names nobody who may do this: {email or 'nobody'}")
    return Actor(kind=ActorKind.OVERSIGHT, label=user.name, user_id=user.pk)


def _state_text(code: str) -> str:
    state, order = agency_by_code(code).state, destroy_waiting(agency_code=code)
    if order is None:
        return f"{code} is {state}; no destruction waits for a second person"
    return (
        f"{code} is {state}; {order.asked_by} has asked for its destruction,"
        f" another person can agree until {order.expires_at:%Y-%m-%d %H:%M} UTC"
    )
