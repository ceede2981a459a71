"""Which of the threads of a web worker is given a request."""

import socket
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Barrier, Event, get_ident
from typing import Any
from zlib import crc32

import pytest
from django.conf import settings

from config.gunicorn_worker import PEEKED_BYTES, PageWorker, agency_key
from config.thread_pool import OWN_THREAD_SECONDS, AgencyThreadPool

THREADS = 4


@pytest.fixture
def pool():
    """All its threads are there, and idle."""
    with AgencyThreadPool(max_workers=THREADS) as made:
        together(made)
        yield made


def together(pool: ThreadPoolExecutor) -> set[int]:
    """The threads that work at the same time."""
    meeting = Barrier(THREADS)

    def meet() -> int:
        meeting.wait(timeout=30)
        return get_ident()

    return {one.result() for one in [pool.submit(meet) for _ in range(THREADS)]}


def idle(pool: ThreadPoolExecutor) -> bool:
    return len(pool._work_queue._waiting) == THREADS


def await_idle(pool: ThreadPoolExecutor) -> None:
    end = time.monotonic() + 30
    while not idle(pool):
        assert time.monotonic() < end
        time.sleep(0.001)


def submit(pool: AgencyThreadPool, key: bytes | None, work, *given) -> "Future[Any]":
    pool.prefer(key)
    return pool.submit(work, *given)


def keys_of_one_thread(count: int) -> list[bytes]:
    """Different keys with the same thread."""
    return [b"%d" % one for one in range(1_000) if crc32(b"%d" % one) % THREADS == 1][:count]


def test_one_request_after_another_is_answered_by_one_thread(pool):
    await_idle(pool)
    used = set()

    for _ in range(3 * THREADS):
        used.add(pool.submit(get_ident).result())
        await_idle(pool)

    assert len(used) == 1


def test_requests_that_come_together_are_answered_by_all(pool):
    assert len(together(pool)) == THREADS


def test_what_waits_is_answered_in_the_order_in_which_it_came(pool):
    go = Event()
    done: list[int] = []
    busy = [pool.submit(go.wait, 30) for _ in range(THREADS - 1)]

    later = [pool.submit(done.append, number) for number in range(50)]
    wait(later, timeout=30)
    go.set()

    assert done == list(range(50))
    assert all(one.result() for one in busy)


def test_an_agency_is_answered_by_one_thread_and_the_agencies_by_all(pool):
    used: dict[bytes, set[int]] = {}

    for number in range(200):
        await_idle(pool)
        key = b"agency-%d" % (number % 20)
        used.setdefault(key, set()).add(submit(pool, key, get_ident).result())

    assert all(len(threads) == 1 for threads in used.values())
    assert len(set.union(*used.values())) == THREADS


def test_a_request_waits_a_moment_for_its_busy_thread_although_others_are_idle(pool):
    first, second = keys_of_one_thread(2)

    def slowly() -> int:
        time.sleep(OWN_THREAD_SECONDS / 5)
        return get_ident()

    def has_waited() -> bool:
        await_idle(pool)
        busy = submit(pool, first, slowly)
        return bool(submit(pool, second, get_ident).result() == busy.result())

    # A loaded machine may stop a thread for longer than this time.
    assert any(has_waited() for _try in range(20))


@pytest.mark.parametrize("idle_for", [0, 5 * OWN_THREAD_SECONDS], ids=["at once", "long idle"])
def test_a_request_does_not_wait_longer_for_a_slow_one_than_its_time(pool, idle_for):
    first, second = keys_of_one_thread(2)
    await_idle(pool)
    time.sleep(idle_for)
    go = Event()
    slow = submit(pool, first, go.wait, 30)

    submit(pool, second, int).result(timeout=20)

    assert not slow.done()
    go.set()


def test_a_busy_agency_gets_all_idle_threads(pool):
    (key,) = keys_of_one_thread(1)
    await_idle(pool)
    meeting = Barrier(THREADS)

    given = [submit(pool, key, meeting.wait, 30) for _ in range(THREADS)]

    assert sorted(one.result() for one in given) == list(range(THREADS))


def test_all_work_is_done_once_whatever_its_agency_and_the_end_waits_for_it():
    done: list[int] = []
    with AgencyThreadPool(max_workers=THREADS) as pool:
        for number in range(2_000):
            key = b"%d" % (number * number % 37) if number % 3 else None
            submit(pool, key, done.append, number)
            if number % 50 == 0:
                time.sleep(0.001)

    assert Counter(done) == Counter(range(2_000))


def test_what_waits_for_one_thread_is_begun_in_the_order_in_which_it_came(pool):
    await_idle(pool)
    go, begun = Event(), list[int]()
    busy = [submit(pool, None, go.wait, 30) for _ in range(THREADS)]
    first, second = keys_of_one_thread(2)

    later = [submit(pool, (first, second)[one % 2], begun.append, one) for one in range(20)]
    time.sleep(OWN_THREAD_SECONDS * 2)
    assert not begun
    go.set()
    wait([*busy, *later], timeout=30)

    assert sorted(begun) == list(range(20))
    assert begun[:2] == [0, 1]


def test_a_pool_that_ends_finishes_its_work_and_its_threads():
    with AgencyThreadPool(max_workers=THREADS) as pool:
        together(pool)
        given = [pool.submit(time.sleep, 0.001) for _ in range(20)]
        threads = set(pool._threads)

    assert all(one.done() for one in given)
    assert not any(one.is_alive() for one in threads)


def test_what_has_not_begun_can_be_cancelled_at_the_end(pool):
    go = Event()
    busy = [pool.submit(go.wait, 30) for _ in range(THREADS)]
    waiting = [pool.submit(int) for _ in range(3)]

    pool.shutdown(wait=False, cancel_futures=True)
    go.set()

    assert all(one.cancelled() for one in waiting)
    assert all(one.result() for one in busy)


def test_a_web_worker_has_such_a_pool():
    worker = PageWorker.__new__(PageWorker)
    worker.cfg = type("Config", (), {"threads": 3})()

    with worker.get_thread_pool() as made:
        assert isinstance(made, AgencyThreadPool)
        assert made._max_workers == 3


HEAD = b"GET / HTTP/1.1\r\nHost: %s\r\nAccept: */*\r\n\r\n"
PORTAL = settings.BASE_DOMAIN.encode()
FILING = b"POST /api/v1/complaints/ HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        (HEAD % b"health.localhost", b"health.localhost"),
        (HEAD % b"Health.localhost:8000", b"health.localhost"),
        (HEAD.lower() % b"complaints.example", b"complaints.example"),
        (HEAD % PORTAL, None),
        (HEAD % (PORTAL.upper() + b":8000"), None),
        (FILING + b'{"kind": "complaint", "organisation_code": "health", "body": "x"}', b"health"),
        (FILING + b'{"organisation_code":"health"}', b"health"),
        (FILING + b'{"body": "' + b"x" * PEEKED_BYTES + b'", "organisation_code": "health"}', None),
        (FILING, None),
        (b"\x16\x03\x01 not HTTP", None),
        (b"", None),
    ],
)
def test_the_key_of_a_request_is_read_and_nothing_is_taken_from_the_request(sent, key):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(sent)

        assert agency_key(ours) == key

        theirs.shutdown(socket.SHUT_WR)
        assert ours.makefile("rb").read() == sent


def test_a_closed_connection_has_no_key():
    ours, theirs = socket.socketpair()
    ours.close()
    theirs.close()

    assert agency_key(ours) is None
