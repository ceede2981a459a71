"""Selectors of reply templates, and of the values of a case for their variables."""

from itertools import groupby
from typing import TYPE_CHECKING, Any

from agency_console.reply_templates.enums import TemplateAct
from agency_console.reply_templates.errors import TemplateNotFound
from agency_console.reply_templates.models import ReplyTemplate
from agency_console.reply_templates.types import (
    PARTS,
    CaseValues,
    TemplateDetail,
    TemplateGroup,
    TemplateInfo,
)
from shared.catalogue.selectors import category_names_shown
from shared.complaints.enums import Language, Outcome, Privacy
from shared.kernel import clock
from shared.rows.compiled_queries import compiled_query
from shared.rows.data_versions import SETTINGS
from shared.rows.kept_values import kept_until
from shared.rows.selectors import first_or_refuse
from shared.units.selectors import units
from tenants.agencies.selectors import agency_bodies

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

    from shared.accounts.models import User
    from shared.complaints.models import Complaint
    from shared.kernel.text import Wording
    from shared.units.types import UnitInfo
    from tenants.models import Agency


def templates_for(act: TemplateAct, language: str) -> list[TemplateInfo]:
    """Return the templates in use for an act in a language, the most used first."""
    return [TemplateInfo(**_values(row)) for row in _offered(act, language)]


@kept_until(SETTINGS)
def template_names(*, act: TemplateAct, language: str) -> tuple[tuple[int, str], ...]:
    """Return id and name of each template of ``templates_for``."""
    return tuple(_names(act=act, language=language))


@compiled_query()
def _names(*, act: str, language: str) -> "QuerySet[ReplyTemplate, tuple[int, str]]":
    return _offered(act, language).values_list("pk", "name")


def _offered(act: str, language: str) -> "QuerySet[ReplyTemplate]":
    rows = ReplyTemplate.objects.filter(act=act, language=language, is_active=True)
    return rows.order_by("-uses", "name", "pk")


def template_groups() -> list[TemplateGroup]:
    """Return all templates in groups of one act and one language; one query."""
    acts, languages = list(TemplateAct), list(Language)
    rows = [
        TemplateInfo(**_values(row))
        for row in ReplyTemplate.objects.order_by("-is_active", "name", "pk")
    ]
    rows.sort(key=lambda one: (acts.index(one.act), languages.index(one.language)))
    return [
        TemplateGroup(act=act, language=language, templates=tuple(templates))
        for (act, language), templates in groupby(rows, key=lambda one: (one.act, one.language))
    ]


def template_detail(*, template_id: int) -> TemplateDetail:
    """Return one template, even if it is not in use. Raises ``TemplateNotFound``."""
    rows = ReplyTemplate.objects.select_related("changed_by").filter(pk=template_id)
    row = first_or_refuse(rows, TemplateNotFound(str(template_id)))
    return TemplateDetail(**_values(row), changed_at=row.changed_at, changed_by=row.changed_by.name)


def case_values(complaint: "Complaint", *, officer: "User", agency: "Agency") -> CaseValues:
    """Return a case's values for templates; one query if a unit has the case."""
    known = units() if complaint.unit_id is not None else ()
    return values_among(complaint, officer=officer, agency=agency, known=known)


def values_among(
    complaint: "Complaint", *, officer: "User", agency: "Agency", known: "Iterable[UnitInfo]"
) -> CaseValues:
    """Return a case's values for templates; ``known``: the units, to avoid a query."""
    language = Language(complaint.language)
    bodies = agency_bodies(agency_code=agency.code).labels
    unit = next((one.names for one in known if one.id == complaint.unit_id), None)
    return CaseValues(
        language=language,
        reference=complaint.reference,
        subject=complaint.subject,
        received_on=clock.civil_day(complaint.received_at),
        due_on=complaint.due_on,
        officer=officer.name,
        citizen_name=complaint.party.name if complaint.privacy == Privacy.NAMED else "",
        category=_named(complaint.category_code, category_names_shown(), language),
        organisation=_named(complaint.organisation_code, bodies, language),
        unit=unit.text(language) if unit else "",
    )


def _named(code: str, labels: "Mapping[str, Wording]", language: str) -> str:
    return labels[code].text(language) if code in labels else ""


def _values(row: ReplyTemplate) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "act": TemplateAct(row.act),
        "language": Language(row.language),
        "outcome": Outcome(row.outcome) if row.outcome else None,
        "promised_days": row.promised_days,
        "uses": row.uses,
        "is_active": row.is_active,
        **{part: getattr(row, part) for part in PARTS},
    }
