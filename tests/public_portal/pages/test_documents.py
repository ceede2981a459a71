"""The pages about the portal itself, and what robots and telephones read of it."""

import json
import re
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from django.db import OperationalError, connection
from django.utils.translation import override

from public_portal.pages.services import service_state
from shared.jobs.models import WorkerBeat
from shared.jobs.services.task_queue import worker_heartbeat
from shared.kernel import clock
from shared.kernel.identifiers import uuid7
from shared.mail.tasks import deliver_mail
from shared.ui.dates import moment_text
from shared.ui.types import Tone
from tests.shared.files.scanners import stand_in
from tests.shared.register.factories import announced, at, story

pytestmark = pytest.mark.django_db

PAGES = ["about", "accessibility", "privacy", "status"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_every_foot_leads_to_the_pages_about_the_portal(client, language, page):
    html = client.get(f"/{language}/{page}/").content.decode()

    foot = re.search(r"<footer.*?</footer>", html, re.S).group()
    assert re.findall(r'href="([^"]*)"', foot) == [
        *(f"/{language}/{name}/" for name in PAGES),
        f"/{language}/workspace/",
        "/api/v1/docs/",
    ]


def test_the_notice_names_the_law_the_levels_and_the_commission(client):
    html = client.get("/en/privacy/").content.decode()

    assert re.findall(r"<dt>(.*?)</dt>", html) == ["Named", "Confidential", "Anonymous"]
    assert re.findall(r"Law 09-08|\(CNDP\)", html) == ["Law 09-08", "(CNDP)"]


def tones():
    return [part.tone for part in service_state().parts]


def test_with_a_living_worker_everything_is_in_order(client):
    worker_heartbeat(worker_id="one")

    html = client.get("/en/status/").content.decode()

    assert tones() == [Tone.OK] * 4
    assert re.findall("Everything is in order", html) == ["Everything is in order"]


def test_a_worker_that_died_is_told_with_its_last_sign_of_life(client):
    # The database's clock tells when: no process can travel with it.
    worker_heartbeat(worker_id="one")
    seen = WorkerBeat.objects.get().seen_at

    with clock.travel(seen + timedelta(minutes=20)):
        html = client.get("/en/status/").content.decode()

    assert re.findall(r"Work in the background has stopped", html) != []
    assert re.findall(r">20 minutes ago<", html) == [">20 minutes ago<"]
    assert f'title="{moment_text(seen, language="en")}"' in html


def test_events_that_nobody_counts_are_a_sign_that_the_figures_lag(roads):
    announced(roads, story(("received", 0), ("answered", 3)))

    with override("en"):
        figures = service_state().parts[2]

    assert (figures.tone, figures.words[:8]) == (Tone.WARN, "2 events")


def test_a_letter_that_waits_for_long_is_told(roads):
    deliver_mail.enqueue(mail_id=str(uuid7()))

    with override("en"), clock.travel(clock.now() + timedelta(minutes=30)):
        letters = service_state().parts[3]

    assert (letters.tone, letters.words) == (Tone.WARN, "1 e-mail waits to be sent.")


def test_a_scanner_that_is_away_is_told_and_files_can_still_be_sent(client, settings, tmp_path):
    settings.CLAMD_URL = f"unix://{tmp_path / 'nobody'}"

    html = client.get("/en/status/").content.decode()

    assert tones()[-1] == Tone.WARN
    assert "they can be opened once they have been checked" in html


def test_a_scanner_that_answers_is_in_order(settings, tmp_path):
    with stand_in(tmp_path) as (url, _scanner):
        settings.CLAMD_URL = url

        assert len(tones()) == 5
        assert tones()[-1] == Tone.OK


def test_the_state_of_the_service_is_never_kept(client):
    assert "no-store" in client.get("/en/status/")["Cache-Control"]


@pytest.mark.parametrize(
    ("language", "heading"),
    [("ar", "rtl"), ("fr", "ltr"), ("en", "ltr")],
)
def test_a_database_that_does_not_answer_closes_the_page_for_a_while(
    client, settings, language, heading
):
    client.raise_request_exception = False

    def refuse(execute, sql, params, many, context):
        raise OperationalError("the server closed the connection unexpectedly")

    with connection.execute_wrapper(refuse):
        page = client.get(f"/{language}/status/")

    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert re.findall(r'<html lang="(\w+)" dir="(\w+)">', page.content.decode()) == [
        (language, heading)
    ]


def test_robots_leave_what_belongs_to_one_person(client):
    lines = client.get("/robots.txt").content.decode().splitlines()

    assert lines == [
        "User-agent: *",
        "Disallow: /ar/track/",
        "Disallow: /fr/track/",
        "Disallow: /en/track/",
        "Disallow: /api/",
        "Disallow: /outbox/",
        "Disallow: /gallery/",
        "Disallow: /offline/",
        "",
        "Sitemap: http://testserver:8000/sitemap.xml",
    ]


def test_the_map_of_the_site_names_pages_that_are_there(client):
    xml = client.get("/sitemap.xml").content.decode()

    addresses = re.findall(r"<loc>http://testserver:8000(.*?)</loc>", xml)
    assert len(addresses) == 33
    assert {client.get(address).status_code for address in addresses} == {200}


def test_a_weakness_is_reported_where_the_installation_says(client, settings):
    settings.SECURITY_CONTACT = "mailto:security@insaf.example"

    with clock.travel(at(0)):
        lines = client.get("/.well-known/security.txt").content.decode().splitlines()

    assert lines == [
        "Contact: mailto:security@insaf.example",
        "Expires: 2026-06-30T00:00:00Z",
        "Preferred-Languages: ar, fr, en",
        "Canonical: http://testserver:8000/.well-known/security.txt",
    ]


def test_without_an_address_of_its_own_the_form_of_the_portal_is_named(client):
    text = client.get("/.well-known/security.txt").content.decode()

    assert re.findall("Contact: (.*)", text) == [
        "http://testserver:8000/en/submit/?kind=observation"
    ]


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("fr", "ltr"), ("en", "ltr")])
def test_the_portal_can_be_put_on_the_home_screen_in_each_language(client, language, direction):
    page = client.get(f"/{language}/").content.decode()
    address = re.search(r'<link rel="manifest" href="(.*?)">', page).group(1)

    body = client.get(address).json()

    assert (body["lang"], body["dir"], body["start_url"]) == (language, direction, f"/{language}/")
    assert [(icon["purpose"], icon["sizes"]) for icon in body["icons"]] == [
        ("any", "any"), ("any", "192x192"), ("any", "512x512"),
        ("maskable", "any"), ("maskable", "192x192"), ("maskable", "512x512"),
    ]  # fmt: skip
    touch = re.search(r'<link rel="apple-touch-icon" href="(.*?)">', page).group(1)
    drawn = [icon["src"] for icon in body["icons"] if icon["type"] == "image/png"]
    assert all(finders.find(src.removeprefix("/static/")) for src in [touch, *drawn])


def test_the_service_worker_is_asked_for_each_time_and_reaches_every_page(client):
    answer = client.get("/sw.js")

    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "no-cache"


def test_the_service_worker_fetches_only_what_everybody_may_see(client):
    source = client.get("/sw.js").content.decode()

    files = json.loads(re.search(r"const FILES = (\[.*?\]);", source).group(1))
    assert files[0] == "/offline/"
    assert {name.startswith("/static/ui/") for name in files[1:]} == {True}


def test_workers_of_the_browser_come_from_the_site_alone():
    assert django_settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["worker-src"] == ["'self'"]


def test_the_page_without_a_connection_is_there_in_three_languages(client):
    html = client.get("/offline/").content.decode()

    assert re.findall(r'lang="(\w+)" dir="(\w+)" data-language', html) == [
        ("ar", "rtl"),
        ("fr", "ltr"),
        ("en", "ltr"),
    ]


def test_what_is_too_large_has_a_page_of_its_own(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10

    page = client.post("/en/submit/", {"kind": "complaint", "body": "x" * 100})

    assert page.status_code == 413
    assert re.findall(r"<h1>(.*?)</h1>", page.content.decode()) == ["This is too large to be sent"]


def test_the_notice_says_who_may_open_an_identity_who_is_responsible_and_whom_to_write_to(
    client, settings
):
    settings.CONTACT_EMAIL = "rights@insaf.example"

    html = client.get("/en/privacy/").content.decode()

    assert "only national oversight can open them, with a written reason, and you are told" in html
    assert "It reads the whole file of a request only when you ask it for a review" in html
    assert "is responsible for it under law 09-08" in html
    assert re.findall(r'href="mailto:(.*?)"', html) == ["rights@insaf.example"]


def test_without_an_address_of_the_portal_the_notice_names_none(client, settings):
    settings.CONTACT_EMAIL = ""

    assert "mailto:" not in client.get("/en/privacy/").content.decode()
