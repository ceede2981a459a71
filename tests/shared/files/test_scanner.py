"""C8 and fault 7: what the scanner says, and what is done while it says nothing."""

import signal

import pytest

from shared.files.scanner import SECONDS, file_scan, scanner_state
from shared.files.types import Verdict
from tests.shared.files.scanners import CLAMD, EICAR, real_clamd, stand_in

LARGE = bytes(15 * 1024 * 1024)


@pytest.fixture
def short(tmp_path_factory):
    """A folder whose path is short enough for a socket."""
    return tmp_path_factory.mktemp("s")


def test_c8_without_a_scanner_a_file_is_not_scanned(settings):
    settings.CLAMD_URL = ""

    assert (file_scan(EICAR), scanner_state()) == (Verdict.NOT_SCANNED, "none")


def test_c8_a_scanner_tells_clean_from_infected(settings, short):
    with stand_in(short) as (settings.CLAMD_URL, scanner):
        verdicts = [file_scan(one, seconds=60) for one in (b"words", LARGE, b"x" + EICAR)]

        assert scanner_state() == "up"
    assert verdicts == [Verdict.CLEAN, Verdict.CLEAN, Verdict.INFECTED]
    assert scanner.heard == [b"words", LARGE, b"x" + EICAR]


@pytest.mark.parametrize("mood", ["confused", "cut off"])
def test_c8_whatever_is_not_plainly_clean_has_to_wait(settings, short, mood):
    with stand_in(short, mood) as (settings.CLAMD_URL, _scanner):
        assert file_scan(b"words") == Verdict.PENDING


@pytest.mark.parametrize("mood", ["silent", "drip"])
def test_c8_a_scanner_that_is_slow_holds_nobody_for_longer_than_its_time(settings, short, mood):
    with stand_in(short, mood) as (settings.CLAMD_URL, scanner):
        verdict = file_scan(b"words", seconds=0.3)
        # Given up while the scanner was still at it: nobody waited for its end.
        finished = scanner.finished.is_set()

    assert (verdict, finished, SECONDS) == (Verdict.PENDING, False, 3)


@pytest.mark.parametrize("url", ["unix:///nowhere/clamd.ctl", "tcp://127.0.0.1:1"])
def test_c8_a_scanner_that_is_down_makes_files_wait(settings, url):
    settings.CLAMD_URL = url

    assert (file_scan(b"words"), scanner_state()) == (Verdict.PENDING, "down")


@pytest.mark.slow
@pytest.mark.skipif(not CLAMD, reason="clamd is not installed")
def test_c8_clamd_itself_says_the_same_and_stopped_it_is_given_up(settings, short):
    with real_clamd(short) as (settings.CLAMD_URL, process):
        verdicts = [file_scan(one, seconds=60) for one in (b"words", LARGE, b"x" + EICAR)]
        up = scanner_state()
        process.send_signal(signal.SIGSTOP)
        # It comes back at all: the scanner says nothing before the next signal.
        stopped = file_scan(b"words", seconds=1)
        process.send_signal(signal.SIGCONT)
        again = file_scan(b"words", seconds=30)

    assert verdicts == [Verdict.CLEAN, Verdict.CLEAN, Verdict.INFECTED]
    assert (up, stopped, again) == ("up", Verdict.PENDING, Verdict.CLEAN)
