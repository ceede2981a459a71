from datetime import UTC, date, datetime

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from shared.complaints.enums import Status
from shared.kernel.clock import travel
from shared.ui.templatetags.ui import STATUS_TONES, deadline_summary
from shared.ui.types import DeadlineSummary

TODAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def rendered(source, **context):
    with override("en"):
        return Template("{% load ui %}" + source).render(Context(context))


def test_a_reference_is_grouped_and_isolated_from_left_to_right():
    html = rendered("{{ number|reference }}", number="4815162342108097")

    assert html == '<bdi dir="ltr" class="ref">4815 1623 4210 8097</bdi>'


def test_a_name_is_isolated_and_escaped():
    assert rendered("{{ name|bdi }}", name="<Aït>") == "<bdi>&lt;Aït&gt;</bdi>"


def test_when_shows_the_distance_and_keeps_the_exact_moment_in_the_title():
    with travel(TODAY):
        html = rendered("{% when moment %}", moment=datetime(2026, 11, 15, 8, 30, tzinfo=UTC))

    assert html.strip() == (
        '<time datetime="2026-11-15T08:30:00+00:00" '
        'title="15 November 2026, 08:30">9 days ago</time>'
    )


def test_exactly_shows_the_day_and_keeps_the_distance_in_the_title():
    with travel(TODAY):
        html = rendered("{% exactly day %}", day=date(2026, 11, 29))

    assert html.strip() == '<time datetime="2026-11-29" title="in 5 days">29 November 2026</time>'


def test_no_date_shows_nothing():
    assert rendered("{% when None %}{{ None|day }}{{ None|moment }}").strip() == ""


@pytest.mark.parametrize(
    ("due_on", "is_paused", "is_done", "remaining"),
    [
        (date(2026, 12, 24), False, False, ("ok", "30 days left", "24 December 2026")),
        (date(2026, 11, 29), False, False, ("soon", "5 days left", "29 November 2026")),
        (date(2026, 11, 24), False, False, ("soon", "Due today", "24 November 2026")),
        (date(2026, 11, 22), False, False, ("late", "2 days late", "22 November 2026")),
        (date(2026, 12, 24), True, False, ("paused", "Paused", "24 December 2026")),
        (date(2026, 11, 22), True, False, ("late", "2 days late", "22 November 2026")),
        (date(2026, 11, 22), False, True, ("done", "22 November 2026", "")),
        (None, False, False, ("done", "No legal deadline", "")),
    ],
)
def test_a_deadline_speaks_in_words_and_a_shape(due_on, is_paused, is_done, remaining):
    state, words, due = remaining
    with travel(TODAY), override("en"):
        seen = deadline_summary(due_on=due_on, is_paused=is_paused, is_done=is_done)

    assert seen == DeadlineSummary(state=state, words=words, due=due)


def test_every_status_has_its_tone():
    assert set(STATUS_TONES) == set(Status.values)


def test_a_status_is_told_in_the_enums_own_words():
    html = rendered("{% status_tag status %}", status=Status.AWAITING_CITIZEN)

    assert html.strip() == '<span class="tag tag-warn">Waiting for the citizen</span>'


def test_a_citizen_is_told_that_their_own_answer_is_awaited():
    html = rendered("{% status_tag status is_citizen=True %}", status=Status.AWAITING_CITIZEN)

    assert html.strip() == '<span class="tag tag-warn">Waiting for your answer</span>'


def test_a_status_takes_other_words_from_the_template():
    html = rendered('{% status_tag "answered" "Reply sent" %}')

    assert html.strip() == '<span class="tag tag-ok">Reply sent</span>'


@pytest.mark.parametrize(
    ("path", "language", "url"),
    [
        ("/ar/track/?a=1&b=2", "fr", "/fr/track/?a=1&amp;b=2"),
        ("/fr/", "ar", "/ar/"),
        ("/outbox/", "en", "/en/"),
    ],
)
def test_a_page_in_another_language_is_the_same_page(path, language, url):
    request = RequestFactory().get(path)

    html = rendered(
        "{% languages as links %}{% for link in links %}"
        "{% if link.code == language %}{{ link.url }}{% endif %}{% endfor %}",
        request=request,
        language=language,
    )

    assert html == url


def test_query_replace_keeps_the_rest_and_drops_what_is_empty():
    request = RequestFactory().get("/?q=eau&page=3&kind=x")

    html = rendered('{% query_replace page=4 kind="" %}', request=request)

    assert html == "?q=eau&amp;page=4"


def test_pagination_shows_the_neighbours_and_the_ends():
    request = RequestFactory().get("/?q=eau")
    page = Paginator(range(200), 10).page(7)

    html = rendered(
        "{% page_links page as links %}{% for link in links %}"
        "[{{ link.number }}{% if link.is_current %} {{ link.url }}{% endif %}]{% endfor %}",
        request=request,
        page=page,
    )

    assert html == "[1][None][6][7 ?q=eau&amp;page=7][8][None][20]"


def test_steps_mark_what_is_done_and_where_one_is():
    html = rendered("{% steps 2 4 %}")

    assert [part.split('"')[0] for part in html.split('class="step-')[1:]] == [
        "done",
        "here",
        "next",
        "next",
    ]
