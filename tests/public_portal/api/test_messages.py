"""Every refusal has its sentence, in the one table that pages and REST share."""

import ast
import re
from pathlib import Path

import pytest
from django.utils.translation import override

from shared.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, TooManyAttempts
from shared.ui.messages import MESSAGES, refusal_message, refusal_status
from tenants.case_access.errors import TokenNotFound

ROOT = Path(__file__).resolve().parents[3]
HOUSES = ("shared", "tenants", "public_portal", "agency_console")


def codes():
    """Every ``code = "..."`` of a class in a module of refusals."""
    paths = [path for house in HOUSES for path in (ROOT / house).rglob("*.py")]
    known = {"errors.py", "references.py", "files.py", "contacts.py", "days.py", "quantities.py"}
    return {
        statement.value.value
        for path in paths
        if path.name in known
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        and _target(statement) == "code"
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    }


def _target(statement):
    target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
    return getattr(target, "id", "")


def test_every_refusal_has_a_sentence():
    assert sorted(codes() - MESSAGES.keys()) == []


def test_no_sentence_is_left_of_a_refusal_that_is_gone():
    assert sorted(MESSAGES.keys() - codes()) == []


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
