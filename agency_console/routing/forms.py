"""Forms of a routing rule, and of the dry run."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _, ngettext

from agency_console.routing.types import Choices, DryRunChoice
from agency_console.units.forms import MAX_LISTED_BODIES, OrganisationsForm
from agency_console.units.selectors import WHOLE
from shared.complaints.enums import Channel, Kind, Language
from shared.routing.enums import Occasion, Target
from shared.routing.services import MAX_NAME_LENGTH
from shared.routing.types import RuleDraft
from shared.ui.fields import LineField, OneOfField, ProseField

MAX_TEXTS_LENGTH = 6_000
# In days. Longer periods are not offered, because older cases say little about future cases.
PERIODS = (7, 30, 90)
USUAL_PERIOD = 30


class RuleForm(OrganisationsForm):
    """Form of the conditions of a routing rule, and of the unit and officer who get requests."""

    mark_optional = True
    name = LineField(label=_("Name of the rule"), max_length=MAX_NAME_LENGTH)
    occasions = forms.MultipleChoiceField(
        label=_("When does the rule apply to a request?"),
        choices=Occasion,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one occasion on which the rule applies."),
        },
    )
    kinds = forms.MultipleChoiceField(
        label=_("Kind"),
        help_text=_("Of several, any fits. If you choose none, every kind fits."),
        choices=Kind,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    categories = forms.MultipleChoiceField(
        label=_("Category"),
        help_text=_("If you choose none, every category fits."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    languages = forms.MultipleChoiceField(
        label=_("Language of the request"),
        help_text=_("If you choose none, every language fits."),
        choices=Language,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    channels = forms.MultipleChoiceField(
        label=_("Channel"),
        help_text=_("If you choose none, every channel fits."),
        choices=Channel,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    places = ProseField(
        label=_("Places"),
        help_text=_(
            "One name on each line, in Arabic and in French, as people write it. If you name none, "
            "every place fits."
        ),
        max_length=MAX_TEXTS_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": "4", "dir": "auto"}),
    )
    words = ProseField(
        label=_("Words in the subject or the text"),
        help_text=_(
            "One word, or several that stand side by side, on each line. Capitals, accents, "
            "diacritics and the Arabic article make no difference. If you write none, every text "
            "fits."
        ),
        max_length=MAX_TEXTS_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": "4", "dir": "auto"}),
    )
    unit = OneOfField(
        label=_("Unit that gets the request"),
        prompt=_("Choose a unit."),
    )
    target = OneOfField(
        label=_("Officer who gets it"),
        help_text=_("Whoever is absent or cannot sign in gets none."),
        prompt=_("Choose who gets it."),
        choices=Target,
        widget=forms.RadioSelect,
    )
    officer = forms.TypedChoiceField(
        label=_("If always the same officer, who?"),
        coerce=int,
        empty_value=None,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        unit_list: Choices,
        officers: Choices,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        # Without an empty choice, the first unit would seem chosen for a rule with a retired unit.
        self.fields["unit"].choices = [("", _("Choose a unit.")), *unit_list]  # type: ignore[attr-defined]
        self.fields["officer"].choices = [("", _("No officer")), *officers]  # type: ignore[attr-defined]
        if field := self.fields.get("organisations"):
            field.label = _("Organisation")
            field.help_text = _("If you choose none, every organisation fits.")
            self.order_fields(["name", "occasions", "kinds", "categories", "organisations"])

    def clean(self) -> dict[str, Any]:
        """Require an officer if the rule assigns cases to a fixed officer."""
        given = super().clean() or self.cleaned_data
        if given.get("target") == Target.OFFICER and not given.get("officer"):
            self.add_error("officer", _("Choose an officer."))
        return given

    def to_draft(self) -> RuleDraft:
        """Return the rule as frozen data."""
        given = self.cleaned_data
        target = Target(given["target"])
        return RuleDraft(
            name=given["name"],
            occasions=tuple(map(Occasion, given["occasions"])),
            kinds=tuple(given["kinds"]),
            category_codes=tuple(given["categories"]),
            organisation_codes=tuple(given.get("organisations", ())),
            languages=tuple(given["languages"]),
            channels=tuple(given["channels"]),
            places=_lines(given["places"]),
            words=_lines(given["words"]),
            target=target,
            unit_id=None if given["unit"] == WHOLE else int(given["unit"]),
            officer_id=given["officer"] if target == Target.OFFICER else None,
        )


class DryRunForm(forms.Form):
    """Form of the past cases on which the rules are tried."""

    days = forms.TypedChoiceField(
        label=_("Cases received in the last"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a period."), "invalid_choice": _("Choose a period.")},
    )
    inactive = forms.BooleanField(label=_("Also try the rules that are not in use"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["days"].choices = [  # type: ignore[attr-defined]
            (one, ngettext("%d day", "%d days", one) % one) for one in PERIODS
        ]

    def to_choice(self) -> DryRunChoice:
        """Return the period, and whether rules that are not in use are tried."""
        given = self.cleaned_data
        return DryRunChoice(days=given["days"], has_inactive=given["inactive"])


def new_rule_initial() -> dict[str, object]:
    """Return the initial values of the form of a new rule."""
    return {"occasions": [Occasion.FILED, Occasion.TRANSFERRED], "target": Target.UNIT}


def rule_initial(draft: RuleDraft, *, bodies: Mapping[str, str]) -> dict[str, object]:
    """Return the initial values of the form of a rule."""
    names = [bodies.get(code, code) for code in draft.organisation_codes]
    is_listed = len(bodies) <= MAX_LISTED_BODIES
    return {
        "name": draft.name,
        "occasions": draft.occasions,
        "kinds": draft.kinds,
        "categories": draft.category_codes,
        "organisations": draft.organisation_codes if is_listed else "\n".join(names),
        "languages": draft.languages,
        "channels": draft.channels,
        "places": "\n".join(draft.places),
        "words": "\n".join(draft.words),
        "unit": WHOLE if draft.unit_id is None else str(draft.unit_id),
        "target": draft.target,
        "officer": draft.officer_id or "",
    }


def _lines(text: str) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(" ".join(line.split()) for line in text.splitlines() if line.strip())
    )
