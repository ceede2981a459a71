"""What people write, who they are and what opens their requests stands in no log.

Real processes, each at its most talkative, and the database's server as well.
"""

import json
import re
import secrets
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.db import connection

from bin.postgres.server import SUPERUSER
from demo.accounts import DEMO_PASSWORD
from tests.journeys.programme import Programme
from tests.journeys.site import Site, looks
from tests.support.samples import PDF

# No word that stands here is anywhere else.
MARK = secrets.token_hex(4)
STORY = f"story-{MARK} the lift of the hospital has been out since March"
NAME = f"Canari Zbeida-{MARK}"
MAILBOX = f"canari-{MARK}"
PHONE = "0661" + f"{int(MARK, 16) % 1_000_000:06}"
CIN = "ZK" + f"{int(MARK, 16) % 1_000_000:06}"
PLACE = f"place-{MARK}"
KEY = f"key-{MARK}"
ANSWERS = {
    "submit": {"kind": "complaint"},
    "organisation": {"organisation": "health"},
    "admissibility": {"declarations": "none"},
    "what-happened": {
        "subject": f"subject-{MARK}",
        "body": STORY,
        "category": "medical-appointment",
    },
    "when-and-where": {
        "place": PLACE,
        "happened_on_day": "7",
        "happened_on_month": "mars",
        "happened_on_year": "2025",
    },
    "details": {f"detail_appointment-on_{part}": "1" for part in ("day", "month")}
    | {"detail_appointment-on_year": "2025"},
    "what-you-ask": {"remedy": f"remedy-{MARK}", "language": "fr"},
    "files": {},
    "about-you": {
        "party_kind": "person",
        "name": NAME,
        "phone": PHONE,
        "national_id": CIN,
    },
    "check": {},
}


@pytest.fixture
def talkative(site: Site) -> Iterator[Path]:
    """The log of the database's server, which says all that it can about this site."""
    settings = connection.settings_dict
    where = {"host": settings["HOST"], "port": settings["PORT"], "dbname": settings["NAME"]}
    try:
        made = psycopg2.connect(**where, user=SUPERUSER)
    except psycopg2.OperationalError:
        pytest.skip("the superuser of this server is not ours")
    made.autocommit = True
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    with closing(made), made.cursor() as cursor:
        cursor.execute("SELECT pg_read_file('postmaster.pid')")
        pid = cursor.fetchone()[0].split()[0]
        log = Path(f"/proc/{pid}/fd/2").resolve()
        cursor.execute(f'ALTER DATABASE "{site.database}" SET log_min_messages = debug5')
        cursor.execute(ended, [site.database])
        yield log
        cursor.execute(f'ALTER DATABASE "{site.database}" RESET log_min_messages')
        cursor.execute(ended, [site.database])


def step_of(path: str) -> str:
    return urlsplit(path).path.strip("/").rpartition("/")[2]


def file_by_form(site: Site, privacy: str) -> tuple[Programme, dict[str, str]]:
    """Walk through the pages and press the last button twice; the receipt."""
    citizen = Programme(port=site.port)
    given = {**ANSWERS, "privacy": {"privacy": privacy}}
    given["about-you"] = {**given["about-you"], "email": f"{MAILBOX}-{privacy}@example.org"}
    citizen.get("/fr/submit/")
    while (step := step_of(citizen.path)) in given:
        citizen.get()
        before = citizen.path
        if step == "files":
            citizen.upload(name=f"file-{MARK}.pdf", content=PDF, act="add")
            citizen.get(before)
        assert citizen.send(before, **given[step]) == 302, (step, citizen.page)
        if step == "check":
            receipt = citizen.path
            citizen.send(before, **given[step])
            citizen.path = receipt
    citizen.get(citizen.path)
    numbers = re.findall(r'data-copy="(\d+)"', citizen.page)
    return citizen, {"reference": numbers[0], "code": numbers[1], "receipt": citizen.path}


def follow_up(citizen: Programme, filed: dict[str, str]) -> None:
    """Open the request, write, send a file, and go wrong."""
    citizen.get("/fr/track/")
    citizen.send(reference=filed["reference"], secret=f"wrong-{MARK}@example.org")
    citizen.get("/fr/track/")
    assert citizen.send(reference=filed["reference"], secret=filed["code"]) == 302
    citizen.get("/fr/track/case/")
    citizen.send("/fr/track/case/messages/", body=f"message-{MARK}")
    citizen.get("/fr/track/case/")
    citizen.upload("/fr/track/case/files/", name=f"photo-{MARK}.pdf", content=PDF)
    for page in ("days/", "dossier.json", "dossier.pdf"):
        citizen.get(f"/fr/track/case/{page}")
        assert citizen.status == 200


def officer_of(site: Site) -> Programme:
    officer = Programme(port=site.port, host="health.localhost")
    officer.get("/accounts/login/")
    assert officer.send(login="agent@health.example", password=DEMO_PASSWORD) == 302
    return officer


def reply(officer: Programme, reference: str) -> None:
    officer.get(f"/cases/{reference}/")
    assert f"story-{MARK}" in officer.page
    officer.send(f"/cases/{reference}/note/", body=f"note-{MARK}")
    officer.get(f"/cases/{reference}/reply/")
    said = "as it was found by the officer"
    parts = {name: f"{name}-{MARK} {said}" for name in ("facts", "rule", "decision")}
    parts |= {"outcome": "upheld", "carried_out": "done", "step": "send"}
    status = officer.send(f"/cases/{reference}/reply/", **parts)
    assert status == 302, officer.page
    for _look in looks():
        officer.get("/cases/held/")
        if 'class="held-text"' not in officer.page:
            return
    raise TimeoutError("the reply does not leave")


def rate_and_reopen(citizen: Programme) -> None:
    citizen.get("/fr/track/case/rating/")
    citizen.send(resolved="no", handling="3", reason=f"reason-{MARK}")
    citizen.get("/fr/track/case/reopen/")
    assert citizen.send(reason="not_done", body=f"reopening-{MARK}") == 302, citizen.page


def use_links(site: Site, letters: list[str]) -> list[str]:
    """Open each link of the letters, with and without the form's token; their keys."""
    keys = []
    for url in letters:
        reader = Programme(port=site.port)
        reader.get(urlsplit(url).path)
        reader.send()
        stranger = Programme(port=site.port)
        assert stranger.send(urlsplit(url).path) == 403
        keys += [part for part in urlsplit(url).path.split("/") if len(part) > 30]
    return keys


def file_by_programme(site: Site) -> dict[str, str]:
    """File over REST, twice under one key, and with each wrong field."""
    programme = Programme(port=site.port)
    party = {"name": NAME, "email": f"{MAILBOX}-rest@example.org", "phone": PHONE}
    content = {
        "organisation": "health",
        "kind": "complaint",
        "subject": f"subject-{MARK}",
        "body": STORY,
        "place": PLACE,
        "language": "fr",
        "privacy": "named",
        "party": {**party, "national_id": CIN},
    }
    headers = {"Idempotency-Key": KEY}
    for name in content:
        programme.call("/api/v1/complaints/", json.dumps({**content, name: f"no-{MARK}\0"}))
    assert programme.call("/api/v1/complaints/", json.dumps(content), **headers) == 201
    first = json.loads(programme.page)
    assert programme.call("/api/v1/complaints/", json.dumps(content), **headers) in (200, 201)
    assert json.loads(programme.page)["reference"] == first["reference"]
    programme.call("/api/v1/complaints/", json.dumps({**content, "body": STORY * 2}), **headers)
    return {"reference": first["reference"], "code": first["receipt_code"]}


def links_to(site: Site, mailbox: str, count: int) -> list[str]:
    letters = site.wait_for_letters(to=mailbox, count=count)
    found = []
    for letter in letters:
        body = letter.get_body(("plain",))
        assert body is not None
        found += re.findall(r"https?://\S+/fr/track/\w+/\S+", str(body.get_content()))
    return found


def test_nothing_of_a_person_is_in_any_log(site: Site, talkative: Path):
    before = talkative.stat().st_size
    hidden: list[str] = []
    cases = {}
    for privacy in ("anonymous", "confidential", "named"):
        cases[privacy] = file_by_form(site, privacy)
        follow_up(*cases[privacy])
    mailboxes = [f"{MAILBOX}-{privacy}@example.org" for privacy in ("confidential", "named")]
    # The first letter asks whose mailbox it is; the others come once its link was used.
    for mailbox in mailboxes:
        hidden += use_links(site, links_to(site, mailbox, 1))
    officer = officer_of(site)
    for citizen, filed in cases.values():
        reply(officer, filed["reference"])
        rate_and_reopen(citizen)
    by_programme = file_by_programme(site)
    for mailbox in mailboxes:
        links = links_to(site, mailbox, 3)
        hidden += use_links(site, [url for url in links if "/address/" not in url])
    for citizen, filed in [*cases.values(), (officer, by_programme)]:
        numbers = (filed["reference"], filed["code"])
        grouped = [re.sub(r"(\d{4})(?=\d)", r"\1 ", number) for number in numbers]
        hidden += [*numbers, *grouped, *citizen.cookies.values()]

    folder = site.outbox.parent
    logs = {name: (folder / f"{name}.log").read_text() for name in ("web", "worker", "operator")}
    with talkative.open("rb") as log:
        log.seek(before)
        logs["database"] = log.read().decode(errors="replace")
    found = {
        (name, word)
        for name, text in logs.items()
        for word in (MARK, PHONE, PHONE[1:], CIN, *hidden)
        if len(word) > 3 and word in text
    }
    assert len(hidden) > 15
    # Each did speak.
    assert "StartTransaction" in logs["database"]
    assert "CSRF" in logs["web"]
    assert '"level": "debug"' in logs["worker"]
    assert found == set()
