"""The lines of the inbox: what each says of its case, in whose words, and that text stays text."""

import html
import re
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.template import engines
from django.utils import translation

from agency_console.inbox.templatetags.inbox import LineWriter, inbox_rows
from agency_console.inbox.types import LineMarks, LineTexts
from shared.complaints.enums import Kind, Language, Status
from shared.complaints.models import Complaint
from shared.complaints.selectors import (
    INBOX_VIEWS,
    ListSort,
    inbox,
    inbox_cases,
    list_sort,
    position_of,
)
from shared.complaints.services import complaint_assign, complaint_reply
from shared.complaints.types import InboxCase
from shared.kernel import clock
from shared.ui.templatetags.ui import bdi
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import asked_by, lines_on, references_on, text_of
from tests.support.factories import REPLY, filed, officer_actor, staff
from tests.support.sampling import each_once

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
MARKUP = "<script>alert(\"1\")</script> & 'x' {{ case }} {0} %s"
# As a page writes it that knows nothing of these lines' own way.
LINE = """{% load i18n ui %}\
<p class="case-about">{{ case.reference|reference }} · {{ kind }} · {{ language }}\
{% for name in about %} · {{ name|bdi }}{% endfor %}</p>\
"""
TEXTS = LineTexts(
    query="?view=open",
    sort=ListSort.RISK,
    today=NOW.date(),
    bodies={"one": f"<i>{MARKUP}"},
    categories={"delay": f"A & {MARKUP}"},
    labels={1: f"<b>{MARKUP}"},
    units={5: f"<u>{MARKUP}"},
)
DONE = {"answered", "inadmissible", "transferred", "withdrawn", "closed"}
NOBODY = {"ar": "لا أحد", "fr": "Personne", "en": "Nobody"}


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_a_line_is_what_the_tags_and_filters_of_all_pages_make_of_it(language):
    cases = [
        a_case(
            case_id=number,
            reference=f"{number:016d}",
            subject=f"{MARKUP} {number}",
            organisation_code="one" if number % 2 else "two",
            category_code=("delay", "")[number % 2],
            kind=list(Kind)[number % 3],
            language=list(Language)[number % 3],
            status=status,
            officer=(f"<b>{MARKUP}</b>", "", "O'Brien", "عمر")[number % 4],
        )
        for number, status in enumerate(Status)
    ]

    with translation.override(language), clock.travel(NOW):
        shown = str(inbox_rows(cases, {}, TEXTS))
        expected = [about(case) for case in cases]
        subjects = [bdi(case.subject) for case in cases]
        officers = [bdi(case.officer) if case.officer else NOBODY[language] for case in cases]

    assert re.findall(r'<p class="case-about">.*?</p>', shown) == expected
    assert re.findall(r'href="[^"]*">(?:<span[^>]*>[^<]*</span>)?(<bdi>.*?</bdi>)</a>', shown) == (
        subjects
    )
    found = re.findall(r'<span class="case-officer">(?:<span class="muted">)?(.*?)</span>', shown)
    assert found == officers


def a_case(**changes: Any) -> InboxCase:
    """One case in a list."""
    columns: dict[str, Any] = {
        "case_id": 1, "reference": "0" * 16, "subject": "A lamp", "organisation_code": "two",
        "category_code": "", "kind": Kind.COMPLAINT, "language": Language.ARABIC,
        "status": Status.RECEIVED, "received_at": NOW, "due_on": None, "working_due_on": None,
        "risk_on": date.max, "waiting_since": None, "has_citizen_news": False, "reopened": 0,
        "version": 1, "unit_id": None, "label_ids": [], "escalated": 0, "officer": "",
    }  # fmt: skip
    return InboxCase(**columns | changes)


def about(case: InboxCase) -> str:
    """What stands under the subject, by a template of its own."""
    names = (
        TEXTS.bodies.get(case.organisation_code),
        TEXTS.categories.get(case.category_code),
    )
    context = {
        "case": case,
        "kind": Kind(case.kind).label,
        "language": Language(case.language).label,
        "about": [name for name in names if name],
    }
    return engines["django"].from_string(LINE).render(context).strip()


def test_labels_and_units_are_named_as_text_and_those_of_nobody_are_left_out():
    case = a_case(label_ids=[1, 2], unit_id=5)

    with translation.override("en"), clock.travel(NOW):
        shown = str(inbox_rows([case], {}, TEXTS))

    assert f'<span class="case-label">#{bdi(TEXTS.labels[1])}</span>' in shown
    assert bdi(TEXTS.units[5]) in shown
    assert shown.count("case-label") == 1
    assert "<b>" not in shown


@pytest.mark.parametrize(
    ("days", "is_legal", "words", "day", "shape"),
    [
        (-13, True, "13 days late", "12 November · by law", "M1 1h10v10H1z"),
        (3, False, "3 days left", "28 November · promised", "M6 0.5 12 11.5H0z"),
        (0, True, "Due today", "25 November · by law", "M6 0.5 12 11.5H0z"),
        (41, True, "41 days left", "5 January 2027 · by law", "<circle"),
    ],
)
def test_the_risk_is_told_by_words_shape_and_date(days, is_legal, words, day, shape):
    due = NOW.date() + timedelta(days=days)
    case = a_case(risk_on=due, due_on=due if is_legal else None)

    with translation.override("en"), clock.travel(NOW):
        (risk,) = re.findall(
            r'<div class="case-risk">(.*?)</div>', inbox_rows([case], {}, TEXTS), re.DOTALL
        )

    assert (words in risk, day in risk, shape in risk) == (True, True, True)


def test_marks_say_what_is_new_and_who_writes():
    case = a_case(
        has_citizen_news=True, reopened=1, status=Status.REOPENED,
        waiting_since=NOW - timedelta(days=4),
    )  # fmt: skip
    marks = LineMarks(is_unread=False, snoozed_until=date(2026, 12, 3), writers=("Fatima Z.",))

    with translation.override("en"), clock.travel(NOW):
        shown = str(inbox_rows([case], {1: marks}, TEXTS))
        plain = str(inbox_rows([a_case()], {}, TEXTS))

    tags = [one.strip() for one in re.findall(r'<span class="tag[^>]*>(.*?)</span>', shown)]
    assert tags == [
        "● new", "re-opened", "Put aside until 3 December", "\u2068Fatima Z.\u2069 is writing…",
    ]  # fmt: skip
    assert "the citizen waits 4 days" in shown
    assert ("is-unread" in shown, "is-unread" in plain) == (False, True)
    assert 'class="tag' not in plain


def test_what_people_wrote_is_shown_as_text(console, agent, roads):
    reference = filed(roads, subject="A lamp").reference
    holder = staff(roads, email="holder@roads.example")
    with agency_context(roads):
        complaint_assign(reference=reference, officer=holder, actor=officer_actor(holder))
        Complaint.objects.filter(reference=reference).update(subject=MARKUP)
        holder.name = f"<b>{MARKUP}"
        holder.save()

    page = console.get("/?view=open")

    cells = re.findall(r"<bdi>(.*?)</bdi></(?:a|span)>", "".join(lines_on(page)))
    assert [html.unescape(cell) for cell in cells] == [MARKUP, f"<b>{MARKUP}"]
    assert [cell for cell in cells if set(cell) & set("<>\"'")] == []


def test_a_line_says_all_that_the_list_knows_of_a_case(console, agent, roads):
    with clock.travel(NOW):
        held = filed(roads, subject="Held", language=Language.FRENCH).reference
        free = filed(roads, subject="Free", kind=Kind.PROPOSAL, language=Language.ARABIC).reference
        done = filed(roads, subject="Done", language=Language.ENGLISH).reference
        with agency_context(roads):
            for reference in (held, done):
                complaint_assign(reference=reference, officer=agent, actor=officer_actor(agent))
            complaint_reply(reference=done, draft=REPLY, officer=agent, actor=officer_actor(agent))
        console.client.cookies["language"] = "en"

        page = console.get("/?view=all")

    assert words_on(page) == [
        ["Done", grouped(done), "Complaint", "English", "received on 25 November", "Answered",
         agent.name],
        ["Free", grouped(free), "Proposal", "Arabic", "the citizen waits since today",
         "28 days left", "23 December", "promised", "Nobody"],
        ["Held", grouped(held), "Complaint", "French", "the citizen waits since today",
         "28 days left", "23 December", "promised", agent.name],
    ]  # fmt: skip


PART = r'<(\w+) class="{}".*?>(.*?)</\1>'


def words_on(page) -> list[list[str]]:
    """The words of each line: subject, what stands under it, risk, marks and officer."""
    names = ("case-subject", "case-about", "case-risk", "case-marks", "case-officer")
    found = []
    for line in lines_on(page):
        parts = [re.search(PART.format(name), line, re.DOTALL).group(2) for name in names]
        text = " · ".join(re.sub("<p[^>]*>", " · ", part) for part in parts)
        words = html.unescape(re.sub(r"<[^>]+>", "", text)).split(" · ")
        stripped = [word.strip().removeprefix("Not read: ") for word in words]
        found.append([word for word in stripped if word])
    return found


def grouped(reference: str) -> str:
    """The reference in groups of four."""
    return " ".join(re.findall("....", reference))


def test_each_reader_reads_the_list_in_their_language(console, agent, roads):
    filed(roads, kind=Kind.PROPOSAL, language=Language.FRENCH)
    pages = []

    for language in ("en", "fr", "ar", "en"):
        console.client.cookies["language"] = language
        pages.append(console.get("/?view=open"))

    assert [[*words_on(page)[0][2:4], words_on(page)[0][-1]] for page in pages] == [
        ["Proposal", "French", "Nobody"],
        ["Proposition", "Français", "Personne"],
        ["اقتراح", "الفرنسية", "لا أحد"],
        ["Proposal", "French", "Nobody"],
    ]
    assert [search_label(page) for page in pages] == [
        "Search by reference or by words",
        "Rechercher par numéro de référence ou par mots",
        "البحث بالرقم المرجعي أو بالكلمات",
        "Search by reference or by words",
    ]


def search_label(page) -> str:
    """What stands over the field of the search."""
    return re.search(r'<label for="id_q">(.*?)</label>', text_of(page)).group(1)


def test_the_search_keeps_what_was_typed_and_no_other_reader_sees_it(console, agent, roads):
    typed = '"><script>alert(1)</script>'

    kept = text_of(console.get("/", {"q": typed}))
    fresh = text_of(console.get("/"))

    assert html.unescape(search_value(kept)) == typed
    assert "<script>alert" not in kept
    assert search_value(fresh) == ""


def search_value(page: str) -> str:
    """What stands in the field of the search."""
    (field,) = re.findall(r'<input[^>]*id="id_q"[^>]*>', page)
    value = re.search(r'value="([^"]*)"', field)
    return value.group(1) if value else ""


def test_a_search_that_is_too_long_is_told_so_at_its_field(console, agent, roads):
    long = text_of(console.get("/", {"q": "x" * 101}))
    fresh = text_of(console.get("/"))

    assert ('aria-invalid="true"' in long, 'class="error-summary"' in long) == (True, True)
    assert ('aria-invalid="true"' in fresh, 'class="error-summary"' in fresh) == (False, False)


def test_the_words_that_were_searched_for_are_marked_as_text(console, agent, roads):
    body = "Since March <b>the bridge</b> is dark."
    reference = filed(roads, subject="A <i>lamp</i> is out", body=body).reference

    by_subject = lines_on(console.get("/", {"view": "open", "q": "lamp"}))[0]
    by_body = lines_on(console.get("/", {"view": "open", "q": "bridge"}))[0]

    assert "A &lt;i&gt;<mark>lamp</mark>&lt;/i&gt; is out" in by_subject
    assert "case-hit" not in by_subject
    assert "&lt;b&gt;the <mark>bridge</mark>&lt;/b&gt;" in by_body
    assert f'value="{reference}"' in by_body


@pytest.mark.parametrize(("view", "text"), each_once(list(INBOX_VIEWS), ["", "lamp"]))
def test_the_lines_are_the_cases_of_the_list_from_any_place(agent, roads, view, text):
    other = staff(roads, email="other@roads.example")
    with clock.travel(NOW - timedelta(days=70)):
        late = [filed(roads, kind=kind).reference for kind in (*Kind, Kind.COMPLAINT)]
    with clock.travel(NOW), agency_context(roads):
        complaint_assign(reference=late[0], officer=agent, actor=officer_actor(agent))
        complaint_assign(reference=late[1], officer=other, actor=officer_actor(other))
        complaint_reply(reference=late[2], draft=REPLY, officer=agent, actor=officer_actor(agent))
        for officer in (agent, other):
            asked = {"view": view, "text": text, **asked_by(officer)}
            whole = [as_line(one) for one in inbox(**asked)]
            places = [None, *(position_of(one, list_sort(view)) for one in whole)]

            found = [inbox_cases(**asked, after=place, at_most=9) for place in places]

            assert found == [whole[number:] for number in range(len(whole) + 1)]
            assert inbox_cases(**asked, at_most=1) == whole[:1]


def as_line(complaint: Complaint) -> InboxCase:
    """What a list says of that case."""
    columns: dict[str, Any] = {name: getattr(complaint, name, None) for name in InboxCase._fields}
    columns |= {
        "case_id": complaint.pk,
        "officer": complaint.assignee.name if complaint.assignee else "",
    }
    return InboxCase(**columns)


@pytest.mark.parametrize("sort", list(ListSort))
def test_a_line_stands_where_its_case_does(in_roads, sort):
    filed_here = [filed(in_roads, kind=kind) for kind in (Kind.COMPLAINT, Kind.PROPOSAL)]

    rows = list(inbox(view="open", sort=sort, **asked_by()))

    assert len(rows) == len(filed_here)
    assert [position_of(as_line(row), sort) for row in rows] == [
        position_of(row, sort) for row in rows
    ]


def test_one_statement_for_all_agencies_reads_only_the_one_that_asks(roads, water):
    asked = partial(inbox_cases, view="all", **asked_by(), at_most=9)
    here, there = filed(roads).reference, filed(water).reference
    found = []

    for agency in (roads, water, roads):
        with agency_context(agency):
            found.append([case.reference for case in asked()])

    assert found == [[here], [there], [here]]


def test_a_case_that_cannot_be_shown_leaves_the_other_lines(console, agent, roads, monkeypatch):
    bad, good = filed(roads).reference, filed(roads).reference
    values = LineWriter.values

    def unreadable(line, case, *rest):
        # The bounds of columns let no such value in: the row itself cannot be made here.
        if case.reference == bad:
            raise OverflowError
        return values(line, case, *rest)

    monkeypatch.setattr(LineWriter, "values", unreadable)
    console.client.cookies["language"] = "en"

    page = console.get("/?view=open")

    assert (page.status_code, references_on(page)) == (200, [good])
    said = "This case cannot be shown. Tell those who operate the portal."
    assert f"{bad}</bdi> · {said}" in text_of(page)
