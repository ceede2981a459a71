"""Which of the threads of a web worker is given a request."""

import time
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Barrier, Event, get_ident

import pytest

from config.gunicorn_worker import PageWorker
from config.thread_pool import LastIdleThreadPool

THREADS = 4


@pytest.fixture
def pool():
    """All its threads are there, and idle."""
    with LastIdleThreadPool(max_workers=THREADS) as made:
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


def test_a_pool_that_ends_finishes_its_work_and_its_threads():
    with LastIdleThreadPool(max_workers=THREADS) as pool:
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
        assert isinstance(made, LastIdleThreadPool)
        assert made._max_workers == 3
