"""Forms of replies, refusals and interim replies."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from agency_console.access.forms import DayField
from agency_console.casework.forms.fields import SentForm
from agency_console.reply_templates.forms import LONG_PART, PART, WrittenField
from shared.complaints.enums import BODY_GROUNDS, PROMISES, Ground, Outcome, RemedyTime
from shared.complaints.errors import BodyNotNamed, InterimDayInvalid
from shared.complaints.presenters import interim_text, refusal_text, reply_text
from shared.complaints.services import part_faults, promise_faults
from shared.complaints.types import DirectionDraft, InterimDraft, RefusalDraft, ReplyDraft
from shared.kernel import clock
from shared.kernel.errors import InvalidInput
from shared.kernel.legal_deadline import may_announce
from shared.ui.fields import LineField
from shared.ui.messages import refusal_error
from shared.ui.widgets import ExplainedRadioSelect

if TYPE_CHECKING:
    from shared.complaints.models import Complaint

OUTCOME_HINTS = {
    Outcome.UPHELD.value: _("The request is justified and the matter is corrected."),
    Outcome.PARTLY_UPHELD.value: _("The request is justified in part. State on which points."),
    Outcome.NOT_UPHELD.value: _(
        "The administration followed the rule. State in the reply why the request is not justified."
    ),
    Outcome.EXPLAINED.value: _("There was nothing to decide; the reply explains."),
}
GROUND_HINTS = {one.value: one.legal_basis for one in Ground}


class CheckedForm(SentForm):
    """Form of a text in parts; the officer reviews the text as the citizen will read it."""

    draft_type: ClassVar[type[ReplyDraft | RefusalDraft | DirectionDraft | InterimDraft]]

    def clean(self) -> dict[str, Any] | None:
        """Check the parts as the sending service does; each fault becomes an error of its field."""
        cleaned = super().clean()
        labels = {name: field.label or "" for name, field in self.fields.items()}
        for fault in part_faults(parts=self.cleaned_data, labels=labels):
            self.blame(fault)
        return cleaned

    def blame(self, fault: InvalidInput) -> None:
        """Show a fault as an error of the field that the fault names."""
        self.add_error(fault.field, refusal_error(fault))

    def to_draft(self) -> ReplyDraft | RefusalDraft | DirectionDraft | InterimDraft:
        """Return the parts as frozen data."""
        parts = dict(self.cleaned_data)
        del parts["version"], parts["template"]
        return self.draft_type(**parts)

    def to_command(self) -> Mapping[str, Any]:
        """Return the parts as frozen data, and the version of the case that the officer read."""
        return {"draft": self.to_draft(), "version": self.cleaned_data["version"]}

    def citizen_text(self, case: "Complaint") -> str:
        """Return the text with its headings in the language of the case."""
        raise NotImplementedError


class DecisionForm(CheckedForm):
    """Form of a decision that ends a round: reply, refusal, or name of the competent body."""

    text_of: ClassVar[Callable[..., str]]

    def citizen_text(self, case: "Complaint") -> str:
        return type(self).text_of(
            draft=self.to_command()["draft"], language=case.language, is_second=case.reopened > 0
        )


class ReplyForm(DecisionForm):
    """Form of the reasoned reply in its parts."""

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
        help_text=_("By whom and how. Leave it empty where nothing is to be done."),
        required=False,
    )
    # Required where the outcome upholds the request; otherwise the reply promises nothing.
    carried_out = forms.TypedChoiceField(
        label=_("When it is done"),
        help_text=_("Needed where the request is upheld, fully or partly."),
        choices=RemedyTime,
        coerce=RemedyTime,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    promised_on = DayField(
        label=_("Day by which it will be done"),
        help_text=_(
            "The citizen reads this day, can put it in a calendar, and is asked on it whether it "
            "was kept. The share of days kept is published."
        ),
        required=False,
    )
    act_number = LineField(
        label=_("Number of the act"),
        help_text=_("Of the letter, order or contract that carries the decision out."),
        max_length=60,
        required=False,
    )

    def clean(self) -> dict[str, Any] | None:
        """Require "done already" or a promised day if the outcome upholds the request."""
        cleaned, given = super().clean(), self.cleaned_data
        outcome, day = given.get("outcome") or "", given.get("promised_on")
        # A chosen day answers "when", so ``carried_out`` is not required then.
        when = given.get("carried_out") or (RemedyTime.BY_DAY if day else None)
        if outcome not in PROMISES or when == RemedyTime.DONE:
            # A day typed before the outcome or the time was changed must not be in the reply.
            self.errors.pop("promised_on", None)
            day = None
        given["carried_out"], given["promised_on"] = when if outcome in PROMISES else None, day
        if outcome in PROMISES:
            self._require_time()
        remedy, today = str(given.get("remedy", "")), clock.today()
        for fault in promise_faults(outcome=outcome, remedy=remedy, promised_on=day, on=today):
            self.blame(fault)
        return cleaned

    def _require_time(self) -> None:
        """Add an error if the time of the remedy is missing and has no other error."""
        when, day = self.cleaned_data["carried_out"], self.cleaned_data["promised_on"]
        if "promised_on" in self.errors or "carried_out" in self.errors:
            return
        if when is None:
            self.add_error("carried_out", _("Say whether it is done already, or by which day."))
        elif when == RemedyTime.BY_DAY and day is None:
            self.add_error("promised_on", _("Choose the day by which it will be done."))

    def to_draft(self) -> ReplyDraft:
        """Return the reply as frozen data, with ``promised_on`` and ``is_done``."""
        parts = dict(self.cleaned_data)
        del parts["version"], parts["template"]
        is_done = parts.pop("carried_out") == RemedyTime.DONE
        return ReplyDraft(**parts, is_done=is_done)


class RefusalForm(DecisionForm):
    """Form of a refusal with its ground and the place to which the citizen can turn."""

    draft_type = RefusalDraft
    text_of = staticmethod(refusal_text)
    ground = forms.TypedChoiceField(
        label=_("Ground"),
        help_text=_(
            "Where another body is competent, its name is asked for next, and what you wrote is "
            "kept."
        ),
        choices=Ground,
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

    def clean_ground(self) -> Ground:
        """Refuse a ground that needs a competent body's name; ``DirectionForm`` has that field."""
        ground = Ground(self.cleaned_data["ground"])
        if ground in BODY_GROUNDS:
            raise refusal_error(BodyNotNamed(field="ground"))
        return ground

    def needs_body(self) -> bool:
        """Return whether the chosen ground needs the name of the competent body."""
        return self.has_error("ground", BodyNotNamed.code)


class InterimForm(CheckedForm):
    """Form of an interim reply: what was done, why the reply takes longer, and when it comes."""

    draft_type = InterimDraft
    done = WrittenField(
        label=_("What was done so far"),
        help_text=_("What you checked, whom you asked, what you found."),
        max_length=2 * PART,
        rows=5,
    )
    delay = WrittenField(
        label=_("Why the reply takes longer"),
        help_text=_("The reason, in words that the citizen understands."),
        max_length=2 * PART,
    )
    until = DayField(
        label=_("By when the reply will come"),
        help_text=_("After today, at most 60 days ahead. The legal deadline is not moved."),
    )

    def clean_until(self) -> date:
        """Return the announced day. Refuse a day that ``may_announce`` does not allow."""
        day: date = self.cleaned_data["until"]
        if not may_announce(day, on=clock.today()):
            raise refusal_error(InterimDayInvalid(field="until"))
        return day

    def citizen_text(self, case: "Complaint") -> str:
        return interim_text(
            draft=self.to_command()["draft"], language=case.language, due_on=case.due_on
        )
