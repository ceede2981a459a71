"""An agency that writes all rows that its database role may write, and the effects on others.

There are three agencies: the attacker writes harmful rows (``bench.hostile_rows``), the receiver
accepts transfers of the attacker's cases, and the bystander does nothing. After every 150 rows
cases are transferred, the queue and the hourly work run, and pages of the receiver, of citizens and
of national oversight are opened. Defects are counted by class; ``--prove`` causes a defect of each
class on purpose, which must be counted.
Prints one JSON object as its last line and fails unless all classes are 0.
"""

import argparse
import os
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from bench.hostile_agencies import planted
from bench.hostile_browsers import (
    LIST,
    TRACKING,
    asked,
    citizen_visit,
    list_exported,
    national_browser,
    public_browser,
)
from bench.hostile_faults import seeded
from bench.hostile_rows import STRANGER, Writer
from bench.hostile_snapshots import agency_of, files_of, rows_of
from bench.installation import database_name, empty_database, prepare, static_ensure
from bench.measuring import report, require

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from tests.support.custody import Moving
    from tests.tenants.isolation.canaries import Canary

ROWS, SEED = 10_000, 31
ROWS_A_ROUND = 150
CLASSES = (
    "server_errors",
    "stuck_cases",
    "worker_stops",
    "foreign_bytes",
    "foreign_files",
    "foreign_letters",
    "foreign_rows_changed",
)
# Pages of the receiver besides the pages of the cases that it took over.
CONSOLE = ("/", "/?view=all", "/?view=unassigned", "/?view=all&text=lamp", "/reports/")
NATIONAL = ("/", "/overdue/", "/reviews/", "/agencies/")


@dataclass(slots=True, kw_only=True)
class Attack:
    """The three agencies of an attack, and the counted defects.

    ``letters`` has all sent e-mails, ``contents`` the bystander's files, ``opened`` how often each
    page was shown: if all pages were refused, no defect could be found.
    """

    hostile: "Canary"
    receiver: "Canary"
    bystander: "Canary"
    writer: Writer
    letters: list[Any]
    contents: list[bytes] = field(default_factory=list)
    found: Counter[str] = field(default_factory=Counter)
    opened: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)
    moved: "list[Moving]" = field(default_factory=list)

    def note(self, name: str, what: str) -> None:
        """Count a defect of a class, and store a line of text about it."""
        self.found[name] += 1
        line = f"{name}: {what[:300]}"
        if line not in self.told and len(self.told) < 40:
            self.told.append(line)

    @contextmanager
    def guarded(self, name: str, what: str) -> Iterator[None]:
        """Count an exception in the block as a defect, unless it is a refusal of the domain."""
        from django.db import transaction  # noqa: PLC0415

        from shared.kernel.errors import DomainError  # noqa: PLC0415

        try:
            with transaction.atomic():
                yield
        except DomainError:
            pass
        except Exception as error:  # whatever it is, somebody else meets it
            where = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{Path(where.filename).name}:{where.lineno}"
            self.note(name, f"{what}: {type(error).__name__}: {error} ({place})")


def attack(
    canaries: "Mapping[str, Canary]",
    *,
    rows: int,
    seed: int,
    letters: list[Any],
    rows_a_round: int = ROWS_A_ROUND,
) -> "Attack":
    """Write ``rows`` rows as the first of three agencies, and check the others in each round."""
    hostile, receiver, bystander = canaries.values()
    made = Attack(
        hostile=hostile,
        receiver=receiver,
        bystander=bystander,
        letters=letters,
        writer=_writer(hostile, bystander, seed),
    )
    before, files = rows_of(bystander), files_of(bystander, receiver)
    made.contents = list(files_of(bystander).values())
    left = rows
    while left > 0:
        _round(made, min(left, rows_a_round))
        left -= rows_a_round
    _compare(made, before, files)
    return made


def _round(made: Attack, rows: int) -> None:
    cases = _offered(made)
    made.writer.write(rows)
    _hand_over(made, cases)
    _work(made)
    _look(made)
    _letters(made)


def _writer(hostile: "Canary", bystander: "Canary", seed: int) -> Writer:
    from tenants.isolation.database_roles import AGENCY_TASKS  # noqa: PLC0415
    from tenants.models import Agency  # noqa: PLC0415
    from tests.tenants.isolation.test_times import ROWS as SOUND  # noqa: PLC0415

    agency = Agency.objects.get(code=hostile.code)
    writer = Writer(
        agency=agency,
        rng=Random(seed),
        words=(
            bystander.reference, bystander.code, bystander.path, bystander.attachment_id,
            bystander.draft_id, bystander.action_id, f"../{bystander.path}", hostile.reference,
            hostile.path, hostile.draft_id, hostile.action_id, hostile.attachment_id,
            "complaint", "answered", "upheld", "fr", "named", "transferred",
        ),
        sound=SOUND,
        tasks=AGENCY_TASKS,
    )  # fmt: skip
    writer.begin()
    return writer


def _offered(made: Attack) -> "list[tuple[Moving, Any]]":
    """File two requests with messages and files, and offer both before the rows are written."""
    from shared.complaints.types import UploadedContent  # noqa: PLC0415
    from tenants.case_access import gateway  # noqa: PLC0415
    from tests.support.custody import offer, request_filed  # noqa: PLC0415

    cases = []
    for _number in range(2):
        with made.guarded("server_errors", "filing with the agency"):
            one = request_filed(made.writer.agency)
            gateway.message_add(token=one.token, body="It is still dark.")
            upload = UploadedContent(name="lamp.txt", content=b"lamp")
            gateway.attachment_add(token=one.token, upload=upload)
            cases.append((one, offer(one, agency_of(made.receiver))))
    return cases


def _hand_over(made: Attack, cases: "list[tuple[Moving, Any]]") -> None:
    from shared.kernel.actors import SYSTEM  # noqa: PLC0415
    from tenants.custody.services.offers import offer_accept  # noqa: PLC0415

    receiver = agency_of(made.receiver)
    for one, offered in cases:
        if offered is None:
            continue
        with made.guarded("stuck_cases", "taking over"):
            offer_accept(agency=receiver, offer_id=offered.pk, actor=SYSTEM)
            made.moved.append(one)


def _work(made: Attack) -> None:
    """Run the queue and the hourly work of the agencies and of the public schema."""
    from public_portal.intake.tasks import sweep_files  # noqa: PLC0415
    from shared.register.services import register_project  # noqa: PLC0415
    from tenants.case_access.tasks import prune  # noqa: PLC0415
    from tenants.custody.tasks import complete_moves, lapse_offers, tell_of_offers  # noqa: PLC0415
    from tenants.fleet.tasks import keep_cases, keep_letters  # noqa: PLC0415
    from tests.shared.jobs.workers import run_queue  # noqa: PLC0415

    acts: dict[str, Callable[[], object]] = {
        "queue": run_queue,
        "register": register_project,
        **{
            f"upkeep of {one.code}": partial(_run, keep_cases, agency_code=one.code)
            for one in (made.hostile, made.receiver, made.bystander)
        },
        **{
            task.func.__name__: partial(_run, task)
            for task in (prune, lapse_offers, tell_of_offers, complete_moves, keep_letters)
        },
        "sweep": partial(_run, sweep_files),
    }
    for name, act in acts.items():
        with made.guarded("worker_stops", name):
            act()


def _run(task: Any, **arguments: str) -> object:
    """Run a task of the public schema, as a worker calls it."""
    return task.func(_schema="public", **arguments)


def _look(made: Attack) -> None:
    """Open pages of the receiver, of the attacked cases' citizens and of national oversight."""
    from tests.tenants.isolation.browsers import Browser  # noqa: PLC0415

    receiver = made.receiver
    console = Browser(host=receiver.host).signed_in(agency_of(receiver), receiver.user_id)
    paths = [f"/cases/{one.reference}/" for one in made.moved[-4:]]
    for path in (*CONSOLE, *paths, *(f"/inbox{one}preview/" for one in paths)):
        _seen(made, path, asked(console.get, path), receiver)
    for path, answer in list_exported(console, partial(made.guarded, "worker_stops")):
        _seen(made, path, answer, receiver)
    own = Browser(host=made.hostile.host).signed_in(agency_of(made.hostile), made.hostile.user_id)
    for path in ("/", "/?view=all", *_own_files(made)):
        # The attacker's own staff may see its errors, but no data of other agencies.
        _seen(made, path, asked(own.get, path), made.hostile, is_own=True)
    national = national_browser()
    for path in NATIONAL:
        _seen(made, f"oversight {path}", asked(national.get, path), None)
    citizen = public_browser()
    for path in ("/en/", "/en/statistics/", "/api/v1/statistics/", "/en/organisations/"):
        _seen(made, path, asked(citizen.get, path), None)
    _citizens(made, citizen)


def _citizens(made: Attack, citizen: Any) -> None:
    from tenants.case_access import gateway  # noqa: PLC0415

    codes = {made.hostile.reference: made.hostile.receipt_code}
    codes |= {one.reference: one.receipt_code for one in made.moved[-4:]}
    for reference, code in codes.items():
        given = {"reference": reference, "receipt_code": code}
        answer = asked(citizen.send, "/api/v1/tracking/", given)
        _seen(made, "tracking", answer, None)
        token = answer.json().get("token") if answer.status_code == 200 else None
        if token:
            shown = asked(citizen.get, "/api/v1/tracking/case/", authorization=f"Bearer {token}")
            _seen(made, f"REST {reference}", shown, None)
            with made.guarded("server_errors", f"page of {reference}"):
                gateway.case_show(token=token)
    for one in made.moved[-1:]:
        for path, answer in citizen_visit(one.reference, one.receipt_code):
            _seen(made, path, answer, None)
    for one in made.moved[-2:]:
        with made.guarded("server_errors", f"message in {one.reference}"):
            gateway.message_add(token=one.token, body="One more word.")


def _own_files(made: Attack) -> list[str]:
    """Return the addresses of files that the attacker's rows now name."""
    from shared.complaints.models import Attachment  # noqa: PLC0415
    from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415

    with agency_context(agency_of(made.hostile)):
        rows = Attachment.everything.exclude(path__startswith="attachments/").values_list(
            "complaint__reference", "pk"
        )
        named = Attachment.everything.filter(path=made.bystander.path).values_list(
            "complaint__reference", "pk"
        )
        return [f"/cases/{ref}/files/{key}/" for ref, key in [*rows[:3], *named[:3]]]


def _seen(
    made: Attack,
    path: str,
    answer: "HttpResponseBase",
    canary: "Canary | None",
    *,
    is_own: bool = False,
) -> None:
    made.opened[path] += answer.status_code == 200
    if answer.status_code >= 500 and not is_own:
        made.note("server_errors", f"{path}: {answer.status_code}")
    if is_own and getattr(answer, "content", b"") in made.contents:
        made.note("foreign_bytes", f"{path}: a file")
    if canary is not made.bystander and (marks := made.bystander.betrayed_by(answer, asked=path)):
        words = {made.bystander.word} & marks
        for mark in words:
            made.note("foreign_bytes", f"{path}: {mark}")


def _letters(made: Attack) -> None:
    """Count e-mails to wrong people, and e-mails with texts of another agency."""
    attacked = {made.hostile.reference, *(one.reference for one in made.moved)}
    for letter in made.letters:
        to, text = set(letter.to), f"{letter.subject}\n{letter.body}"
        digits = "".join(filter(str.isdigit, text))
        is_about_others = made.bystander.email in to and any(one in digits for one in attacked)
        if STRANGER in to or is_about_others:
            made.note("foreign_letters", f"to {sorted(to)}")
        elif made.bystander.word in text and made.bystander.word not in "".join(to):
            made.note("foreign_letters", "with words of another agency")
    made.letters.clear()


def _compare(made: Attack, before: dict[tuple[str, str], str], files: dict[Path, bytes]) -> None:
    after = rows_of(made.bystander)
    # The bystander's hourly work may add rows, but its former rows must still exist.
    for table, digest in before:
        if (table, digest) not in after and table.startswith(("complaints_", "tenants_")):
            made.note("foreign_rows_changed", table)
    for place, content in files.items():
        if not place.exists() or place.read_bytes() != content:
            made.note("foreign_files", place.name)


def main() -> None:
    """Attack a new installation; fail if a defect was found."""
    arguments = _arguments()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as media:
        os.environ["MEDIA_ROOT"] = media
        with empty_database(database_name("hostile")):
            # Called here, because the settings name the static files' folder only now.
            static_ensure()
            prepare()
            canaries, letters = planted()
            made = attack(canaries, rows=arguments.rows, seed=arguments.seed, letters=letters)
            proved = prove(made) if arguments.prove else {}
    require(not (shut := never_opened(made)), f"pages that never opened: {shut}")
    require(made.writer.seen["accepted"] * 4 > made.writer.seen["rows"], "too few rows were taken")
    report(
        "hostile",
        {
            **{name: made.found[name] for name in CLASSES},
            **{name: made.writer.seen[name] for name in ("rows", "accepted", "refused")},
            "tables": len(made.writer.tables),
            "moved": len(made.moved),
            "seed": arguments.seed,
            "seconds": round(time.monotonic() - began, 1),
            **({"proved": proved} if proved else {}),
        },
    )
    missed = [f"{name} was let happen and not counted" for name, seen in proved.items() if not seen]
    if missed or any(made.found[name] for name in CLASSES):
        raise SystemExit("\n".join([*missed, *made.told]))


def never_opened(made: Attack) -> list[str]:
    """Return pages that were never shown, because a page that is always refused proves nothing."""
    national = (f"oversight {path}" for path in NATIONAL)
    return [path for path in (*CONSOLE, *national, LIST, *TRACKING) if not made.opened[path]]


def prove(made: Attack) -> dict[str, bool]:
    """Cause a defect of each class on purpose; return for each class whether it was counted."""
    before, files = rows_of(made.bystander), files_of(made.bystander, made.receiver)
    cases = _offered(made)
    looks: dict[str, Callable[[], object]] = {
        "server_errors": lambda: _look(made),
        "stuck_cases": lambda: _hand_over(made, cases),
        "worker_stops": lambda: _work(made),
        "foreign_bytes": lambda: _look(made),
        "foreign_letters": lambda: _letters(made),
    }
    compare = lambda: _compare(made, before, files)  # noqa: E731
    return seeded(made, looks | {"foreign_files": compare, "foreign_rows_changed": compare})


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help="Rows that are tried.")
    parser.add_argument("--seed", type=int, default=SEED, help="Of what is drawn.")
    parser.add_argument("--prove", action="store_true", help="Also let each class happen.")
    return parser.parse_args()


if __name__ == "__main__":
    main()
