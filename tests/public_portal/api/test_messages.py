"""Every refusal has its code and its sentence, the same on pages and in REST."""

import re
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest
from django.utils.translation import override

from shared.kernel.errors import (
    Conflict,
    DomainError,
    InvalidInput,
    NotAllowed,
    NotFound,
    TooManyAttempts,
)
from shared.ui.messages import MESSAGES, code_message, refusal_message, refusal_status
from shared.units.errors import OfficerAbsent
from tenants.case_access.errors import TokenNotFound

ROOT = Path(__file__).resolve().parents[3]
HOUSES = ("shared", "tenants", "public_portal", "agency_console", "demo")
MODULES = {
    "errors.py", "references.py", "files.py", "contacts.py", "days.py", "quantities.py", "enums.py",
}  # fmt: skip
CODES = Path(__file__).with_name("refusal_codes.txt")


def refusals() -> set[type[DomainError]]:
    """Every refusal of the product."""
    for path in (path for house in HOUSES for path in (ROOT / house).rglob("*.py")):
        if path.name in MODULES:
            import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    return set(_below(DomainError))


def _below(refusal: type[DomainError]) -> Iterator[type[DomainError]]:
    for one in refusal.__subclasses__():
        yield one
        yield from _below(one)


def test_every_refusal_has_a_sentence():
    assert [one for one in refusals() if not (one.sentence or one.code in MESSAGES)] == []


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_a_sentence_for_a_stored_code_has_no_gap(language):
    with override(language):
        said = {one.code: code_message(one.code) for one in refusals()}

    assert {code: text for code, text in said.items() if "%" in text} == {}


def test_a_refusal_itself_says_its_values():
    with override("en"):
        message = refusal_message(OfficerAbsent(date(2026, 12, 24)))

    assert message == "This officer is absent until 24/12/2026. Choose another one."


def test_no_sentence_is_left_of_a_refusal_that_is_gone():
    assert MESSAGES.keys() - {one.code for one in refusals()} == {DomainError.code}


def test_codes_are_public_and_do_not_change_with_the_name_of_a_class():
    assert sorted({one.code for one in refusals()}) == CODES.read_text().split()


def test_the_text_for_the_log_never_reaches_people():
    assert "received -> closed" not in refusal_message(Conflict("received -> closed"))


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (InvalidInput(), 400),
        (TokenNotFound(), 401),
        (NotAllowed(), 403),
        (NotFound(), 404),
        (Conflict(), 409),
        (TooManyAttempts(retry_after=1), 429),
    ],
)
def test_every_kind_of_refusal_has_its_status(refusal, status):
    assert refusal_status(refusal) == status


def test_the_time_to_wait_is_rounded_up_to_minutes():
    with override("en"):
        message = refusal_message(TooManyAttempts(retry_after=61))

    assert re.findall(r"\d+", message) == ["2"]
