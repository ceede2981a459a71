"""Threads that enter agencies in turns and search for words of other agencies; and seeded leaks.

Django must be set up (bench.installation.configure) and canaries must exist before.
"""

import multiprocessing
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.models import Model

    from tenants.models import Agency

# One in this many entries is disturbed in each of these ways.
ERROR, FAILURE, ROLLBACK, CLOSE = 30, 60, 60, 400
# The share of raw SQL reads; building a query in Django takes longer than the tested switch.
RAW = 0.8


class Interrupted(Exception):
    """The error that interrupts a block on purpose."""


def read_by_turns(
    codes: Sequence[str], *, reads: int, processes: int, threads: int
) -> Counter[str]:
    """Read at least ``reads`` times over all agencies; return counts of the words found."""
    fork = multiprocessing.get_context("fork")
    each = -(-reads // (processes * threads))
    started = []
    for number in range(processes):
        receiver, sender = fork.Pipe(duplex=False)
        process = fork.Process(target=_process, args=(sender, codes, each, threads, number))
        process.start()
        sender.close()
        started.append((process, receiver))
    seen: Counter[str] = Counter()
    for process, receiver in started:
        seen += receiver.recv()
        process.join()
    return seen


def _process(
    sender: Connection, codes: Sequence[str], each: int, threads: int, number: int
) -> None:
    from tenants.agencies.selectors import agency_list  # noqa: PLC0415 - models exist only after configure

    agencies = list(agency_list().filter(code__in=codes))
    start = threading.Barrier(threads)
    with ThreadPoolExecutor(max_workers=threads) as pool:
        done = [
            pool.submit(Reader(agencies, seed=number * threads + one).work, each, start)
            for one in range(threads)
        ]
        seen: Counter[str] = sum((one.result() for one in done), Counter())
    sender.send(seen)


class Reader:
    """A thread's reads through its own connection, with its counts."""

    def __init__(self, agencies: "Sequence[Agency]", *, seed: int) -> None:
        self.agencies = agencies
        self.chance = Random(seed)
        self.seen: Counter[str] = Counter()
        self.tables = _tables()

    def work(self, reads: int, start: threading.Barrier) -> Counter[str]:
        """Enter, read and leave agencies until ``reads`` reads are done."""
        from django.db import connection  # noqa: PLC0415

        start.wait()
        try:
            while self.seen["reads"] < reads:
                self._enter(self.chance.choice(self.agencies))
        finally:
            connection.close()
        return self.seen

    def _enter(self, agency: "Agency") -> None:
        from django.db import transaction  # noqa: PLC0415

        from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415

        self.seen["switches"] += 1
        try:
            if self._happens("rollback", ROLLBACK):
                with transaction.atomic(), agency_context(agency):
                    self._look(agency)
                    raise Interrupted
            with agency_context(agency):
                self._look(agency)
                self._disturb(agency)
                self._look(agency)
        except Interrupted:
            pass

    def _disturb(self, agency: "Agency") -> None:
        from django.db import ProgrammingError, connection, transaction  # noqa: PLC0415

        if self._happens("error", ERROR):
            raise Interrupted
        if self._happens("close", CLOSE):
            connection.close()
        if self._happens("failure", FAILURE):
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("SELECT * FROM no_such_table")
            except ProgrammingError:
                self._look(agency)

    def _look(self, agency: "Agency") -> None:
        from tests.tenants.isolation.canaries import foreign, word_of  # noqa: PLC0415

        model = self.chance.choice(self.tables)
        rows = (_rows if self.chance.random() < RAW else _objects)(model)
        text = repr(rows)
        self.seen["reads"] += 1
        self.seen["rows"] += len(rows)
        # Rows are examined one by one only after a leak, which should never happen.
        if foreign(text, agency.code):
            self.seen["foreign"] += sum(bool(foreign(row, agency.code)) for row in rows)
        if word_of(agency.code) not in text:
            self.seen["lost"] += 1

    def _happens(self, name: str, one_in: int) -> bool:
        happens = self.chance.randrange(one_in) == 0
        self.seen[name] += happens
        return happens


def _rows(model: "type[Model]") -> list[tuple[object, ...]]:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {model._meta.db_table}")
        return list(cursor.fetchall())


def _objects(model: "type[Model]") -> list[tuple[object, ...]]:
    return list(model._default_manager.values_list())


def _tables() -> "list[type[Model]]":
    from shared.accounts.models import User  # noqa: PLC0415
    from shared.audit.models import AuditEntry  # noqa: PLC0415
    from shared.complaints.models import Attachment, Complaint, Message, Party  # noqa: PLC0415
    from shared.mail.models import Mail  # noqa: PLC0415

    return [Attachment, AuditEntry, Complaint, Mail, Message, Party, User]


def seeded_leaks(codes: Sequence[str]) -> dict[str, bool]:
    """Use each way around the isolation once; return for each way whether the detector found it."""
    from tenants.agencies.selectors import agency_by_code  # noqa: PLC0415
    from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415
    from tests.tenants.isolation.canaries import foreign, word_of  # noqa: PLC0415

    here, there = (agency_by_code(code) for code in codes[:2])
    found = {}
    for name, leak in LEAKS.items():
        with agency_context(there):
            before = _people()
        with agency_context(here):
            found[name] = foreign((before and leak(there),), here.code) == {word_of(there.code)}
    return found


def _people() -> list[tuple[object, ...]]:
    from shared.accounts.models import User  # noqa: PLC0415

    return list(User.objects.values_list())


def _as_superuser(there: "Agency") -> object:
    from django.db import connection  # noqa: PLC0415

    from tenants.isolation.schema_switch import as_owner  # noqa: PLC0415

    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {there.schema_name}.accounts_user")
        return cursor.fetchall()


def _by_a_switch_that_was_forgotten(_there: "Agency") -> object:
    from django.db import connection  # noqa: PLC0415

    connection.in_force = connection._wanted()  # type: ignore[attr-defined]
    try:
        return _people()
    finally:
        connection.in_force = None  # type: ignore[attr-defined]


def _from_a_cache_without_schemas(there: "Agency") -> object:
    from django.core.cache.backends.locmem import LocMemCache  # noqa: PLC0415

    from tests.tenants.isolation.canaries import word_of  # noqa: PLC0415

    shared = LocMemCache("seeded", {})
    shared.set("people", word_of(there.code))
    return shared.get("people")


LEAKS: dict[str, Callable[["Agency"], object]] = {
    "superuser": _as_superuser,
    "forgotten switch": _by_a_switch_that_was_forgotten,
    "cache without schemas": _from_a_cache_without_schemas,
}
