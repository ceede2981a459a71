"""Transfers of cases among 2,000 agencies, in processes that are killed before a statement.

Each case is offered by one random agency to another, and its own process accepts the offer. Half of
these processes get SIGKILL just before a statement: the first, the eighth, and so on. Meanwhile
other processes act: the citizen writes, an officer of the sender writes a note, and, by turns, the
sender withdraws the offer, or the receiver refuses it or accepts it too. After each case, one
agency must have the whole case with all acknowledged texts, the route must lead to this agency, no
other agency may have a part of the case, and the citizen must not have been refused; otherwise the
bench fails. ``killed`` counts kills, ``statements`` the different statements before them, ``moved``
and ``stayed`` where the cases are. Prints one JSON object as its last line.
"""

import argparse
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bench.casefile import agent_ensure
from bench.filling import SEED
from bench.fleet import MANY, fleet
from bench.measuring import report, require
from bench.offered_requests import MESSAGES, STORY, request_filed, request_offered

if TYPE_CHECKING:
    from tenants.models import Agency

Act = Callable[[], object]

# STATEMENTS is more than an acceptance sends, so some processes end without a kill. The number is
# prime, so that each statement is combined with each other action on the offer.
STATEMENTS, STEP = 61, 7
CASES = STATEMENTS * 4
AGENTS = 2
DONE, REFUSED, FAILED = 0, 1, 2
HELLO, REMARK, REFUSAL = "Il y a quelqu'un ?", "Called the citizen.", "It is not our street."


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A request with an open offer, and the token that opens the request for its citizen."""

    reference: str
    sender: "Agency"
    receiver: "Agency"
    offer_id: UUID
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The data of a case that an agency has."""

    is_open: bool
    body: str
    texts: tuple[str, ...]
    notes: int
    name: str


def main() -> None:
    """Transfer ``cases`` cases, and check each case afterwards."""
    arguments = _arguments()
    found: Counter[str] = Counter()
    statements = set()
    rng = Random(SEED)
    with fleet(arguments.agencies) as codes:
        within = _seconds_of_a_move(*codes[:2])
        for number in range(arguments.cases):
            case = _case(*rng.sample(codes, 2))
            # Half of the processes are not killed, because a completed transfer can fail a citizen
            # too.
            at = None if number % 2 else number // 2 * STEP % STATEMENTS
            ends = _together(_acts(case, number // 2, at), rng, within=within)
            require(FAILED not in ends.values(), f"{case.reference}: something failed: {ends}")
            if ends["accept"] == -signal.SIGKILL:
                statements.add(at)
                found["killed"] += 1
            found[_checked(case, ends)] += 1
        require(statements, "nothing was killed")
        report(
            "killed_moves",
            {
                "agencies": len(codes),
                "cases": arguments.cases,
                "killed": found["killed"],
                "statements": len(statements),
                "moved": found["moved"],
                "stayed": found["stayed"],
            },
        )


def _case(sender: str, receiver: str) -> Case:
    from tenants.agencies.selectors import agency_by_code  # noqa: PLC0415 - none before configure()
    from tenants.case_access import gateway  # noqa: PLC0415
    from tenants.case_access.enums import KeyKind  # noqa: PLC0415

    receipt = request_filed(sender)
    opened = gateway.tracking_open(
        reference=receipt.reference, kind=KeyKind.RECEIPT, value=receipt.receipt_code
    )
    return Case(
        reference=receipt.reference,
        sender=agency_by_code(sender),
        receiver=agency_by_code(receiver),
        offer_id=request_offered(receipt.reference, sender=sender, receiver=receiver),
        token=opened.token,
    )


def _acts(case: Case, number: int, die_before: int | None) -> dict[str, Act]:
    """Return the actions that happen at the same time.

    Officers are created before, because their creation is not tested.
    """
    from shared.kernel.actors import SYSTEM  # noqa: PLC0415 - none before configure()
    from tenants.case_access import gateway  # noqa: PLC0415
    from tenants.custody.services.offers import (  # noqa: PLC0415
        offer_accept,
        offer_refuse,
        offer_withdraw,
    )

    accept = partial(offer_accept, agency=case.receiver, offer_id=case.offer_id, actor=SYSTEM)
    others: list[tuple[str, Act]] = [
        ("nobody", lambda: None),
        (
            "withdraw",
            partial(offer_withdraw, agency=case.sender, offer_id=case.offer_id, actor=SYSTEM),
        ),
        (
            "refuse",
            partial(
                offer_refuse,
                agency=case.receiver,
                offer_id=case.offer_id,
                reason=REFUSAL,
                actor=SYSTEM,
            ),
        ),
        ("accept_too", accept),
    ]
    agent_ensure(case.sender, agents=AGENTS)
    return {
        "accept": accept if die_before is None else partial(_killed, accept, die_before),
        "write": partial(gateway.message_add, token=case.token, body=HELLO),
        "note": partial(_note, case),
        **dict([others[number % len(others)]]),
    }


def _note(case: Case) -> None:
    from shared.complaints import services  # noqa: PLC0415 - none before configure()
    from shared.kernel.actors import SYSTEM  # noqa: PLC0415
    from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415

    officer = agent_ensure(case.sender, agents=AGENTS)
    with agency_context(case.sender):
        services.note_add(reference=case.reference, body=REMARK, officer=officer, actor=SYSTEM)


def _killed(act: Act, die_before: int) -> None:
    """Do the action, and kill this process (SIGKILL) just before the given statement."""
    from django.db import connection  # noqa: PLC0415 - there are no settings before configure()

    left = iter(range(die_before))

    def count(execute: Any, *given: Any) -> Any:
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*given)

    with connection.execute_wrapper(count):
        act()


def _seconds_of_a_move(sender: str, receiver: str) -> float:
    """Return the seconds of a transfer; the other actions start within this time."""
    acts = _acts(_case(sender, receiver), 0, None)
    began = time.monotonic()
    _together({"accept": acts["accept"]}, Random(SEED), within=0)
    return time.monotonic() - began


def _together(acts: Mapping[str, Act], rng: Random, *, within: float) -> dict[str, int]:
    """Accept the offer at once and start the other actions within ``within`` seconds.

    Returns each process's exit code.
    """
    from django.db import connections  # noqa: PLC0415 - there are no settings before configure()

    # A child that used this process's database connection would break the connection.
    connections.close_all()
    started = {
        name: _start(act, 0 if name == "accept" else rng.uniform(0, within))
        for name, act in acts.items()
    }
    return {name: os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for name, pid in started.items()}


def _start(act: Act, delay: float) -> int:
    from shared.kernel.errors import DomainError  # noqa: PLC0415 - none before configure()

    pid = os.fork()
    if pid:
        return pid
    end = FAILED
    try:
        time.sleep(delay)
        act()
        end = DONE
    except DomainError:
        end = REFUSED
    finally:
        os._exit(end)


def _checked(case: Case, ends: Mapping[str, int]) -> str:
    """Return where the case is. Fails where a part of the case is lost, doubled or left behind."""
    from tenants.models import Route  # noqa: PLC0415 - none before configure()

    held = {agency.schema_name: _held(case, agency) for agency in (case.sender, case.receiver)}
    route = Route.objects.get(pk=case.reference).agency_id
    here, (there,) = held.pop(route), held.values()
    name = case.reference
    require(here is not None and here.is_open, f"{name}: its route leads to no holder")
    if here is not None:
        require((here.body, here.name) == (STORY, "Une citoyenne"), f"{name}: not whole")
        require(ends["write"] == DONE, f"{name}: the citizen was refused")
        require(sorted(here.texts) == sorted((*MESSAGES, HELLO)), f"{name}: messages {here.texts}")
        require(here.notes == (ends["note"] == DONE), f"{name}: {here.notes} notes")
    if there is not None:
        left = (there.is_open, there.body, there.texts, there.notes, there.name)
        require(left == (False, "", (), 0, ""), f"{name}: the other agency has something of it")
    is_moved = route == case.receiver.schema_name
    is_accepted = DONE in (ends["accept"], ends.get("accept_too"))
    is_ended = DONE in (ends.get("withdraw"), ends.get("refuse"))
    require(is_moved or not is_accepted, f"{name}: accepted, and did not move")
    require(not (is_moved and is_ended), f"{name}: moved, though its offer was ended")
    return "moved" if is_moved else "stayed"


def _held(case: Case, agency: "Agency") -> Held | None:
    from shared.complaints.enums import Status  # noqa: PLC0415 - none before configure()
    from shared.complaints.models import Complaint, Message, Note, Party  # noqa: PLC0415
    from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415

    with agency_context(agency):
        row = Complaint.objects.filter(reference=case.reference).first()
        if row is None:
            return None
        return Held(
            is_open=row.status == Status.RECEIVED,
            body=row.body,
            texts=tuple(Message.objects.filter(complaint=row).values_list("body", flat=True)),
            notes=Note.objects.filter(complaint=row).count(),
            name=Party.objects.get(complaint=row).name,
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=MANY)
    parser.add_argument("--cases", type=int, default=CASES)
    return parser.parse_args()


if __name__ == "__main__":
    main()
