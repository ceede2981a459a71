"""The controls that narrow a list of the inbox, and what is set in them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _

from agency_console.access.filters import NAMES, NONE, filter_parts, list_query
from agency_console.access.types import ListAddress
from agency_console.inbox.enums import SORT_LABELS
from agency_console.inbox.selectors.pages import names_in
from agency_console.inbox.types import Chip, Choices, FilterControls, FilterField, InboxNames
from shared.catalogue.selectors import category_names_shown
from shared.complaints.enums import Channel, Kind, Language
from shared.complaints.selectors import (
    EVERYTHING,
    SORTS_BY_DATE,
    VIEWS_BY_DATE,
    CaseFilter,
    ListSort,
    categories_present,
    list_sort,
)
from shared.directory.selectors.organisation_search import organisation_search
from shared.kernel.text import search_key
from shared.ui.dates import day_text
from shared.ui.links import page_language
from shared.units.types import UnitInfo, UnitScope
from tenants.agencies.types import AgencyBodies

# More are not chosen from a list: one types a name, and at most so many are offered for it.
MAX_LISTED_BODIES = 15
# An agency may answer for few of the bodies that are called so.
MAX_SEARCHED = 100


def filter_controls(
    address: ListAddress, *, body_text: str, names: InboxNames, bodies: AgencyBodies
) -> FilterControls:
    """The controls of the filter, and the bodies that a typed name may mean; one query or two.

    Offered are the categories that cases of the agency have, and the units of the officer.
    """
    only = address.only
    fields = _fields(only, names, bodies)
    found = _bodies_meant(body_text, bodies) if body_text else []
    here = replace(address, after=None, at=None)
    parts = filter_parts(only)
    return FilterControls(
        fields=[field for field in fields if len(field.choices) > 1 or field.chosen],
        chips=_chips(here, fields, bodies),
        body=only.organisation_code,
        has_body_search=len(bodies.own) > MAX_LISTED_BODIES,
        found=[
            (list_url(replace(here, only=replace(only, organisation_code=code))), name)
            for code, name in names_in(found, bodies.labels).items()
        ],
        place=only.place,
        received_from=parts.get("from", ""),
        received_to=parts.get("to", ""),
        sorts=_sorts(address.view),
        sort=list_sort(address.view, address.sort),
        kept=_given({"view": here.view, "q": here.text, "sort": here.sort}),
        kept_by_search=_given({"view": here.view, "sort": here.sort, **parts}),
        clear_url=list_url(replace(here, only=EVERYTHING)),
    )


def list_url(address: ListAddress) -> str:
    """The address of a list."""
    return f"{reverse('inbox:list-cases')}{list_query(address)}"


def _fields(only: CaseFilter, names: InboxNames, bodies: AgencyBodies) -> list[FilterField]:
    parts = filter_parts(only)
    category = only.category_code
    present = {*categories_present(), category} - {""}
    listed = [
        ("body", _("Organisation"), _("All organisations"), _body_choices(only, bodies)),
        (
            "category",
            _("Category"),
            _("All categories"),
            _sorted(names_in(present, category_names_shown())),
        ),
        ("kind", _("Kind"), _("All kinds"), [(one.value, str(one.label)) for one in Kind]),
        (
            "language",
            _("Language"),
            _("All languages"),
            [(one.value, str(one.label)) for one in Language],
        ),
        (
            "channel",
            _("Channel"),
            _("All channels"),
            [(one.value, str(one.label)) for one in Channel],
        ),
        ("officer", _("Officer"), _("All officers"), _officer_choices(only, names)),
        ("unit", _("Unit"), _("All units"), _unit_choices(names)),
        ("label", _("Label"), _("All labels"), _label_choices(only, names)),
    ]
    return [
        FilterField(
            name=name, label=label, every=every, chosen=parts.get(name, ""), choices=choices
        )
        for name, label, every, choices in listed
    ]


def _body_choices(only: CaseFilter, bodies: AgencyBodies) -> Choices:
    """The agency's organisations, if they are few enough to choose from."""
    if len(bodies.own) > MAX_LISTED_BODIES or len(bodies.own) < 2:
        # What was chosen otherwise is named beside the list all the same.
        listed = {only.organisation_code} - {""}
    else:
        listed = {*bodies.own, only.organisation_code} - {""}
    return _sorted(names_in(listed, bodies.labels))


def _officer_choices(only: CaseFilter, names: InboxNames) -> Choices:
    shown = {*names.present, only.officer_id} & names.officers.keys()
    return _sorted({str(one): names.officers[one] for one in shown})


def _label_choices(only: CaseFilter, names: InboxNames) -> Choices:
    return [
        (str(label.id), label.name)
        for label in names.labels
        if label.is_active or label.id == only.label_id
    ]


def _unit_choices(names: InboxNames) -> Choices:
    """The units of the officer as a tree, deeper ones with dashes before their names."""
    if not names.units:
        return []
    below: dict[int | None, list[UnitInfo]] = {}
    for unit in names.units:
        below.setdefault(unit.parent_id, []).append(unit)
    whole = [(NONE, _("The administration as a whole"))] if names.scope.holds(None) else []
    return [*whole, *_branch(below, None, 0, names.scope)]


def _branch(
    below: Mapping[int | None, list[UnitInfo]], parent: int | None, depth: int, scope: UnitScope
) -> Iterable[tuple[str, str]]:
    for unit in below.get(parent, []):
        if scope.holds(unit.id):
            yield str(unit.id), f"{'– ' * depth}{unit.names.text(page_language())}"
        yield from _branch(below, unit.id, depth + 1, scope)


def _chips(here: ListAddress, fields: Iterable[FilterField], bodies: AgencyBodies) -> list[Chip]:
    only = here.only
    labels = {field.name: field.label for field in fields}
    values = {field.name: dict(field.choices).get(field.chosen, field.chosen) for field in fields}
    labels |= {"place": _("Place"), "from": _("Received from"), "to": _("Received until")}
    values |= {"place": only.place}
    values |= {"from": day_text(only.received_from)} if only.received_from else {}
    values |= {"to": day_text(only.received_to)} if only.received_to else {}
    return [
        Chip(
            label=labels[NAMES[field]],
            value=values[NAMES[field]].removeprefix("– ").strip(),
            url=list_url(replace(here, only=_without(only, field))),
        )
        for field in only.columns
    ]


def _without(only: CaseFilter, field: str) -> CaseFilter:
    kept = {name: getattr(only, name) for name in only.columns if name != field}
    return CaseFilter(**kept)


def _sorts(view: str) -> Choices:
    possible = SORTS_BY_DATE if view in VIEWS_BY_DATE else tuple(ListSort)
    return [(sort.value, str(SORT_LABELS[sort])) for sort in possible]


def _given(parts: Mapping[str, str]) -> Choices:
    return [(name, value) for name, value in parts.items() if value]


def _bodies_meant(text: str, bodies: AgencyBodies) -> list[str]:
    """Codes of the agency's bodies that the text may mean, best first; one where it is a name."""
    hits = organisation_search(text=text, language=page_language(), limit=MAX_SEARCHED)
    own, key = set(bodies.own), search_key(text)
    found = [hit.code for hit in hits if hit.code in own]
    named = [
        code
        for code in found
        if key in {search_key(bodies.labels[code].text(one)) for one in Language.values}
    ]
    return named if len(named) == 1 else found[:MAX_LISTED_BODIES]


def _sorted(names: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(names.items(), key=lambda one: search_key(one[1]))
