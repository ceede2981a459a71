"""No statement turns a moment into a day, or an hour, by what PostgreSQL knows of zones.

Its zone data is of the year when its server was installed: the day of the clock
(``shared.kernel.clock``) may be another one. A statement gets moments that Python has computed, or
a day from ``shared.rows.civil_day``. Nor does Python ask the C library, whose data is the
machine's.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.models import DateField, DateTimeField, Model

from shared.catalogue.models import Holiday
from shared.register.models import RegisterCase, RegisterMonth

ROOT = Path(__file__).resolve().parents[2]
HOUSES = ("config", "shared", "tenants", "public_portal", "agency_console", "demo", "fake_stripe")
# A part of a moment, as Django's look-ups name it.
PART = "date|time|year|iso_year|quarter|month|week|week_day|iso_week_day|day|hour|minute|second"
LOOKUP = re.compile(rf"^\w+__({PART})(__\w+)?$")
FUNCTION = re.compile(r"^(Trunc|Extract)[A-Z]?\w*$")
# The same in SQL. What is left of a moment is its place on the line of time: ``epoch``.
SQL = re.compile(
    r"\bat\s+time\s+zone\b|\btimezone\s*\(|\bset\s+(session\s+|local\s+)?time\s*zone\b"
    r"|\bdate_trunc\b|\bdate_part\b|\bto_char\b|\bextract\s*\(\s*(?!epoch)\w+\s+from\b"
    r"|\bcurrent_date\b|\bcurrent_time\b|\blocaltime(stamp)?\b|\bmake_timestamptz\b"
    r"|::\s*(date|time|timestamp)\b(?!\s*(tz|with\s+time))"
    r"|\bas\s+(date|time|timestamp)\s*\)|\bdate\s*\(\s*\w*_(at|until|since)\b",
    re.IGNORECASE,
)
QUERYSETS = {"dates", "datetimes"}
C_LIBRARY = {"localtime", "mktime", "ctime", "tzname"}
ZONE = re.compile(r"\bAfrica/")

# Of a column of days no zone has a part in it.
DAYS: dict[tuple[str, str], tuple[type[Model], str]] = {
    ("shared/register/selectors/tallies.py", "TruncMonth"): (RegisterCase, "filed_on"),
    ("shared/register/models.py", "month__day"): (RegisterMonth, "month"),
    ("shared/register/migrations/0001_initial.py", "month__day"): (RegisterMonth, "month"),
    ("shared/catalogue/selectors.py", "day__year"): (Holiday, "day"),
    ("shared/catalogue/selectors.py", "dates"): (Holiday, "day"),
}
ALLOWED = {
    *DAYS,
    # By offsets that it brings along.
    ("shared/rows/civil_day.py", "timezone("),
    # It asks what PostgreSQL knows of the zone, to say that it differs.
    ("tenants/isolation/zone_differences.py", "AT TIME ZONE"),
    # UTC: an export is the same bytes whatever the server is set to.
    ("tenants/agency_export/services/table_copy.py", "SET LOCAL TimeZone"),
    # The name of the national zone itself.
    ("shared/kernel/zone_data.py", "Africa/"),
}


def faults(source: str) -> Iterator[str]:
    """Each construct of a module that counts by a zone: as it is written."""
    tree = ast.parse(source)
    prose = _docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in prose:
            yield from (found[0] for found in map(_in_text, (node.value,)) if found)
        elif isinstance(node, ast.keyword | ast.alias | ast.Name | ast.Attribute):
            yield from _by_name(node)
        elif isinstance(node, ast.Call):
            yield from _by_call(node)


def _in_text(text: str) -> re.Match[str] | None:
    return LOOKUP.search(text) or SQL.search(text) or ZONE.search(text)


def _by_name(node: ast.keyword | ast.alias | ast.Name | ast.Attribute) -> Iterator[str]:
    if isinstance(node, ast.keyword):
        if LOOKUP.match(node.arg or ""):
            yield str(node.arg)
    elif isinstance(node, ast.alias):
        if FUNCTION.match(node.name):
            yield node.name
    elif isinstance(node, ast.Attribute) and (
        FUNCTION.match(node.attr) or node.attr in QUERYSETS | C_LIBRARY
    ):
        yield node.attr


def _by_call(call: ast.Call) -> Iterator[str]:
    if _is_cast_to_day(call):
        yield "Cast"
    if getattr(call.func, "attr", "") == "astimezone" and not (call.args or call.keywords):
        yield "astimezone()"


def _is_cast_to_day(call: ast.Call) -> bool:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    given = (*call.args, *(keyword.value for keyword in call.keywords))
    parts = [part for one in given for part in ast.walk(one)]
    kinds = {getattr(part, "id", getattr(part, "attr", "")) for part in parts}
    return name == "Cast" and bool(kinds & {"DateField", "TimeField"})


def _docstrings(tree: ast.Module) -> set[ast.AST]:
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef
    return {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, kinds) and node.body and isinstance(node.body[0], ast.Expr)
    }


@pytest.mark.slow
def test_no_statement_counts_by_a_zone():
    found = {
        (str(path.relative_to(ROOT)), fault)
        for house in HOUSES
        for path in sorted((ROOT / house).rglob("*.py"))
        for fault in faults(path.read_text())
    }

    assert found == ALLOWED


def test_no_file_of_sql_counts_by_a_zone():
    files = [path for house in HOUSES for path in (ROOT / house).rglob("*.sql")]

    assert [path for path in files if SQL.search(path.read_text())] == []


def test_the_allowed_columns_hold_days():
    columns = [model._meta.get_field(name) for model, name in DAYS.values()]

    assert all(isinstance(one, DateField) for one in columns)
    assert not any(isinstance(one, DateTimeField) for one in columns)


@pytest.mark.parametrize(
    "line",
    [
        "from django.db.models.functions import TruncDate",
        "day = functions.TruncDay('at')",
        "from django.db.models.functions import ExtractYear",
        "day = functions.Trunc('at', 'day')",
        "rows.filter(at__date=today)",
        "rows.filter(complaint__received_at__date__lte=today)",
        "rows.filter(**{'at__year': 2026})",
        "rows.order_by('at__hour')",
        "rows.values_list('at__month')",
        "rows.dates('at', 'day')",
        "rows.datetimes('at', 'hour')",
        "Cast('at', DateField())",
        "Cast('at', output_field=models.DateField())",
        "sql('SELECT at::date FROM mail')",
        "sql('SELECT now() :: date')",
        "sql('SELECT CAST(at AS date)')",
        "sql('SELECT at AT TIME ZONE %s', zone)",
        "sql(f'SELECT {column} at  time zone {zone}')",
        "sql('SELECT timezone(%s, at)', zone)",
        "sql('SELECT date_trunc(%s, at)')",
        "sql('SELECT extract(day FROM at)')",
        "sql('SELECT EXTRACT(DOW from at)')",
        "sql('SELECT date_part(%s, at)')",
        "sql('SELECT to_char(at, %s)')",
        "sql('INSERT INTO mail VALUES (current_date)')",
        "sql('SELECT LOCALTIMESTAMP')",
        "sql('SELECT date(received_at)')",
        "sql('SET TIME ZONE %s')",
        "sql('SET LOCAL timezone TO %s')",
        "zone = ZoneInfo('Africa/Casablanca')",
        "day = at.astimezone().date()",
        "hour = time.localtime().tm_hour",
    ],
)
def test_a_statement_that_counts_by_a_zone_is_found(line):
    assert list(faults(line)) != []


@pytest.mark.parametrize(
    "line",
    [
        "rows.filter(at__gte=midnight, due_on__lt=today)",
        "rows.filter(until__day_before=1)",
        "sql('SELECT extract(epoch FROM now() - min(at))')",
        "sql('SELECT at::timestamptz, at::timestamp with time zone')",
        "sql('SELECT now() - interval %s', '1 day')",
        "Cast('number', BigIntegerField())",
        "words = 'The date of the reply'",
        "day = at.astimezone(zone).date()",
    ],
)
def test_a_statement_of_moments_is_none(line):
    assert list(faults(line)) == []
