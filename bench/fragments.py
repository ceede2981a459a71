"""The time of HTML fragments that are written in Python, compared with templates of the same HTML.

The fragments are the lines of an inbox, the options of its filter, the elements for times and names
on the page of a case, and the fields of its form for a reply, which are kept. Both ways run by
turns in one process without a database. The template of the lines gets finished values; a template
that computed them would take longer. ``saves_ms`` is for a page with ``count`` fragments. Prints
one JSON object as its last line.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from bench.installation import configure, database_name, database_url
from bench.measuring import (
    Act,
    Pace,
    by_turns,
    growth,
    options_of,
    pace_of,
    report,
    require,
    summary,
)

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
LINES, OPTIONS, MOMENTS, NAMES, FIELDS = 50, 107, 22, 36, 8
FILTER = (
    '<option value="">{{ field.every }}</option>{% for code, name in field.choices %}'
    '<option value="{{ code }}"{% if code == field.chosen %} selected{% endif %}>{{ name }}'
    "</option>{% endfor %}"
)
MOMENT = '<time datetime="{{ value.isoformat }}" title="{{ title }}">{{ text }}</time>'
NAME = "<bdi>{{ name }}</bdi>"
# A fragment in Python, and the same fragment as a template.
Ways = tuple[Callable[[], str], Callable[[], str]]


def main() -> None:
    """Measure each fragment in French."""
    arguments = options_of(__doc__).parse_args()
    # The database of this URL is never connected to.
    configure(database_url(database_name("bench")))
    from django.utils import translation  # noqa: PLC0415 - there are no settings before configure()

    fragments: Mapping[str, tuple[int, Ways]] = {
        "inbox_rows": (LINES, _lines()),
        "filter_options": (OPTIONS, _options()),
        "moments": (MOMENTS, _moments()),
        "names": (NAMES, _names()),
        "fields": (FIELDS, _fields()),
    }
    with translation.override("fr"):
        figures = {name: _measured(*one, pace_of(arguments)) for name, one in fragments.items()}
    report("fragments", {**figures, **pace_of(arguments).shown()})


def _measured(count: int, ways: Ways, pace: Pace) -> dict[str, Any]:
    ours, template = ways
    require(ours() == template(), "the template writes something else")
    acts: dict[str, Act] = {"ours": ours, "template": template}
    found = by_turns(acts, pace)
    ours_ms, template_ms = (summary(found[name])["median_ms"] for name in acts)
    return {
        "count": count,
        "ours_ms": ours_ms,
        "template_ms": template_ms,
        "saves_ms": round(template_ms - ours_ms, 2),
        "ratio": growth(found["template"], found["ours"])["ratio_of_medians"],
    }


def _template(source: str) -> Callable[[Mapping[str, object]], str]:
    from django.template import engines  # noqa: PLC0415

    made = engines["django"].from_string(source)
    return lambda context: str(made.render(dict(context)))


def _lines() -> Ways:
    from django.utils.safestring import SafeString  # noqa: PLC0415

    from agency_console.inbox.templatetags import inbox  # noqa: PLC0415
    from agency_console.inbox.types import LineTexts  # noqa: PLC0415
    from shared.complaints.selectors import ListSort  # noqa: PLC0415

    places = re.sub(r"%\((\w+)\)s", r"{{ row.\1 }}", inbox.ROW)
    render = _template(f"{{% for row in rows %}}{places}{{% endfor %}}")
    texts = LineTexts(
        query="?view=open", sort=ListSort.RISK, today=NOW.date(),
        bodies={"roads": "Les routes"}, categories={}, labels={}, units={},
    )  # fmt: skip
    cases = [_case(number) for number in range(LINES)]

    def template() -> str:
        line = inbox.LineWriter(texts)
        rows = [
            {
                name: SafeString(value)
                for name, value in line.values(case, inbox.NO_MARKS, None).items()
            }
            for case in cases
        ]
        return render({"rows": rows})

    return lambda: str(inbox.inbox_rows(cases, {}, texts)), template


def _case(number: int) -> Any:
    from shared.complaints.enums import Kind, Language, Status  # noqa: PLC0415
    from shared.complaints.types import InboxCase  # noqa: PLC0415

    return InboxCase(
        case_id=number, reference=f"{number:016}", subject=f"La lampe {number} & la rue",
        organisation_code="roads", category_code="", kind=Kind.COMPLAINT, language=Language.FRENCH,
        status=Status.IN_PROGRESS, received_at=NOW, due_on=date(2027, 1, 24),
        working_due_on=None, risk_on=date(2027, 1, 24), waiting_since=None, has_citizen_news=True,
        reopened=0, version=1, unit_id=None, label_ids=[], escalated=0, officer="Fatima Z.",
    )  # fmt: skip


def _options() -> Ways:
    from agency_console.inbox.templatetags.inbox import filter_options  # noqa: PLC0415
    from agency_console.inbox.types import FilterField  # noqa: PLC0415

    field = FilterField(
        name="category", label="", every="Toutes", chosen="3",
        choices=[(str(number), f"Routes & rues {number}") for number in range(OPTIONS - 1)],
    )  # fmt: skip
    render = _template(FILTER)
    return lambda: str(filter_options(field)), lambda: render({"field": field})


def _moments() -> Ways:
    from shared.ui.templatetags.ui import moment, relative, when  # noqa: PLC0415

    render = _template(MOMENT)

    def template() -> str:
        return "".join(
            render({"value": NOW, "title": moment(NOW), "text": relative(NOW)})
            for _ in range(MOMENTS)
        )

    return lambda: "".join(when(NOW) for _ in range(MOMENTS)), template


def _names() -> Ways:
    from shared.ui.templatetags.ui import bdi  # noqa: PLC0415

    render = _template(NAME)
    return (
        lambda: "".join(bdi("Fatima & Omar") for _ in range(NAMES)),
        lambda: "".join(render({"name": "Fatima & Omar"}) for _ in range(NAMES)),
    )


def _fields() -> Ways:
    from agency_console.casework.forms.decisions import ReplyForm  # noqa: PLC0415
    from shared.ui.field_groups import groups_forget  # noqa: PLC0415

    def kept() -> str:
        return "".join(field.as_field_group() for field in ReplyForm().visible_fields())

    def template() -> str:
        groups_forget()
        return kept()

    return kept, template


if __name__ == "__main__":
    main()
