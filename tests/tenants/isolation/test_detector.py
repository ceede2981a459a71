"""The detector finds what it is there to find: a leak that is seeded, in whatever it is hidden."""

from dataclasses import dataclass

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache, caches
from django.db import connection, models
from django.http import FileResponse, HttpResponse
from django.test import Client

from shared.accounts.models import User
from shared.complaints.models import Complaint
from tenants.isolation.schema_switch import agency_context, as_owner
from tests.support.processes import outside_connection
from tests.tenants.isolation.canaries import (
    CACHE_KEY,
    NATIONAL,
    at_home,
    foreign,
    word_of,
    words_in,
)

pytestmark = pytest.mark.django_db

STRAY = word_of("oases")
# What has texts but none of a person: addresses that were never sent for proof, migrations, the
# keys of sessions, digests, and words of the code.
WORDLESS = {
    "account_emailconfirmation",
    "accounts_signintry",
    "accounts_staffsession",
    "complaints_escalationrule",
    "complaints_officercasestate",
    "django_session",
    "notifications_notificationchoice",
}


@dataclass(frozen=True)
class Frozen:
    body: str


@pytest.mark.parametrize(
    "seen",
    [
        f"before {STRAY} after",
        STRAY.upper(),
        STRAY.encode(),
        memoryview(STRAY.encode()),
        [(1, "x"), (2, f"<p>{STRAY}</p>")],
        {"a": [{STRAY: 1}]},
        Frozen(body=STRAY),
        Complaint(subject=STRAY),
        (row for row in [STRAY]),
        HttpResponse(STRAY),
        HttpResponse(headers={"Content-Disposition": STRAY}),
        FileResponse([STRAY.encode()]),
    ],
    ids=lambda seen: type(seen).__name__,
)
def test_a_stray_word_is_found_in_whatever_it_is_hidden(seen):
    assert foreign(seen, "dunes") == {STRAY}


def test_a_word_at_home_is_no_stray_and_its_absence_is_noticed():
    assert foreign(f"{word_of('dunes')} {STRAY}", "dunes") == {STRAY}
    assert at_home(word_of("dunes"), "dunes")
    assert not at_home("nothing", "dunes")
    assert not at_home(f"{word_of('dunes')} {STRAY}", "dunes")


def test_words_of_agencies_differ_and_do_not_hold_their_codes():
    codes = ("dunes", "oases", "reefs", NATIONAL)

    assert len({word_of(code) for code in codes}) == len(codes)
    assert not any(code in word_of(code) for code in codes)


@pytest.mark.parametrize("schema", ["public", "a_dunes", "a_oases", "a_reefs"])
def test_every_table_that_can_hold_words_holds_the_canary_and_no_other(canaries, schema):
    code = schema.removeprefix("a_").replace("public", NATIONAL)
    tables = _tables_with_words(settings.TENANT_APPS if code != NATIONAL else EVERY_SCHEMA)

    empty = {table for table in tables if not at_home(_rows(schema, table), code)}

    assert len(tables) > 5
    assert empty == WORDLESS & tables


# Of the tables that stand in every schema, the national ones hold a canary as well.
EVERY_SCHEMA = ["shared.accounts", "shared.audit", "shared.mail", "allauth.account", "allauth.mfa"]


def _tables_with_words(names):
    return {
        model._meta.db_table
        for config in apps.get_app_configs()
        if config.name in names
        for model in config.get_models()
        if any(_can_hold_words(field) for field in model._meta.concrete_fields)
    }


def _can_hold_words(field):
    is_text = isinstance(field, models.CharField | models.TextField | models.JSONField)
    return is_text and not field.choices


def _rows(schema, table):
    outside = outside_connection()
    with outside.cursor() as cursor:
        cursor.execute(f"SELECT t::text FROM {schema}.{table} t")
        rows = cursor.fetchall()
    outside.close()
    return rows


def test_a_session_holds_the_canary_too(mine, dunes):
    with agency_context(dunes):
        session = Session.objects.get(pk=mine.session_key)

    assert at_home(session.get_decoded(), "dunes")


def test_a_seeded_leak_past_the_roles_is_found(dunes, oases):
    with agency_context(dunes), as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT subject FROM a_oases.complaints_complaint")
        leaked = cursor.fetchall()

    assert foreign(leaked, "dunes") == {STRAY}


def test_a_seeded_leak_by_a_switch_that_is_believed_but_not_made_is_found(dunes, oases):
    with agency_context(oases):
        assert at_home(User.objects.all(), "oases")
    with agency_context(dunes):
        connection.in_force = connection._wanted()
        leaked = list(User.objects.all())

    assert foreign(leaked, "dunes") == {STRAY}


def test_a_seeded_leak_through_a_cache_without_schemas_is_found(dunes, oases, monkeypatch):
    monkeypatch.setattr(caches["default"], "key_func", lambda key, prefix, version: key)
    with agency_context(oases):
        cache.set(CACHE_KEY, STRAY)

    with agency_context(dunes):
        assert foreign(cache.get(CACHE_KEY), "dunes") == {STRAY}


def test_a_seeded_leak_on_a_page_is_found(mine, theirs, monkeypatch):
    monkeypatch.setattr(
        "tenants.fleet.middleware.page_not_found", lambda *_given: HttpResponse(STRAY)
    )

    answer = Client().get("/", headers={"host": "nobody.testserver"})

    assert theirs.betrayed_by(answer) == {STRAY}
    assert mine.betrayed_by(answer) == set()


def test_nothing_of_a_canary_is_in_what_says_nothing():
    assert words_in(["", b"", None, 0, {}, Frozen(body="")]) == set()
