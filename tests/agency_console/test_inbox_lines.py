"""The lines of the inbox: what each says of its case, in whose words, and that text stays text."""

import html
import re
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.template import engines
from django.utils import translation

from agency_console.inbox.templatetags.inbox import inbox_rows
from agency_console.inbox.types import LineTexts
from shared.complaints.enums import Kind, Language, Status
from shared.complaints.models import Complaint
from shared.complaints.selectors import INBOX_VIEWS, inbox, inbox_cases
from shared.complaints.services import complaint_assign, complaint_reply
from shared.complaints.types import InboxCase, InboxPosition
from shared.kernel import clock
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import inbox_position, text_of
from tests.support.factories import REPLY, filed, officer_actor, staff

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
MARKUP = "<script>alert(\"1\")</script> & 'x' {{ case }} {0} %s"
# As a page writes it that knows nothing of these lines' own way.
LINE = """{% load ui %}<tr data-row><th scope="row" class="cell-tight"><a href="{{ url }}">\
{{ case.reference|reference }}</a></th><td class="cell-subject">{{ case.subject|bdi }}\
{% if about %}<span class="cell-about">\
{% for name in about %}{{ name|bdi }}{% if not forloop.last %} · {% endif %}{% endfor %}</span>\
{% endif %}</td>\
<td class="cell-tight">{{ kind }}</td><td class="cell-tight">{{ language }}</td>\
<td class="cell-tight">{% status_tag status %}</td>\
<td class="cell-tight">{% deadline case.due_on is_done=is_done %}</td>\
<td class="cell-tight">{% if case.officer %}{{ case.officer|bdi }}{% else %}\
<span class="muted">{{ nobody }}</span>{% endif %}</td></tr>
"""
TEXTS = LineTexts(
    query="?view=open", bodies={"one": f"<i>{MARKUP}"}, categories={"delay": f"A & {MARKUP}"}
)
DONE = {"answered", "inadmissible", "transferred", "withdrawn", "closed"}
NOBODY = {"ar": "لا أحد", "fr": "Personne", "en": "Nobody"}


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_a_line_is_what_the_tags_and_filters_of_all_pages_make_of_it(language):
    cases = [
        InboxCase(
            case_id=number,
            reference=f"{number:016d}",
            subject=f"{MARKUP} {number}",
            organisation_code="one" if number % 2 else "two",
            category_code=("delay", "")[number % 2],
            kind=list(Kind)[number % 3],
            language=list(Language)[number % 3],
            status=status,
            due_on=NOW.date() + timedelta(days=number - 4) if number % 3 == 0 else None,
            officer=(f"<b>{MARKUP}</b>", "", "O'Brien", "عمر")[number % 4],
        )
        for number, status in enumerate(Status)
    ]

    with translation.override(language), clock.travel(NOW):
        shown = inbox_rows(cases, TEXTS)
        expected = "".join(line(case, NOBODY[language]) for case in cases)

    assert shown == expected


def line(case: InboxCase, nobody: str) -> str:
    """The line of a case by a template of its own."""
    return (
        engines["django"]
        .from_string(LINE)
        .render(
            {
                "case": case,
                "url": f"/cases/{case.reference}/?view=open",
                "kind": Kind(case.kind).label,
                "language": Language(case.language).label,
                "status": Status(case.status),
                "is_done": case.status in DONE,
                "nobody": nobody,
                "about": [
                    name
                    for name in (
                        TEXTS.bodies.get(case.organisation_code),
                        TEXTS.categories.get(case.category_code),
                    )
                    if name
                ],
            }
        )
    )


def test_what_people_wrote_is_shown_as_text(console, agent, roads):
    reference = filed(roads, subject="A lamp").reference
    holder = staff(roads, email="holder@roads.example")
    with agency_context(roads):
        complaint_assign(reference=reference, officer=holder, actor=officer_actor(holder))
        Complaint.objects.filter(reference=reference).update(subject=MARKUP)
        holder.name = f"<b>{MARKUP}"
        holder.save()

    page = text_of(console.get("/?view=open"))

    cells = re.findall(r"<td[^>]*><bdi>(.*?)</bdi></td>", page)
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

    assert cells_on(page) == [
        [grouped(held), "Held", "Complaint", "French", "In progress", "60 days left", agent.name],
        [grouped(done), "Done", "Complaint", "English", "Answered", "24 January 2027", agent.name],
        [grouped(free), "Free", "Proposal", "Arabic", "Received", "No legal deadline", "Nobody"],
    ]


def cells_on(page) -> list[list[str]]:
    """The words in the cells of the list, line by line."""
    return [
        [
            html.unescape(re.sub(r"<[^>]+>", "", cell)).strip()
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr data-row>(.*?)</tr>", text_of(page), re.DOTALL)
    ]


def grouped(reference: str) -> str:
    """The reference in groups of four."""
    return " ".join(re.findall("....", reference))


def test_each_reader_reads_the_list_in_their_language(console, agent, roads):
    filed(roads, kind=Kind.PROPOSAL, language=Language.FRENCH)
    pages = []

    for language in ("en", "fr", "ar", "en"):
        console.client.cookies["language"] = language
        pages.append(console.get("/?view=open"))

    assert [cells_on(page)[0][2:5] + cells_on(page)[0][6:] for page in pages] == [
        ["Proposal", "French", "Received", "Nobody"],
        ["Proposition", "Français", "Reçue", "Personne"],
        ["اقتراح", "الفرنسية", "توصلنا به", "لا أحد"],
        ["Proposal", "French", "Received", "Nobody"],
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
    (field,) = re.findall(r'<input[^>]*name="q"[^>]*>', page)
    value = re.search(r'value="([^"]*)"', field)
    return value.group(1) if value else ""


def test_a_search_that_is_too_long_is_told_so_at_its_field(console, agent, roads):
    long = text_of(console.get("/", {"q": "x" * 101}))
    fresh = text_of(console.get("/"))

    assert ('aria-invalid="true"' in long, 'class="error-summary"' in long) == (True, True)
    assert ('aria-invalid="true"' in fresh, 'class="error-summary"' in fresh) == (False, False)


@pytest.mark.parametrize("text", ["", "lamp"])
@pytest.mark.parametrize("view", INBOX_VIEWS)
def test_the_lines_are_the_cases_of_the_list_from_any_place(agent, roads, view, text):
    other = staff(roads, email="other@roads.example")
    with clock.travel(NOW - timedelta(days=70)):
        late = [filed(roads, kind=kind).reference for kind in (*Kind, Kind.COMPLAINT)]
    with clock.travel(NOW), agency_context(roads):
        complaint_assign(reference=late[0], officer=agent, actor=officer_actor(agent))
        complaint_assign(reference=late[1], officer=other, actor=officer_actor(other))
        complaint_reply(reference=late[2], draft=REPLY, officer=agent, actor=officer_actor(agent))
        for officer in (agent, other):
            asked = {"view": view, "user_id": officer.pk, "today": NOW.date(), "text": text}
            whole = [as_line(one) for one in inbox(**asked)]
            places = [None, *(one.position for one in whole)]

            found = [inbox_cases(**asked, after=place, at_most=9) for place in places]

            assert found == [whole[number:] for number in range(len(whole) + 1)]
            assert inbox_cases(**asked, at_most=1) == whole[:1]


def as_line(complaint: Complaint) -> InboxCase:
    """What a list says of that case."""
    return InboxCase(
        case_id=complaint.pk,
        reference=complaint.reference,
        subject=complaint.subject,
        organisation_code=complaint.organisation_code,
        category_code=complaint.category_code,
        kind=complaint.kind,
        language=complaint.language,
        status=complaint.status,
        due_on=complaint.due_on,
        officer=complaint.assignee.name if complaint.assignee else "",
    )


def test_a_line_stands_where_its_case_does(in_roads):
    filed_here = [filed(in_roads, kind=kind) for kind in (Kind.COMPLAINT, Kind.PROPOSAL)]

    rows = list(inbox(view="all", user_id=0, today=clock.today()))

    assert len(rows) == len(filed_here)
    assert [as_line(row).position for row in rows] == [inbox_position(row) for row in rows]
    assert as_line(rows[-1]).position == InboxPosition(due_on=None, case_id=rows[-1].pk)


def test_one_statement_for_all_agencies_reads_only_the_one_that_asks(roads, water):
    asked = partial(inbox_cases, view="all", user_id=0, today=clock.today(), at_most=9)
    here, there = filed(roads).reference, filed(water).reference
    found = []

    for agency in (roads, water, roads):
        with agency_context(agency):
            found.append([case.reference for case in asked()])

    assert found == [[here], [there], [here]]
