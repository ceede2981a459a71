"""The time to accept the transfer of a case from another agency, among two thousand agencies.

Baseline: a filing through the gateway, which writes a case with its event, route and e-mail in one
statement. A transfer reads a case with two messages from one agency and writes it into another
agency, in one transaction under three roles. Both are measured by turns between random agencies,
so most connections enter an agency for the first time. ``ratio``: the median of a transfer divided
by that of a filing. ``statements``: the number of statements of a transfer. With ``--files N``,
cases with N files of two megabytes are also transferred (``with_files``); each file gets a hard
link at its new place. Prints one JSON object as its last line.
"""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bench.filling import SEED
from bench.fleet import MANY, fleet
from bench.measuring import Pace, by_turns, growth, options_of, pace_of, report, require, summary
from bench.offered_requests import request_filed, request_offered

if TYPE_CHECKING:
    from tenants.models import Agency

TIMES = 100
MOVES_WITH_FILES = 30
FILE = b"A line of a long paper.\n" * (2 * 1024 * 1024 // 24)


class Moves:
    """Requests to be filed, and offers that wait for acceptance."""

    def __init__(self, codes: list[str]) -> None:
        self._codes, self._rng = codes, Random(SEED)
        self._waiting: list[tuple[Agency, UUID]] = []
        self.references: list[str] = []

    def file(self) -> str:
        """File a request with a random agency."""
        return request_filed(self._rng.choice(self._codes)).reference

    def prepare(self, number: int, *, files: int = 0) -> None:
        """Make ``number`` cases with messages, and offer each case to another random agency."""
        for _number in range(number):
            sender, receiver = self._rng.sample(self._codes, 2)
            self._waiting.append(self._offered(sender, receiver, files))

    def move(self) -> None:
        """Accept the next waiting offer."""
        from shared.kernel.actors import SYSTEM  # noqa: PLC0415 - none before configure()
        from tenants.custody.services.offers import offer_accept  # noqa: PLC0415

        agency, offer_id = self._waiting.pop()
        self.references.append(offer_accept(agency=agency, offer_id=offer_id, actor=SYSTEM))

    def _offered(self, sender: str, receiver: str, files: int) -> "tuple[Agency, UUID]":
        from tenants.agencies.selectors import agency_by_code  # noqa: PLC0415

        reference = request_filed(sender).reference
        for _number in range(files):
            _file_add(reference, sender)
        offer_id = request_offered(reference, sender=sender, receiver=receiver)
        return agency_by_code(receiver), offer_id


def main() -> None:
    """Prepare the offers, then measure filings and transfers by turns."""
    arguments = _arguments()
    pace = pace_of(arguments)
    with fleet(arguments.agencies) as codes:
        moves = Moves(codes)
        # Offers for the rounds, for the warm-up, and for the transfer whose statements are counted.
        moves.prepare(pace.rounds * pace.times + max(2, pace.times // 10) + 1)
        found = by_turns({"file": moves.file, "move": moves.move}, pace)
        with _counted() as statements:
            moves.move()
        with_files = _with_files(moves, arguments.files) if arguments.files else {}
        _require_whole(moves.references)
    report(
        "transfer",
        {
            "agencies": len(codes),
            "ratio": growth(found["move"], found["file"])["ratio_of_medians"],
            **summary(found["move"]),
            "file": summary(found["file"]),
            "statements": len(statements),
            **with_files,
            **pace.shown(),
        },
    )


def _with_files(moves: Moves, files: int) -> dict[str, Any]:
    """Transfer cases with ``files`` files; return milliseconds and a transfer's statements."""
    moves.prepare(MOVES_WITH_FILES + 3, files=files)
    found = by_turns({"move": moves.move}, Pace(rounds=1, times=MOVES_WITH_FILES - 1))
    with _counted() as statements:
        moves.move()
    return {
        "with_files": {
            "files": files,
            "megabytes": len(FILE) // 1024**2 + 1,
            **summary(found["move"]),
            "statements": len(statements),
        }
    }


def _file_add(reference: str, code: str) -> None:
    from shared.complaints import services  # noqa: PLC0415 - none before configure()
    from shared.complaints.enums import Author  # noqa: PLC0415
    from shared.complaints.types import UploadedContent  # noqa: PLC0415
    from shared.kernel.actors import CITIZEN  # noqa: PLC0415
    from tenants.agencies.selectors import agency_by_code  # noqa: PLC0415
    from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415

    with agency_context(agency_by_code(code)):
        services.attachment_add(
            reference=reference,
            upload=UploadedContent(name="paper.txt", content=FILE),
            author=Author.CITIZEN,
            actor=CITIZEN,
        )


@contextmanager
def _counted() -> Iterator[list[str]]:
    from django.db import connection  # noqa: PLC0415

    sent: list[str] = []

    def note(execute: Any, sql: str, *given: Any) -> Any:
        sent.append(sql)
        return execute(sql, *given)

    with connection.execute_wrapper(note):
        yield sent


def _require_whole(references: list[str]) -> None:
    """Check that each transferred case is complete at the agency that its route names."""
    from shared.complaints.enums import Status  # noqa: PLC0415
    from shared.complaints.models import Complaint, Message  # noqa: PLC0415
    from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415
    from tenants.models import Route  # noqa: PLC0415

    for route in Route.objects.select_related("agency").filter(pk__in=references):
        with agency_context(route.agency):
            case = Complaint.objects.get(reference=route.pk)
            require(case.status == Status.RECEIVED and case.body != "", f"{route.pk} is not whole")
            require(Message.objects.filter(complaint=case).count() == 2, "a message is missing")


def _arguments() -> argparse.Namespace:
    parser = options_of(__doc__, times=TIMES)
    parser.add_argument("--agencies", type=int, default=MANY)
    parser.add_argument("--files", type=int, default=0, help="Files of two megabytes of a case.")
    return parser.parse_args()


if __name__ == "__main__":
    main()
