"""A line of a log: where it goes, when and where it was written, and that it stays one line."""

import json
import logging
import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any, cast

import pytest
from django.conf import settings
from structlog.stdlib import ProcessorFormatter

from shared.accounts.enums import Role
from tenants.isolation.schema_switch import agency_context
from tests.architecture.citations import ROOT
from tests.config.test_serving import gunicorn
from tests.support.factories import staff
from tests.support.sessions import open_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def written():
    """What a process writes to its one stream, line by line."""
    given = dict(cast(Any, settings.LOGGING)["formatters"]["json"])
    given.pop("()")
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(ProcessorFormatter(**given))
    logging.getLogger().addHandler(handler)
    # As a journal takes lines apart.
    yield lambda: stream.getvalue().rstrip("\n").split("\n")
    logging.getLogger().removeHandler(handler)


def test_a_line_says_when_where_how_grave_and_what(written, in_roads):
    logging.getLogger("tests.lines").warning("it is so")

    line = json.loads(written()[-1])
    assert {name: line[name] for name in ("event", "level", "logger", "schema")} == {
        "event": "it is so",
        "level": "warning",
        "logger": "tests.lines",
        "schema": "a_roads",
    }
    at = datetime.fromisoformat(line["timestamp"])
    assert at.utcoffset() == timedelta(0)
    assert line["timestamp"].endswith("Z")
    assert at.tzinfo is not None
    assert at.year == datetime.now(UTC).year


@pytest.mark.parametrize("sign", ["\n", "\r\n", "\u2028", "\x1b[31m", "\x00", '"}\n{"level": "x'])
def test_what_is_typed_makes_no_line_of_its_own(written, db, sign):
    logging.getLogger("tests.lines").warning("lamp%s[ERROR] admin logged in", sign)

    (line,) = [one for one in written() if "lamp" in one]
    assert json.loads(line)["level"] == "warning"
    assert not set(line) & {"\x1b", "\x00", "\r"}


def test_a_refused_right_is_a_line(written, client, roads):
    person = staff(roads, Role.AGENT)
    with agency_context(roads):
        open_session(client, person)

    page = client.get("/staff/", headers={"host": "roads.testserver"})

    assert page.status_code == 403
    (line,) = [json.loads(one) for one in written() if "Forbidden" in one]
    assert (line["level"], line["logger"]) == ("warning", "django.request")
    assert line["event"].endswith("/staff/")


def test_lines_go_to_the_stream_of_the_process_alone_and_the_page_says_so():
    handlers = cast(Any, settings.LOGGING)["handlers"]
    proxy = (ROOT / "deploy" / "nginx.conf").read_text()
    page = " ".join((ROOT / "docs" / "security" / "operation.md").read_text().split())

    assert {name: one["class"] for name, one in handlers.items()} == {
        "stderr": "logging.StreamHandler"
    }
    assert (gunicorn()["errorlog"], gunicorn()["accesslog"]) == ("-", None)
    assert set(re.findall(r"access_log (\S+);", proxy)) == {"off"}
    (place,) = re.findall(r"error_log (\S+) crit;", proxy)
    for told in (
        "the standard error of each process",
        place,
        "audit_auditentry",
        "IdentityOpening",
    ):
        assert told in page
