"""Agencies share one cache and not one entry; and no function remembers what it read in one."""

import ast
import base64
import pickle

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache, caches
from django.core.management import call_command
from django.db import OperationalError, connection
from django.template import engines

from tenants.isolation.backends.cache import RedisCache
from tenants.isolation.database_roles import agency_role_ensure, roles_ensure
from tenants.isolation.schema_switch import agency_context, as_owner
from tests.architecture.test_rules import ROOT, SOURCES
from tests.tenants.isolation.canaries import CACHE_KEY, NATIONAL, at_home, word_of

pytestmark = pytest.mark.django_db

TABLE = "isolation_cache"
# What is kept in the process depends on the code and the files alone, never on a schema.
KEPT_BY_THE_PROCESS = {
    # Rows of the public schema, and sums over them.
    "_address_book",
    "_book_of",
    "_calendar",
    "health_summary",
    "mail_health",
    # Moments at which zone data differs.
    "zone_health",
    "code_version",
    "source_digest",
    "_known_migrations",
    "_word_sound",
    "_table",
    # Names of variables in the templates.
    "_shared_finder",
    # Names of columns and their defaults.
    "_plan",
    "_columns",
    "_text_fields",
    "_single",
    "_statement",
    "_addresses",
    "engine",
    "_fonts",
    "_drawn",
    # What they are given alone: days, words and tones, the names and numbers of an inbox's views.
    "_deadline_html",
    "nav_item",
    "_tag_html",
    "_risk_html",
    "_done_html",
    "_waits_text",
    "_counts_sql",
    # Numbers that are given to it.
    "_withheld",
    # Tables in the text of a statement.
    "_numbers_written",
    # When the national offset from UTC changes.
    "_offsets",
    # Which values the columns of a model may have.
    "_rules",
    # Words of the code in one language, and the field of a search in which nothing was typed.
    "_words",
    # Headings of replies in every language.
    "_headings",
    "_status_tags",
    "_mark_tags",
    "_snooze_items",
    "_empty_field",
    # The paths of pages of the console, without a host.
    "_address",
    "case_url_parts",
    # Rows of the public schema: the names of categories, and the sums of an expectation.
    "category_names_shown",
    "_kept",
    # The reviewed topics and places, from their files, and words that are given to it.
    "modifiers",
    "fold_word",
    "topics",
    "families",
    "topic_index",
    "place_index",
    # The SQL of a question: no schema's name and nothing that was read stands in it.
    "kept_text",
}
# What is read in an agency is kept under the agency's data version alone.
KEPT_BY_THE_VERSION = {
    "_absent_ids",
    "_head",
    "_inbox_counts",
    "_label_infos",
    "_member_scope",
    "_saved_counts",
    "_saved_views",
    "_unit_infos",
    "first_places",
    "staff_names",
    "template_names",
}
KEEPERS = {"cache", "cached", "lru_cache", "cached_property", "ttl_cached"}


def ask(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def fill(agencies):
    for agency in agencies:
        with agency_context(agency):
            cache.set(CACHE_KEY, word_of(agency.code))
    cache.set(CACHE_KEY, word_of(NATIONAL))


@pytest.fixture
def filled(dunes, oases):
    cache.clear()
    fill((dunes, oases))
    yield
    cache.clear()


@pytest.fixture
def in_a_table(settings, dunes, oases):
    """The cache as production has it: one table in public, of which each role sees its rows."""
    settings.CACHES = {
        "default": {
            **django_settings.CACHES["default"],
            "BACKEND": "tenants.isolation.backends.cache.DatabaseCache",
            "LOCATION": TABLE,
        }
    }
    with as_owner():
        call_command("createcachetable", verbosity=0)
    roles_ensure()
    assert type(caches["default"]).__name__ == "DatabaseCache"
    fill((dunes, oases))


def test_one_key_is_another_entry_in_each_schema(filled, dunes, oases):
    for agency in (dunes, oases):
        with agency_context(agency):
            assert at_home(cache.get_many([CACHE_KEY]), agency.code)
    assert at_home(cache.get(CACHE_KEY), NATIONAL)


@pytest.mark.parametrize(
    "act",
    [
        lambda: cache.delete(CACHE_KEY),
        lambda: cache.delete_many([CACHE_KEY]),
        lambda: cache.set(CACHE_KEY, "x"),
        lambda: cache.add(CACHE_KEY, "x"),
        lambda: cache.touch(CACHE_KEY, 0),
    ],
    ids=["delete", "delete-many", "set", "add", "touch"],
)
def test_what_one_agency_does_to_its_entry_leaves_the_others_alone(filled, dunes, oases, act):
    with agency_context(dunes):
        act()

    with agency_context(oases):
        assert at_home(cache.get(CACHE_KEY), "oases")
    assert at_home(cache.get(CACHE_KEY), NATIONAL)


@pytest.mark.parametrize(
    "act",
    [
        lambda: cache.get(CACHE_KEY),
        lambda: cache.get_many([CACHE_KEY]),
        lambda: cache.set(CACHE_KEY, "x"),
        lambda: cache.add(CACHE_KEY, "x"),
        lambda: cache.incr(CACHE_KEY),
        lambda: cache.delete(CACHE_KEY),
    ],
    ids=["get", "get-many", "set", "add", "incr", "delete"],
)
def test_a_table_that_is_gone_is_an_outage_and_no_fault_of_the_code(in_a_table, act):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {TABLE}")

    # Answered 503 with Retry-After (shared.ui.error_pages.server_error): it never lifts a limit.
    with pytest.raises(OperationalError):
        act()


def test_a_fragment_of_a_page_is_kept_for_one_agency(filled, dunes, oases):
    text = "{% load cache %}{% cache 60 panel user %}{{ word }}{% endcache %}"
    template = engines["django"].from_string(text)
    shown = {}

    for agency in (dunes, oases, dunes):
        with agency_context(agency):
            context = {"word": word_of(agency.code), "user": 1}
            shown[agency.code] = template.render(context)

    assert at_home(shown["dunes"], "dunes")
    assert at_home(shown["oases"], "oases")


def test_in_the_table_of_the_cache_an_agency_sees_its_own_rows_alone(in_a_table, dunes, oases):
    for agency in (dunes, oases):
        with agency_context(agency):
            assert at_home(cache.get(CACHE_KEY), agency.code)
            keys = [key for (key,) in ask(f"SELECT cache_key FROM public.{TABLE}")]
        assert keys == [f"{agency.schema_name}::2:{CACHE_KEY}"]


def test_clearing_the_cache_of_an_agency_clears_its_own_rows_alone(in_a_table, dunes, oases):
    with agency_context(dunes):
        cache.clear()
        assert cache.get(CACHE_KEY) is None

    with agency_context(oases):
        assert at_home(cache.get(CACHE_KEY), "oases")
    assert at_home(cache.get(CACHE_KEY), NATIONAL)


def test_a_role_that_is_made_later_sees_its_own_rows_of_the_cache_too(in_a_table, dunes):
    agency_role_ensure(schema_name=dunes.schema_name)

    with agency_context(dunes):
        assert ask(f"SELECT count(*) FROM public.{TABLE}") == [(1,)]


def decorated(word: str, decorators: set[str]) -> set[str]:
    """The functions of the product with one of these decorators, in files with the word."""
    return {
        node.name
        for path in SOURCES
        if not {"demo", "fake_stripe", "config", "postgres"} & set(path.relative_to(ROOT).parts)
        # To read the others as Python would take two seconds more.
        if word in (text := path.read_text())
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef)
        and decorators & {ast.unparse(one).partition("(")[0] for one in node.decorator_list}
    }


def test_no_function_keeps_what_it_read_in_a_schema():
    assert decorated("cache", KEEPERS) == KEPT_BY_THE_PROCESS


def test_what_is_read_in_a_schema_is_kept_under_its_version_alone():
    assert decorated("kept_until", {"kept_until"}) == KEPT_BY_THE_VERSION


class Stranger:
    """What does something when it is read back, as any pickle may."""

    def __reduce__(self):
        return (READ.append, ("done",))


READ: list[str] = []


def test_what_an_agency_writes_into_the_cache_is_never_run(in_a_table, dunes):
    """Its role may write rows of the table; another process reads them."""
    key = "a_dunes::2:limit"
    pickled = base64.b64encode(pickle.dumps(Stranger())).decode()
    with agency_context(dunes):
        cache.set("limit", [1.5, 2.5])
        assert cache.get("limit") == [1.5, 2.5]
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE public.{TABLE} SET value = %s WHERE cache_key = %s",
                [pickled, key],
            )
            assert cursor.rowcount == 1

        with pytest.raises(ValueError, match="utf-8"):
            cache.get("limit")

    assert READ == []


def test_redis_is_read_as_json_too():
    made = RedisCache("redis://127.0.0.1:1/0", {})
    codec = vars(made)["_options"]["serializer"]()

    assert codec.loads(codec.dumps([1.5, True, "x", 7])) == [1.5, True, "x", 7]
    with pytest.raises(ValueError, match="utf-8"):
        codec.loads(pickle.dumps(Stranger()))
    assert READ == []
