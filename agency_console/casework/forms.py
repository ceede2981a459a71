"""What officers write, as commands."""

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from agency_console.casework.selectors import competent_bodies
from agency_console.casework.types import CompetentBodies
from shared.accounts.selectors import officers
from shared.complaints.enums import Ground, Outcome
from shared.complaints.errors import OwnBody
from shared.complaints.presenters import direction_text, refusal_text, reply_text
from shared.complaints.services import part_faults
from shared.complaints.types import DirectionDraft, RefusalDraft, ReplyDraft
from shared.directory.forms import CODE, MAX_QUERY_LENGTH
from shared.directory.selectors.organisations import organisation_names
from shared.forms.fields import choose_among
from shared.ui.messages import refusal_message
from shared.ui.widgets import ExplainedRadioSelect, SearchInput
from shared.units.selectors import officers_assignable

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from shared.accounts.models import User
    from shared.complaints.models import Complaint

# The parts of a reply and their headings must fit together into one message of 10,000 characters.
LONG_PART = 5_000
PART = 1_500

OUTCOME_HINTS = {
    Outcome.UPHELD.value: _("The request is justified and the matter is corrected."),
    Outcome.PARTLY_UPHELD.value: _("The request is justified in part. State on which points."),
    Outcome.NOT_UPHELD.value: _(
        "The administration followed the rule. State in the reply why the request is not justified."
    ),
    Outcome.EXPLAINED.value: _("There was nothing to decide; the reply explains."),
}
GROUND_HINTS = {
    Ground.OTHER_BODY.value: _(
        "Choose this if a law gives this kind of matter to a body with a procedure of its own. "
        "Below, name that body and how to reach it. If another administration is competent, use "
        "“Name the competent body” instead."
    ),
}
# The fourth ground has a letter of its own, which names the body.
REFUSAL_GROUNDS = [(one.value, one.label) for one in Ground if one != Ground.NOT_COMPETENT]
# The step of the button beside the words for a body.
SEARCH = "search"
SEARCH_FIRST = _("Type the name of the competent body, then choose it in the list.")
NOTHING_FOUND = _("Nothing was found by these words. Try another spelling or fewer words.")
OWN_LEFT_OUT = _("Bodies for which your own administration answers are not in this list.")
ONLY_OWN_FOUND = _(
    "Only bodies for which your own administration answers were found. Examine the request, or "
    "search for another body."
)


class WrittenField(forms.CharField):
    """Several lines in any language, with one kind of line end."""

    def __init__(
        self,
        *,
        label: "_StrOrPromise",
        help_text: "_StrOrPromise" = "",
        max_length: int = PART,
        rows: int = 4,
        required: bool = True,
    ) -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            max_length=max_length,
            required=required,
            widget=forms.Textarea(attrs={"rows": str(rows), "dir": "auto"}),
        )

    def to_python(self, value: object) -> str | None:
        """Browsers send two characters for each line end and count one."""
        if isinstance(value, str):
            value = value.replace("\r\n", "\n")
        return super().to_python(value)


class CaseForm(forms.Form):
    """A form about one ``version`` of a case: a change made meanwhile is a conflict."""

    mark_optional = True
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def made_from(self) -> int | None:
        """Return the version that was sent with the form; ``None`` if it is not a number."""
        given = str(self.data.get("version", ""))
        return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else None

    def to_command(self) -> Mapping[str, Any]:
        """Return the arguments of the service beside the case and the actor."""
        return self.cleaned_data

    def rebase(self, version: int) -> None:
        """Bind the form to another version of the case, with everything that was typed."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["version"] = str(version)
        self.data = data


class AssignForm(CaseForm):
    """The officer to whom a case is assigned."""

    officer = forms.ModelChoiceField(
        label=_("Officer"), queryset=officers(), empty_label=_("Choose an officer")
    )

    def offer(self, case: "Complaint", *, leave_out: Collection[int]) -> None:
        """Offer those who can be given the case; what is sent all the same, the service judges."""
        field = cast("forms.ModelChoiceField[User]", self.fields["officer"])
        able = officers_assignable(unit_id=case.unit_id)
        left = [one for one in able if one.pk not in leave_out]
        field.choices = [("", _("Choose an officer")), *((one.pk, str(one)) for one in left)]


class DecisionForm(CaseForm):
    """A reply or a refusal, which the officer checks as the citizen will read it."""

    draft_type: ClassVar[type[ReplyDraft | RefusalDraft | DirectionDraft]]
    text_of: ClassVar[Callable[..., str]]

    def clean(self) -> dict[str, Any] | None:
        """What the service would refuse of the parts, each beside its own field."""
        cleaned = super().clean()
        labels = {name: field.label or "" for name, field in self.fields.items()}
        for fault in part_faults(parts=self.cleaned_data, labels=labels):
            error = ValidationError(refusal_message(fault), code=fault.code)
            self.add_error(fault.field, error)
        return cleaned

    def to_command(self) -> Mapping[str, Any]:
        """Return the frozen draft and the version of the case that it answers."""
        parts = dict(self.cleaned_data)
        version = parts.pop("version")
        return {"draft": self.draft_type(**parts), "version": version}

    def citizen_text(self, case: "Complaint") -> str:
        """Return the text with its headings in the language of the case."""
        draft = self.to_command()["draft"]
        return type(self).text_of(draft=draft, language=case.language, is_second=case.reopened > 0)


class ReplyForm(DecisionForm):
    """The reasoned reply in its parts."""

    draft_type = ReplyDraft
    text_of = staticmethod(reply_text)
    outcome = forms.TypedChoiceField(
        label=_("Outcome"),
        choices=Outcome,
        coerce=Outcome,
        widget=ExplainedRadioSelect(OUTCOME_HINTS),
    )
    facts = WrittenField(
        label=_("What we found"),
        help_text=_("What you checked, and what you established."),
        max_length=LONG_PART,
        rows=7,
    )
    rule = WrittenField(
        label=_("The rule that applies"),
        help_text=_("The law, decree or procedure, and what it says in plain words."),
    )
    decision = WrittenField(
        label=_("Our decision"), help_text=_("What follows from the facts and the rule.")
    )
    remedy = WrittenField(
        label=_("What will be done"),
        help_text=_("By whom and by when. Leave it empty where nothing is to be done."),
        required=False,
    )


class RefusalForm(DecisionForm):
    """A refusal with its ground and where the citizen can turn."""

    draft_type = RefusalDraft
    text_of = staticmethod(refusal_text)
    ground = forms.TypedChoiceField(
        label=_("Ground"),
        choices=REFUSAL_GROUNDS,
        coerce=Ground,
        widget=ExplainedRadioSelect(GROUND_HINTS),
    )
    explanation = WrittenField(
        label=_("Explanation"),
        help_text=_("Why this ground fits this request."),
        max_length=LONG_PART,
        rows=6,
    )
    way_on = WrittenField(
        label=_("Where the citizen can turn"),
        help_text=_("Name the competent body or court, and how to reach it."),
        max_length=2 * PART,
    )


class DirectionForm(DecisionForm):
    """The letter that names the competent body: searched by words, then chosen in the list."""

    draft_type = DirectionDraft
    text_of = staticmethod(direction_text)
    words = forms.CharField(
        label=_("Search for the competent body"),
        help_text=_("Type its name or what it handles, and press the button: a list appears."),
        max_length=MAX_QUERY_LENGTH,
        required=False,
        widget=SearchInput,
    )
    # It helps to fill in the next field and is no part of the letter: "optional" would mislead.
    words.is_alternative = True  # type: ignore[attr-defined]
    organisation_code = forms.CharField(
        label=_("Competent body"),
        max_length=64,
        error_messages={"required": _("Choose the competent body in the list.")},
    )
    explanation = WrittenField(
        label=_("Explanation"),
        help_text=_("Why that body is competent for this request."),
        max_length=LONG_PART,
        rows=6,
    )
    way_on = WrittenField(
        label=_("How to reach it"),
        help_text=_("Its address, telephone or site, also for those who do not use this portal."),
        max_length=2 * PART,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agency_code = ""
        self.bodies = CompetentBodies()

    def offer_bodies(self, case: "Complaint", *, agency_code: str) -> None:
        """Offer what the words find, and what was chosen before; before the form is validated."""
        words, chosen = (str(self.data.get(name, "")) for name in ("words", "organisation_code"))
        self.agency_code = agency_code
        self.bodies = competent_bodies(
            case,
            words=words[:MAX_QUERY_LENGTH],
            chosen=chosen if CODE.fullmatch(chosen) else "",
            agency_code=agency_code,
        )
        field = self.fields["organisation_code"]
        if not self.bodies.choices:
            field.widget = forms.HiddenInput()
            return
        choose_among(self, "organisation_code", self.bodies.choices)
        field.help_text = OWN_LEFT_OUT if self.bodies.own else ""

    def clean(self) -> dict[str, Any]:
        """Say beside the search what is missing where there is no list to choose from.

        A search complains of nothing else: the officer may not have written the letter yet.
        """
        cleaned = super().clean() or self.cleaned_data
        if self.data.get("step") == SEARCH:
            self.errors.clear()
        if not self.bodies.choices and "organisation_code" not in cleaned:
            self.errors.pop("organisation_code", None)
            self.add_error("words", self._nothing_to_choose())
        return cleaned

    def _nothing_to_choose(self) -> "_StrOrPromise":
        if self.bodies.own:
            return ONLY_OWN_FOUND
        return NOTHING_FOUND if self.data.get("words") else SEARCH_FIRST

    def clean_organisation_code(self) -> str:
        """A body of the directory for which another agency answers, or none."""
        code = str(self.cleaned_data["organisation_code"])
        if code in self.bodies.own:
            refusal = OwnBody(code, field="organisation_code")
            raise forms.ValidationError(refusal_message(refusal), code=refusal.code)
        if code not in {body.code for body in self.bodies.choices}:
            raise forms.ValidationError(self.fields["organisation_code"].error_messages["required"])
        return code

    def to_command(self) -> Mapping[str, Any]:
        """Return the frozen draft with the names of the body, the agency, and the version."""
        parts = dict(self.cleaned_data)
        version = parts.pop("version")
        del parts["words"]
        names = organisation_names(codes=[parts["organisation_code"]])
        draft = DirectionDraft(organisation=names[parts["organisation_code"]], **parts)
        return {"draft": draft, "agency_code": self.agency_code, "version": version}


class QuestionForm(CaseForm):
    """One question to the citizen."""

    body = WrittenField(
        label=_("Your question"),
        help_text=_("Ask one question. The citizen has 15 days to answer."),
        max_length=LONG_PART,
        rows=6,
    )


class MessageForm(CaseForm):
    """A message to the citizen that is not the reply."""

    body = WrittenField(label=_("Your message"), max_length=LONG_PART, rows=6)


class NoteForm(CaseForm):
    """A note to colleagues; it never conflicts with changes made meanwhile."""

    version = None  # type: ignore[assignment]
    body = WrittenField(
        label=_("Your note"),
        help_text=_("Only the staff of your administration can read it."),
        max_length=LONG_PART,
        rows=6,
    )
