"""Forms of units, their members, absences, and the unit of a case."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypedDict

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agency_console.access.forms import DayField
from agency_console.units.selectors import WHOLE
from shared.accounts.models import User
from shared.accounts.selectors import user_get
from shared.forms.edit_conflicts import EditForm
from shared.kernel.text import Wording, search_key
from shared.ui.fields import LineField, OneOfField, ProseField
from shared.units.types import AbsenceInfo, UnitDraft, UnitInfo

MAX_NAME_LENGTH = 120
MAX_REASON_LENGTH = 2_000
MAX_PLACES_LENGTH = 6_000
# If an agency has more bodies, the user types the names, each on a line.
MAX_LISTED_BODIES = 40


class AbsenceCommand(TypedDict):
    """The keyword arguments of the services of absences."""

    first_day: date
    last_day: date
    substitute: User | None


class ParentForm(forms.Form):
    """Form of the parent of a unit in the tree."""

    parent = OneOfField(label=_("Part of"), prompt=_("Choose a unit."))

    def __init__(self, *args: Any, parents: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["parent"].choices = parents  # type: ignore[attr-defined]

    def parent_id(self) -> int | None:
        """Return the id of the parent unit, or ``None`` for the agency as a whole."""
        chosen = self.cleaned_data["parent"]
        return None if chosen == WHOLE else int(chosen)


class MoveForm(ParentForm, EditForm):
    """Form of the new parent of a unit."""


class OrganisationsForm(EditForm):
    """Form in which categories and bodies of the agency are chosen."""

    def __init__(
        self,
        *args: Any,
        categories: Sequence[tuple[str, str]],
        bodies: Mapping[str, str],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.bodies = bodies
        self.fields["categories"].choices = categories  # type: ignore[attr-defined]
        # An agency with one body needs no choice.
        if len(bodies) > 1:
            self.fields["organisations"] = organisations_field(bodies)

    def clean_organisations(self) -> list[str]:
        """Return the codes of the bodies that were chosen, or whose names were typed."""
        given = self.cleaned_data["organisations"]
        if not isinstance(given, str):
            return list(given)
        by_name = {search_key(name): code for code, name in self.bodies.items()}
        by_name |= {search_key(code): code for code in self.bodies}
        lines = [line.strip() for line in given.splitlines() if line.strip()]
        if unknown := [line for line in lines if search_key(line) not in by_name]:
            raise ValidationError(
                _("Your administration answers for no organisation of this name: %(name)s"),
                params={"name": f"\u2068{unknown[0]}\u2069"},
            )
        return [by_name[search_key(line)] for line in lines]


class UnitForm(OrganisationsForm):
    """Form of the names of a unit, and of the requests that it handles."""

    mark_optional = True
    name_ar = LineField(label=_("Name in Arabic"), max_length=MAX_NAME_LENGTH, least=2)
    name_fr = LineField(label=_("Name in French"), max_length=MAX_NAME_LENGTH, least=2)
    name_en = LineField(label=_("Name in English"), max_length=MAX_NAME_LENGTH, required=False)
    categories = forms.MultipleChoiceField(
        label=_("Categories that it handles"),
        help_text=_("If you choose none, it handles every category."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    places = ProseField(
        label=_("Places that it handles"),
        help_text=_(
            "One name on each line, in Arabic and in French, as people write it. If you name none, "
            "it handles every place."
        ),
        max_length=MAX_PLACES_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": "5", "dir": "auto"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "organisations" in self.fields:
            self.order_fields(
                ["name_ar", "name_fr", "name_en", "categories", "organisations", "places"]
            )

    def to_draft(self) -> UnitDraft:
        """Return the unit as frozen data."""
        given = self.cleaned_data
        return UnitDraft(
            names=Wording(ar=given["name_ar"], fr=given["name_fr"], en=given["name_en"]),
            category_codes=tuple(given["categories"]),
            organisation_codes=tuple(given.get("organisations", ())),
            places=tuple(line for line in given["places"].splitlines() if line.strip()),
        )


class AddForm(ParentForm, UnitForm):
    """Form of a new unit with its place in the tree."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.order_fields(["name_ar", "name_fr", "name_en", "parent"])


class MembersForm(EditForm):
    """Form of the members of a unit and of its head."""

    members = forms.TypedMultipleChoiceField(
        label=_("Members"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    heads = forms.TypedMultipleChoiceField(
        label=_("Head of the unit"),
        help_text=_(
            "Late replies are brought to the head. If nobody is marked, they are brought to the "
            "supervisors of the unit, and without any, to the administrators."
        ),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, names: Mapping[int, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.names = names
        for name in ("members", "heads"):
            self.fields[name].choices = list(names.items())  # type: ignore[attr-defined]


class CaseMoveForm(ParentForm):
    """Form of the unit to which a case is given, and of the reason."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    reason = ProseField(
        label=_("Reason"),
        help_text=_("An internal note for the colleagues who receive the case."),
        max_length=MAX_REASON_LENGTH,
        least=3,
        widget=forms.Textarea(attrs={"rows": "4", "dir": "auto"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["parent"].label = _("Unit")
        self.order_fields(["parent", "reason", "version"])


class AbsenceForm(EditForm):
    """Form of the days of an absence, and of the substitute."""

    mark_optional = True
    first_day = DayField(label=_("First day of absence"))
    last_day = DayField(label=_("Last day of absence"))
    substitute = forms.TypedChoiceField(
        label=_("Substitute"),
        help_text=_(
            "Takes over the open cases until the absence ends. Without a substitute they go back "
            "to their units."
        ),
        coerce=int,
        empty_value=None,
        required=False,
    )

    def __init__(
        self, *args: Any, substitutes: Sequence[tuple[str, str]], has_begun: bool, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["substitute"].choices = [("", _("No substitute")), *substitutes]  # type: ignore[attr-defined]
        if has_begun:
            # The cases have been reassigned on the first day, so only the last day can change.
            for name in ("first_day", "substitute"):
                self.fields[name].disabled = True

    def to_command(self) -> AbsenceCommand:
        """Return the days and the substitute."""
        given = self.cleaned_data
        number = given["substitute"]
        return {
            "first_day": given["first_day"],
            "last_day": given["last_day"],
            "substitute": user_get(user_id=number) if number else None,
        }


def organisations_field(bodies: Mapping[str, str]) -> forms.Field:
    """Return a field of the agency's bodies: a list, or typed names for very many bodies."""
    label = _("Organisations for which it answers")
    if len(bodies) <= MAX_LISTED_BODIES:
        return forms.MultipleChoiceField(
            label=label,
            help_text=_("If you choose none, it answers for all of them."),
            choices=list(bodies.items()),
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )
    return ProseField(
        label=label,
        help_text=_("One name on each line. If you name none, it answers for all of them."),
        max_length=MAX_PLACES_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": "5", "dir": "auto"}),
    )


def unit_initial(unit: UnitInfo, *, bodies: Mapping[str, str]) -> dict[str, object]:
    """Return the initial values of the form of a unit."""
    names = [bodies.get(code, code) for code in unit.organisation_codes]
    is_listed = len(bodies) <= MAX_LISTED_BODIES
    return {
        "name_ar": unit.names.ar,
        "name_fr": unit.names.fr,
        "name_en": unit.names.en if unit.names.en != unit.names.fr else "",
        "categories": unit.category_codes,
        "organisations": unit.organisation_codes if is_listed else "\n".join(names),
        "places": "\n".join(unit.places),
    }


def absence_initial(absence: AbsenceInfo) -> dict[str, object]:
    """Return the initial values of the form of an absence."""
    return {
        "first_day": absence.first_day,
        "last_day": absence.last_day,
        "substitute": absence.substitute_id or "",
    }
