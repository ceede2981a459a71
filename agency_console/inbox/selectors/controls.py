"""Selectors of the controls of an inbox list: other lists, filter, search and sort order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import gettext as _

from agency_console.access.forms import NAMES, NONE, filter_parts, list_query
from agency_console.access.selectors import name_of, sorted_by_name
from agency_console.access.types import ListAddress
from agency_console.inbox.enums import ALERTS, PART_LABELS, REST, InboxView
from agency_console.inbox.selectors.pages import names_in
from agency_console.inbox.types import (
    Chip,
    Choices,
    FilterControls,
    FilterField,
    InboxNames,
    ListControls,
    SavedViewInfo,
    ViewGroup,
)
from shared.catalogue.selectors import category_names_shown
from shared.complaints.enums import Channel, Kind, Language
from shared.complaints.selectors import (
    EVERYTHING,
    NO_UNIT,
    SORTS_BY_DATE,
    VIEWS_BY_DATE,
    CaseFilter,
    ListSort,
    categories_present,
    list_sort,
)
from shared.complaints.types.lists import CaseCount
from shared.directory.selectors.organisation_search import organisation_search
from shared.kernel.groups import grouped
from shared.kernel.text import search_key
from shared.ui.dates import day_text
from shared.ui.links import page_language
from shared.ui.types import NavItem
from shared.units.types import UnitInfo, UnitScope
from tenants.agencies.types import AgencyBodies

# If an agency has more bodies, the officer types a name, and at most 15 bodies are shown.
MAX_LISTED_BODIES = 15
# The limit is high, because few of the found bodies may belong to the agency.
MAX_SEARCHED = 100


def list_controls(address: ListAddress, *, names: InboxNames, bodies: AgencyBodies) -> ListControls:
    """Return the controls that a list always shows; no query."""
    parts, here = filter_parts(address.only), replace(address, after=None, at=None)
    by_date = address.view in VIEWS_BY_DATE
    return ListControls(
        chips=_chips(here, parts, names, bodies) if parts else [],
        sorts=SORTS_BY_DATE if by_date else tuple(ListSort),
        sort=list_sort(address.view, address.sort),
        kept_by_search=_given({"view": here.view, "sort": here.sort, **parts}),
        kept_by_sort=_given({"view": here.view, "q": here.text, **parts}),
    )


def filter_controls(
    address: ListAddress, *, names: InboxNames, bodies: AgencyBodies
) -> FilterControls:
    """Return the filter form of a list; one query.

    The form offers the categories that the agency's cases have, and the officer's units.
    """
    only = address.only
    here = replace(address, after=None, at=None)
    parts = filter_parts(only)
    return FilterControls(
        fields=[field for field in _fields(only, names, bodies) if _is_useful(field)],
        has_body_search=len(bodies.own) > MAX_LISTED_BODIES,
        place=only.place,
        received_from=parts.get("from", ""),
        received_to=parts.get("to", ""),
        kept=_given({"view": here.view, "q": here.text, "sort": here.sort}),
        clear_url=list_url(replace(here, only=EVERYTHING)) if only else "",
    )


def bodies_meant(address: ListAddress, *, text: str, bodies: AgencyBodies) -> Choices:
    """Return (address of the list, name) for each body that the typed text may mean.

    One or two queries, and none without a text.
    """
    found = _bodies_meant(text, bodies) if text else []
    here = replace(address, after=None, at=None)
    return [
        (list_url(replace(here, only=replace(here.only, organisation_code=code))), name)
        for code, name in names_in(found, bodies.labels).items()
    ]


def _is_useful(field: FilterField) -> bool:
    least = 1 if field.name == "label" else 2
    # A filter with only one label is useful, because some cases have no label.
    return len(field.choices) >= least or bool(field.chosen)


def list_url(address: ListAddress) -> str:
    """Return the address of a list."""
    return f"{reverse('inbox:list-cases')}{list_query(address)}"


def _fields(only: CaseFilter, names: InboxNames, bodies: AgencyBodies) -> list[FilterField]:
    parts = filter_parts(only)
    present = {*categories_present(), only.category_code} - {""}
    listed = [
        ("body", _("All organisations"), _body_choices(only, bodies)),
        (
            "category",
            _("All categories"),
            sorted_by_name(names_in(present, category_names_shown())),
        ),
        ("kind", _("All kinds"), _choices(Kind)),
        ("language", _("All languages"), _choices(Language)),
        ("channel", _("All channels"), _choices(Channel)),
        ("officer", _("All officers"), _officer_choices(only, names)),
        ("unit", _("All units"), _unit_choices(names)),
        (
            "label",
            _("All labels"),
            [
                (str(label.id), label.name)
                for label in names.labels
                if label.is_active or label.id == only.label_id
            ],
        ),
    ]
    return [
        FilterField(
            name=name,
            label=str(PART_LABELS[name]),
            every=every,
            chosen=parts.get(name, ""),
            choices=choices,
        )
        for name, every, choices in listed
    ]


def _choices(possible: type[TextChoices]) -> Choices:
    return [(one.value, str(one.label)) for one in possible]


def _body_choices(only: CaseFilter, bodies: AgencyBodies) -> Choices:
    """Return the chosen body, and all the agency's bodies if 2 to ``MAX_LISTED_BODIES``."""
    offered = bodies.own if 2 <= len(bodies.own) <= MAX_LISTED_BODIES else ()
    # The chosen body is always listed, so that its name is shown.
    listed = {*offered, only.organisation_code} - {""}
    return sorted_by_name(names_in(listed, bodies.labels))


def _officer_choices(only: CaseFilter, names: InboxNames) -> Choices:
    shown = {*names.present, only.officer_id} & names.officers.keys()
    return sorted_by_name({str(one): names.officers[one] for one in shown})


def _unit_choices(names: InboxNames) -> Choices:
    """Return the officer's units in tree order, with a dash before the name for each level."""
    if not names.units:
        return []
    below = grouped((unit.parent_id, unit) for unit in names.units)
    whole = [(NONE, _("The administration as a whole"))] if names.scope.holds(None) else []
    return [*whole, *_branch(below, None, 0, names.scope)]


def _branch(
    below: Mapping[int | None, list[UnitInfo]], parent: int | None, depth: int, scope: UnitScope
) -> Iterable[tuple[str, str]]:
    for unit in below.get(parent, []):
        if scope.holds(unit.id):
            yield str(unit.id), f"{'– ' * depth}{unit.names.text(page_language())}"
        yield from _branch(below, unit.id, depth + 1, scope)


def _chips(
    here: ListAddress, parts: Mapping[str, str], names: InboxNames, bodies: AgencyBodies
) -> list[Chip]:
    values = {**parts, **_part_texts(here.only, names, bodies)}
    return [
        Chip(
            label=str(PART_LABELS[NAMES[field]]),
            value=values[NAMES[field]],
            url=list_url(replace(here, only=_without(here.only, field))),
        )
        for field in here.only.columns
    ]


def _part_texts(only: CaseFilter, names: InboxNames, bodies: AgencyBodies) -> dict[str, str]:
    """Return a dict: part of a filter -> text; parts that the reader may not see are left out."""
    chosen = {
        "body": name_of(only.organisation_code, bodies.labels),
        "category": name_of(only.category_code, category_names_shown()),
        "officer": names.officers.get(only.officer_id, ""),
        "unit": _unit_name(only.unit_id, names),
        "label": next((label.name for label in names.labels if label.id == only.label_id), ""),
        "kind": str(Kind(only.kind).label) if only.kind else "",
        "language": str(Language(only.language).label) if only.language else "",
        "channel": str(Channel(only.channel).label) if only.channel else "",
        "from": day_text(only.received_from) if only.received_from else "",
        "to": day_text(only.received_to) if only.received_to else "",
    }
    return {part: text for part, text in chosen.items() if text}


def _unit_name(unit_id: int, names: InboxNames) -> str:
    """Return the name of one of the officer's units; "" for another unit."""
    if unit_id == NO_UNIT:
        return _("The administration as a whole") if names.scope.holds(None) else ""
    if not names.scope.holds(unit_id):
        return ""
    found = (unit.names.text(page_language()) for unit in names.units if unit.id == unit_id)
    return next(found, "")


def _without(only: CaseFilter, field: str) -> CaseFilter:
    return CaseFilter(**{name: getattr(only, name) for name in only.columns if name != field})


def _given(parts: Mapping[str, str]) -> Choices:
    return [(name, value) for name, value in parts.items() if value]


def _bodies_meant(text: str, bodies: AgencyBodies) -> list[str]:
    """Return the bodies that the text may mean, best first; one if only one has this name."""
    hits = organisation_search(text=text, language=page_language(), limit=MAX_SEARCHED)
    own, key = set(bodies.own), search_key(text)
    found = [hit.code for hit in hits if hit.code in own]
    named = [
        code
        for code in found
        if key in {search_key(bodies.labels[code].text(one)) for one in Language.values}
    ]
    return named if len(named) == 1 else found[:MAX_LISTED_BODIES]


def view_groups(
    address: ListAddress,
    counts: Mapping[str, CaseCount],
    saved: Sequence[SavedViewInfo],
    saved_numbers: Mapping[int, CaseCount],
    *,
    needs_approval: bool,
    approvals: int | None,
) -> list[ViewGroup]:
    """Return the groups of lists: the lists of work, the saved views, and the other lists.

    ``approvals``: the count of texts that wait for the officer's approval; ``None`` for officers
    who do not approve.
    """
    here = replace(address, after=None, at=None)
    current = next((view.id for view in saved if view.address == here), None)
    # If a saved view is marked as current, no other list is marked.
    shown = None if current is not None else InboxView(address.view)
    work = [view for view in InboxView if view not in REST]
    if not needs_approval and not counts[InboxView.APPROVAL].number:
        work.remove(InboxView.APPROVAL)
    to_do = _views(work, here, counts, shown)
    if approvals is not None:
        # For officers who approve, the entry links to the list of waiting texts.
        place = work.index(InboxView.APPROVAL)
        to_do[place] = replace(
            to_do[place], url=reverse("casework:list-approvals"), count=approvals, is_more=False
        )
    groups = [
        ViewGroup(title=_("To do"), items=to_do),
        ViewGroup(
            title=_("Saved views"),
            items=[_saved(view, saved_numbers.get(view.id), current) for view in saved],
        ),
        ViewGroup(title=_("The rest"), items=_views(REST, here, counts, shown)),
    ]
    return [group for group in groups if group.items]


def _views(
    views: Iterable[InboxView],
    here: ListAddress,
    counts: Mapping[str, CaseCount],
    shown: InboxView | None,
) -> list[NavItem]:
    # The query is built once, because the addresses of the lists differ only in ``view``.
    rest = list_query(replace(here, view="", text="")).replace("?", "&", 1)
    start = f"{reverse('inbox:list-cases')}?view="
    return [
        NavItem(
            label=str(view.label),
            url=f"{start}{view.value}{rest}",
            count=counts[view].number,
            is_more=counts[view].is_more,
            is_current=view == shown,
            is_alert=view in ALERTS and counts[view].number > 0,
            keys="KeyG KeyM" if view == InboxView.MINE else "",
            key=view.value,
        )
        for view in views
    ]


def _saved(view: SavedViewInfo, number: CaseCount | None, current: int | None) -> NavItem:
    return NavItem(
        label=view.name,
        url=list_url(view.address),
        count=number.number if number else None,
        is_more=bool(number and number.is_more),
        is_current=view.id == current,
        key=f"saved-{view.id}",
    )
