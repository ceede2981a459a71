"""Forms of bulk actions: the choice of cases, and the arguments of each kind."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from agency_console.access.forms import list_address
from agency_console.bulk_actions.enums import BulkActionKind, CaseRange, ExportFormat
from agency_console.bulk_actions.errors import NoCasesChosen, TooManyCases
from agency_console.inbox.enums import InboxView
from agency_console.reply_templates.enums import TemplateAct
from agency_console.reply_templates.selectors import template_detail, templates_for
from shared.accounts.models import User
from shared.complaints.enums import Language
from shared.complaints.selectors import (
    case_numbers,
    cases_referenced,
    inbox,
    label_list,
    scope_condition,
)
from shared.kernel import clock
from shared.kernel.references import LENGTH
from shared.ui.links import page_language
from shared.units.selectors import officers_able_to_answer, unit_scope, units

WHOLE_AGENCY = "0"
MAX_QUERY = 2_000
# The maximum is smaller for changes, because each changed case needs a transaction of its own.
MAX_CHANGED = 2_000
MAX_EXPORTED = 10_000
# A page has fewer references; further references are ignored.
MAX_REFERENCES = 500


class SelectionForm(forms.Form):
    """Form of the bar beside a list: kind of action, range of cases, address of the list."""

    action = forms.TypedChoiceField(choices=BulkActionKind, coerce=BulkActionKind)
    which = forms.TypedChoiceField(choices=CaseRange, coerce=CaseRange, required=False)
    query = forms.CharField(max_length=MAX_QUERY, required=False)


class ArgumentsForm(forms.Form):
    """Form of the arguments of an action; ``languages`` are the languages of its cases."""

    def __init__(self, *args: Any, languages: Sequence[Language], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = languages
        self.offer()

    def offer(self) -> None:
        """Set the choices that the form offers now."""

    @property
    def is_empty(self) -> bool:
        """Return whether the form offers no choice, by default ``False``."""
        return False

    def to_arguments(self) -> Mapping[str, Any]:
        """Return the arguments to store as JSON, by default the cleaned data."""
        return self.cleaned_data


class AssignForm(ArgumentsForm):
    """Form of the officer to whom all chosen cases are assigned."""

    officer = forms.TypedChoiceField(label=_("Officer"), coerce=int)

    def offer(self) -> None:
        """Offer every officer to whom a case can be assigned."""
        names = [(one.pk, one.name) for one in officers_able_to_answer()]
        self.fields["officer"].choices = [("", _("Choose an officer")), *names]  # type: ignore[attr-defined]


class LabelsForm(ArgumentsForm):
    """Form of labels to add to the chosen cases, and of labels to remove from these cases."""

    mark_optional = True
    add = forms.TypedMultipleChoiceField(
        label=_("Add these labels"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    remove = forms.TypedMultipleChoiceField(
        label=_("Remove these labels"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def offer(self) -> None:
        """Offer the labels in use to be added, and all labels to be removed."""
        found = label_list()
        self.fields["add"].choices = [(one.id, one.name) for one in found if one.is_active]  # type: ignore[attr-defined]
        self.fields["remove"].choices = [(one.id, one.name) for one in found]  # type: ignore[attr-defined]

    @property
    def is_empty(self) -> bool:
        """Return whether the agency has no labels."""
        return not self.fields["remove"].choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        """Require at least one label, and refuse a label that is in both fields."""
        cleaned = super().clean()
        add, remove = (set(self.cleaned_data.get(name, ())) for name in ("add", "remove"))
        if not self.errors and not add | remove:
            self.add_error("add", _("Choose at least one label."))
        if add & remove:
            self.add_error("remove", _("A label cannot be added and removed at once."))
        return cleaned

    def to_arguments(self) -> Mapping[str, Any]:
        """Return the ids of the labels to add, and the ids of the labels to remove."""
        return {"add": self.cleaned_data["add"], "remove": self.cleaned_data["remove"]}


class UnitForm(ArgumentsForm):
    """Form of the unit to which all chosen cases are given."""

    unit = forms.TypedChoiceField(
        label=_("Unit"),
        help_text=_("A case that is assigned to an officer is then assigned to nobody."),
        coerce=int,
    )

    def offer(self) -> None:
        """Offer the units in use, and the agency as a whole."""
        names = [(one.id, one.names.text(page_language())) for one in units() if one.is_active]
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose a unit")),
            *names,
            (WHOLE_AGENCY, _("The administration as a whole")),
        ]

    def to_arguments(self) -> Mapping[str, Any]:
        """Return the id of the unit, or ``None`` for the agency as a whole."""
        return {"unit": self.cleaned_data["unit"] or None}


class TemplatesForm(ArgumentsForm):
    """Form of a template for each language; cases in a language without a template are skipped."""

    act: ClassVar[TemplateAct]
    mark_optional = True

    def offer(self) -> None:
        """Offer the templates in use; for replies, only templates with ``is_complete``."""
        for language in self.languages:
            found = [
                one
                for one in templates_for(self.act, language)
                if one.is_complete or self.act != TemplateAct.REPLY
            ]
            if not found:
                continue
            self.fields[f"template_{language.value}"] = forms.TypedChoiceField(
                label=_("Template for the cases in this language: %(language)s")
                % {"language": language.label},
                choices=[("", _("Skip these cases")), *((one.id, one.name) for one in found)],
                coerce=int,
                required=False,
                empty_value=None,
            )

    @property
    def is_empty(self) -> bool:
        """Return whether the form offers no template."""
        return not self.fields

    def clean(self) -> dict[str, Any] | None:
        """Require at least one template."""
        cleaned = super().clean()
        if self.fields and not self.errors and not any(self.cleaned_data.values()):
            self.add_error(next(iter(self.fields)), _("Choose a template."))
        return cleaned

    def to_arguments(self) -> Mapping[str, Any]:
        """Return copies of the chosen templates, so that the previewed text is sent even if a
        template changes.
        """
        chosen = {name[-2:]: number for name, number in self.cleaned_data.items() if number}
        return {
            "templates": {
                language: self._snapshot(int(number)) for language, number in chosen.items()
            }
        }

    @staticmethod
    def _snapshot(number: int) -> Mapping[str, Any]:
        detail = template_detail(template_id=number)
        outcome = detail.outcome.value if detail.outcome else ""
        return {
            "id": number,
            "outcome": outcome,
            "promised_days": detail.promised_days,
            **detail.parts,
        }


class ReplyForm(TemplatesForm):
    """Form of the templates of replies."""

    act = TemplateAct.REPLY


class MessageForm(TemplatesForm):
    """Form of the templates of messages."""

    act = TemplateAct.MESSAGE


class ExportForm(ArgumentsForm):
    """Form of the file format of an exported list."""

    format = forms.ChoiceField(
        label=_("Kind of file"),
        choices=ExportFormat,
        initial=ExportFormat.XLSX,
        widget=forms.RadioSelect,
    )

    def to_arguments(self) -> Mapping[str, Any]:
        """Return the file format and the language of the page."""
        return {"format": self.cleaned_data["format"], "language": page_language()}


ARGUMENT_FORMS: Mapping[BulkActionKind, type[ArgumentsForm]] = {
    BulkActionKind.ASSIGN: AssignForm,
    BulkActionKind.LABEL: LabelsForm,
    BulkActionKind.UNIT: UnitForm,
    BulkActionKind.REPLY: ReplyForm,
    BulkActionKind.MESSAGE: MessageForm,
    BulkActionKind.EXPORT: ExportForm,
}


def cases_chosen(data: QueryDict, *, officer: User, kind: BulkActionKind) -> list[int]:
    """Return the ids of the cases chosen in the form beside a list, in list order.

    ``which`` says how cases are chosen, ``case`` has the references of the chosen cases, ``shown``
    has the references on the page, ``query`` is the address of the list. Raises ``NoCasesChosen``
    or ``TooManyCases``.
    """
    limit = MAX_EXPORTED if kind == BulkActionKind.EXPORT else MAX_CHANGED
    which = data.get("which", CaseRange.CHOSEN)
    if which == CaseRange.MATCHING:
        found = _matching(data, officer=officer, limit=limit + 1)
    else:
        references = _references(data, which)
        scope = unit_scope(user=officer)
        rows = cases_referenced(references).filter(scope_condition(scope, user_id=officer.pk))
        by_reference = dict(rows.values_list("reference", "pk"))
        found = [by_reference[one] for one in references if one in by_reference]
    if not found:
        raise NoCasesChosen
    if len(found) > limit:
        raise TooManyCases(limit)
    return found


def _references(data: QueryDict, which: str) -> list[str]:
    """Return the chosen references in the order of the page, without repetition."""
    shown = _plain(data.get("shown", "").split())
    chosen = _plain(data.getlist("case"))
    if which == CaseRange.PAGE:
        return shown
    if which == CaseRange.BETWEEN and (
        places := [shown.index(one) for one in chosen if one in shown]
    ):
        return shown[min(places) : max(places) + 1]
    return sorted(chosen, key=lambda one: shown.index(one) if one in shown else len(shown))


def _plain(texts: Sequence[str]) -> list[str]:
    known = (one for one in texts[:MAX_REFERENCES] if one.isascii() and one.isdecimal())
    return [one for one in dict.fromkeys(known) if len(one) == LENGTH]


def _matching(data: QueryDict, *, officer: User, limit: int) -> list[int]:
    """Return the ids of the cases on all pages of a list of the inbox, at most ``limit``."""
    asked = list_address(QueryDict(data.get("query", "")))
    view = asked.view or data.get("view", "")
    if view not in InboxView.values:
        raise NoCasesChosen
    rows = inbox(
        view=view,
        user_id=officer.pk,
        today=clock.today(),
        scope=unit_scope(user=officer),
        text=asked.text,
        only=asked.only,
        sort=asked.sort,
    )
    return case_numbers(rows, limit=limit)
