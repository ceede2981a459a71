"""Lists and counts that are kept until something changes: never old, never another reader's."""

import re
from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest
from django.db import connection
from django.template import Template
from django.test.utils import CaptureQueriesContext

from agency_console.inbox.models import SavedView
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.accounts.services.users import staff_session_record
from shared.complaints import services
from shared.complaints.models import Complaint, Label
from shared.complaints.selectors import complaint_get
from shared.kernel import clock
from shared.kernel.devices import device_of
from shared.kernel.errors import DomainError
from shared.rows.data_versions import CASES, CHANGES, SETTINGS
from shared.rows.kept_values import VALUES
from shared.units.models import Absence, Unit, UnitMember
from tenants.isolation.schema_switch import agency_context
from tests.support.factories import filed, officer_actor, staff
from tests.support.units import unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_in_a_transaction")]

PAGES = ("/", "/?view=open", "/?view=unassigned", "/?view=snoozed", "/?view=all")
AGENCY_TABLES = "django_session|accounts_|units_|inbox_|casework_|complaints_|reply_templates_"
# The token against forged requests is masked anew on each page.
_TOKEN = re.compile(rb"\b[A-Za-z0-9]{64}\b")


@pytest.fixture
def officers(console, roads) -> dict[str, User]:
    """An agent with a unit, an agent of the whole agency, and a supervisor."""
    made = {
        "member": staff(roads, Role.AGENT, "member@roads.example"),
        "whole": staff(roads, Role.AGENT, "whole@roads.example"),
        "head": staff(roads, Role.SUPERVISOR, "head@roads.example"),
    }
    with agency_context(roads):
        unit("north", made["member"])
        unit("south")
    return made


def sign_in(console, user) -> None:
    """Be this person, with a session in the list of staff sessions."""
    console.sign_in(user)
    with agency_context(console.agency):
        key = console.client.session.session_key
        staff_session_record(user=user, session_key=key, device=device_of(""))


def body_of(console, path) -> bytes:
    assert console.get(path).status_code == 200
    return _TOKEN.sub(b"", console.received)


def poll(console, path, etag=""):
    """What a page's own request for new rows gets."""
    host = f"{console.agency.code}.testserver"
    answer = console.client.get(path, headers={"host": host, "if-none-match": etag})
    from tenants.isolation.schema_switch import start_in  # noqa: PLC0415 - as the console does

    start_in(None)
    return answer


def statements(console, ask) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        ask()
    return [one["sql"] for one in asked]


@pytest.fixture
def busy(console, roads, officers) -> list[str]:
    """An agency with cases in several lists."""
    references = [filed(roads).reference for _number in range(4)]
    with agency_context(roads):
        north = Unit.objects.get(name_fr="north")
        Complaint.objects.filter(reference__in=references[:2]).update(unit_id=north.pk)
        services.complaint_assign(
            reference=references[0],
            officer=officers["member"],
            actor=officer_actor(officers["head"]),
        )
    return references


def test_an_unchanged_list_is_counted_once_and_a_change_is_counted_at_once(
    console, roads, officers, busy
):
    sign_in(console, officers["whole"])
    console.get("/?view=open")

    again = statements(console, lambda: console.get("/?view=open"))
    assert not [one for one in again if "count(*)" in one]
    filed(roads)
    anew = statements(console, lambda: console.get("/?view=open"))
    assert [one for one in anew if "count(*)" in one]


def test_an_unchanged_poll_is_one_small_statement_and_no_template(
    console, officers, busy, monkeypatch
):
    sign_in(console, officers["whole"])
    etag = console.get("/?view=open")["ETag"]
    assert poll(console, "/inbox/rows/?view=open", etag).status_code == 304

    monkeypatch.setattr(Template, "render", None)
    asked = statements(console, lambda: poll(console, "/inbox/rows/?view=open", etag))

    # Tests read the national directory anew at each request.
    of_the_agency = [one for one in asked if re.search(AGENCY_TABLES, one)]
    assert ["django_session" in one for one in of_the_agency] == [True, False]
    assert "complaints_officercasestate" in of_the_agency[-1]


def test_a_poll_tells_who_begins_to_write_and_who_stops(console, roads, officers, busy):
    sign_in(console, officers["whole"])
    etag = console.get("/?view=open")["ETag"]
    with agency_context(roads):
        case = complaint_get(reference=busy[1])
        services.writing_note(complaint_id=case.pk, user=officers["head"], act="reply")

    seen = poll(console, "/inbox/rows/?view=open", etag)
    assert seen.status_code == 200
    assert officers["head"].name.encode() in seen.content
    with clock.travel(clock.now() + timedelta(seconds=11)):
        assert poll(console, "/inbox/rows/?view=open", seen["ETag"]).status_code == 200


def test_a_changed_list_is_read_once_for_a_poll(console, roads, officers, busy):
    sign_in(console, officers["whole"])
    etag = console.get("/?view=open")["ETag"]
    filed(roads)

    asked = statements(console, lambda: poll(console, "/inbox/rows/?view=open", etag))

    assert len([one for one in asked if '"complaints_complaint"."subject"' in one]) == 1


def test_a_new_day_is_a_new_list_although_nothing_else_has_changed(console, officers, busy):
    sign_in(console, officers["whole"])
    etag = console.get("/?view=open")["ETag"]
    assert poll(console, "/inbox/rows/?view=open", etag).status_code == 304

    with clock.travel(clock.now() + timedelta(days=70)):
        seen = poll(console, "/inbox/rows/?view=open", etag)
        assert (seen.status_code, seen["ETag"] != etag) == (200, True)


def test_a_page_of_a_case_is_one_version_whoever_reads_it(console, officers, busy):
    """A poll of an unchanged case does not say that something has changed."""
    sign_in(console, officers["whole"])
    path = f"/cases/{busy[1]}/writers/?version={console.case(busy[1]).version}"

    assert b"<p" not in poll(console, path).content


def test_a_poll_of_who_writes_is_not_rendered_again_while_nothing_changes(
    console, roads, officers, busy
):
    sign_in(console, officers["whole"])
    path = f"/cases/{busy[1]}/writers/?version={console.case(busy[1]).version}"
    etag = poll(console, path)["ETag"]
    assert poll(console, path, etag).status_code == 304

    with agency_context(roads):
        services.note_add(
            reference=busy[1],
            body="Called.",
            officer=officers["head"],
            actor=officer_actor(officers["head"]),
        )
    assert poll(console, path, etag).status_code == 200


def test_readers_of_one_agency_never_see_each_others_lists(console, officers, busy):
    """Each looks, then each looks again: the second pages come from what is kept."""
    first = {}
    for name, user in officers.items():
        VALUES.clear()
        sign_in(console, user)
        first[name] = [body_of(console, page) for page in PAGES]
    VALUES.clear()
    for _round in range(2):
        for name, user in officers.items():
            sign_in(console, user)
            assert [body_of(console, page) for page in PAGES] == first[name]
    assert first["member"] != first["whole"]


# What can change a list. Each takes the history's chance, its cases and its people.


def _files(roads, chance, cases, people):
    cases.append(filed(roads).reference)


def _takes(roads, chance, cases, people):
    who = chance.choice(list(people.values()))
    services.complaint_assign(
        reference=chance.choice(cases), officer=who, actor=officer_actor(people["head"])
    )


def _notes(roads, chance, cases, people):
    who = people["head"]
    services.note_add(
        reference=chance.choice(cases), body="Called.", officer=who, actor=officer_actor(who)
    )


def _puts_aside(roads, chance, cases, people):
    case = complaint_get(reference=chance.choice(cases))
    who = chance.choice(list(people.values()))
    services.case_snooze(complaint=case, user=who, until=clock.today() + timedelta(days=2))


def _labels(roads, chance, cases, people):
    label = services.label_create(name=f"label {Label.objects.count()}")
    services.case_label(
        reference=chance.choice(cases), add=[label.pk], actor=officer_actor(people["head"])
    )


def _renames_a_label(roads, chance, cases, people):
    Label.objects.update(
        name=f"renamed {chance.random()}"[:20]
    ) if Label.objects.count() == 1 else 0


def _moves_to_a_unit(roads, chance, cases, people):
    units = [*Unit.objects.values_list("pk", flat=True), None]
    rows = Complaint.objects.filter(reference=chance.choice(cases))
    rows.update(unit_id=chance.choice(units))


def _joins_or_leaves_a_unit(roads, chance, cases, people):
    who, where = chance.choice(list(people.values())), chance.choice(list(Unit.objects.all()))
    if not UnitMember.objects.filter(user=who, unit=where).delete()[0]:
        UnitMember.objects.create(user=who, unit=where)


def _renames_a_unit(roads, chance, cases, people):
    Unit.objects.filter(name_fr="south").update(name_en=f"south {chance.randrange(99)}")


def _is_renamed(roads, chance, cases, people):
    User.objects.filter(pk=people["head"].pk).update(name=f"Head {chance.randrange(99)}")


def _gets_another_role(roads, chance, cases, people):
    role = chance.choice([Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR])
    User.objects.filter(pk=people["whole"].pk).update(role=role)


def _saves_a_view(roads, chance, cases, people):
    owner = chance.choice([None, people["member"]])
    SavedView.objects.create(
        name=f"view {SavedView.objects.count()}", owner=owner, query="view=open&kind=complaint"
    )


def _is_absent(roads, chance, cases, people):
    today = clock.today()
    Absence.objects.get_or_create(user=people["member"], first_day=today, last_day=today)


ACTS = (
    _files, _takes, _notes, _puts_aside, _labels, _renames_a_label, _moves_to_a_unit,
    _joins_or_leaves_a_unit, _renames_a_unit, _is_renamed, _gets_another_role, _saves_a_view,
    _is_absent,
)  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_after_any_act_and_on_any_day_each_reader_sees_what_is_there(
    console, roads, officers, busy, seed
):
    """Random histories with days that pass: what is kept equals what is read anew."""
    chance, now = Random(f"kept {seed}"), clock.now()
    etags: dict[tuple[str, str], str] = {}
    for _step in range(25):
        if chance.random() < 0.3:
            now += timedelta(hours=chance.choice([1, 20, 24 * 7, 24 * 40]))
        with clock.travel(now):
            with agency_context(roads), suppress(DomainError):
                chance.choice(ACTS)(roads, chance, busy, officers)
            name, user = chance.choice(list(officers.items()))
            sign_in(console, user)
            page = chance.choice(PAGES)
            kept = [body_of(console, page) for _twice in range(2)]
            etag = etags.get((name, page), "")
            rows = page.replace("/", "/inbox/rows/", 1)
            polled = poll(console, rows, etag)
            VALUES.clear()
            fresh = body_of(console, page)
            assert kept == [fresh, fresh]
            anew = poll(console, rows)
            assert polled["ETag"] == anew["ETag"]
            assert (polled.status_code == 304) == (etag == anew["ETag"])
            etags[name, page] = anew["ETag"]


def test_a_process_keeps_no_row_of_another_agency(console, roads, water, officers, busy):
    """The same officer's number, the same list, two agencies: each page is that of its host."""
    sign_in(console, officers["whole"])
    here = body_of(console, "/?view=open")
    console.agency, console.client.cookies = water, type(console.client.cookies)()
    sign_in(console, staff(water, Role.AGENT, "whole@water.example"))

    there = body_of(console, "/?view=open")

    assert all(reference.encode() in here for reference in busy)
    assert not any(reference.encode() in there for reference in busy)


def test_what_is_kept_is_read_from_tables_that_change_its_numbers(
    console, roads, officers, busy, monkeypatch
):
    """Otherwise a kept value would stay after a change of one of its rows."""
    tables: dict[str, set[str]] = {}

    def get(self, key, read):
        _schema, cases, of_settings, _rest = key
        with CaptureQueriesContext(connection) as asked:
            value = read()
        numbers = {CASES} if cases is not None else set()
        numbers |= {SETTINGS} if of_settings is not None else set()
        for table in re.findall(r'(?:FROM|JOIN|INTO|UPDATE) "?(\w+)"?', str(list(asked))):
            tables.setdefault(table, set(numbers)).intersection_update(numbers)
        return value

    monkeypatch.setattr(type(VALUES), "get", get)
    with agency_context(roads):
        _labels(roads, Random(1), busy, officers)
        _is_absent(roads, Random(1), busy, officers)
    for user in officers.values():
        sign_in(console, user)
        for path in (*PAGES, "/?q=lamp", f"/cases/{busy[0]}/?view=open", "/inbox/filter/"):
            console.get(path)
            poll(console, path.replace("/?", "/inbox/rows/?", 1))
        poll(console, f"/cases/{busy[0]}/writers/?version=1")

    own = {table: numbers for table, numbers in tables.items() if re.match(AGENCY_TABLES, table)}
    assert len(own) >= 6
    assert {
        table for table, numbers in own.items() if not numbers & set(CHANGES.get(table, ()))
    } == set()
