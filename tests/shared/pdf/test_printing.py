import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest
from cachetools import LRUCache

from shared.kernel.errors import TryLater
from shared.pdf import render_process
from shared.pdf.documents import document_data, document_pdf
from shared.pdf.receipts import receipt_pdf
from shared.pdf.types import Letter
from tests.shared.pdf.sheets import MOMENT, pdf_document, receipt

LONG = pdf_document(*[Letter(heading="h", text="سلام hello " * 200)] * 40)
THREADS = 4
DOCUMENTS = 20


def printed(number: int) -> bytes:
    return receipt_pdf(receipt=receipt(("ar", "fr", "en")[number % 3], reference=f"{number:016d}"))


@contextmanager
def somebody_elses_turn():
    """Another thread has the place for long documents."""
    taken, over = Event(), Event()

    def hold():
        with render_process._turn():
            taken.set()
            over.wait(60)

    with ThreadPoolExecutor(1) as other:
        held = other.submit(hold)
        try:
            assert taken.wait(60)
            yield
        finally:
            over.set()
            held.result()


@pytest.mark.all_cores
@pytest.mark.slow
def test_four_threads_print_what_one_prints():
    numbers = range(THREADS * DOCUMENTS)
    with ThreadPoolExecutor(THREADS) as threads:
        together = list(threads.map(printed, numbers))

    assert together == [printed(number) for number in numbers]


@pytest.mark.slow
def test_a_long_document_is_the_same_whether_set_here_or_apart(monkeypatch):
    apart = document_pdf(pdf_document=LONG)
    monkeypatch.setattr(render_process, "LONG_SIGNS", 10**9)

    assert document_pdf(pdf_document=LONG) == apart


def test_the_process_of_a_long_document_knows_none_of_our_secrets(monkeypatch):
    given = []

    def run(command, **options):
        given.append((command[1:], options["env"]))
        return subprocess.CompletedProcess(command, 0, stdout=b"")

    monkeypatch.setattr(subprocess, "run", run)
    document_pdf(pdf_document=LONG)

    seconds = str(int(MOMENT.timestamp()))
    assert given == [(["-m", "shared.pdf.renderer", "document", seconds], {})]


def test_a_document_that_takes_too_long_is_refused_and_the_next_one_has_its_turn(monkeypatch):
    monkeypatch.setattr(render_process, "MAX_SECONDS", 0.001)
    with pytest.raises(TryLater):
        document_pdf(pdf_document=LONG)
    monkeypatch.undo()

    assert document_pdf(pdf_document=LONG).startswith(b"%PDF-1.7")


def test_while_a_long_document_is_set_nobody_waits_for_another_one(monkeypatch):
    # A wait would be told by an argument that no lock takes.
    monkeypatch.setattr(render_process, "MAX_SECONDS", None)
    with somebody_elses_turn(), pytest.raises(TryLater):
        document_pdf(pdf_document=LONG)


def test_a_short_document_waits_for_nobody():
    with somebody_elses_turn():
        assert printed(1).startswith(b"%PDF-1.7")


def test_the_data_of_a_usual_receipt_is_far_from_long():
    assert (
        len(json.dumps(document_data(pdf_document=pdf_document()))) < render_process.LONG_SIGNS / 10
    )


def taken_elsewhere():
    """Whether another thread finds the place for long documents taken."""

    def ask():
        with render_process.long_document_turn(reference=LONG.reference):
            return False

    with ThreadPoolExecutor(1) as other:
        try:
            return other.submit(ask).result()
        except TryLater:
            return True


def test_a_document_known_to_be_long_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(render_process, "_known_long", LRUCache(4))
    with somebody_elses_turn():
        # Nobody knows yet.
        with render_process.long_document_turn(reference=LONG.reference):
            pass
        with pytest.raises(TryLater):
            document_pdf(pdf_document=LONG)
        with pytest.raises(TryLater), render_process.long_document_turn(reference=LONG.reference):
            pytest.fail("it was read")
        with render_process.long_document_turn(reference="1" * 16):
            pass


@pytest.mark.slow
def test_who_reads_a_long_one_has_the_place_for_setting_it_too():
    document_pdf(pdf_document=LONG)
    with render_process.long_document_turn(reference=LONG.reference):
        assert document_pdf(pdf_document=LONG).startswith(b"%PDF-1.7")
        assert taken_elsewhere()
    assert not taken_elsewhere()


def test_of_the_long_ones_the_latest_are_remembered(monkeypatch):
    monkeypatch.setattr(render_process, "_known_long", LRUCache(2))
    data = {"text": "x" * render_process.LONG_SIGNS}
    with somebody_elses_turn():
        for reference in ("a", "b", "a", "c"):
            with pytest.raises(TryLater):
                render_process.pdf_render(layout="", data=data, reference=reference, made_at=MOMENT)

    known = render_process._known_long
    assert [reference in known for reference in ("a", "b", "c")] == [True, False, True]
