"""Texts, form and service of each act that is offered below the thread."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from agency_console.casework.forms.decisions import CheckedForm, InterimForm, RefusalForm, ReplyForm
from agency_console.casework.forms.direction import DirectionForm
from agency_console.casework.forms.fields import CaseForm
from agency_console.casework.forms.texts import (
    AssignForm,
    LabelForm,
    MessageForm,
    NoteForm,
    QuestionForm,
)
from agency_console.casework.types import Act
from shared.accounts.models import User
from shared.complaints.services import case_label, complaint_assign, note_add
from shared.kernel.actors import Actor

if TYPE_CHECKING:
    from django.utils.functional import Promise

    Words = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class ActPage:
    """The page of one act: its form, its texts, the name of its address, and its shortcut.

    ``service`` does the act at once; ``None`` for a text to the citizen, which is sent after ten
    seconds. ``may_all``: officers who may not answer the case may also do the act. ``field`` gets
    the service's errors. ``is_rare``: the act is in the menu "More".
    """

    form: type[CaseForm]
    address: str
    tab: "Words"
    title: "Words"
    intro: "Words"
    button: "Words"
    done: "Words"
    service: Callable[..., object] | None = None
    may_all: bool = False
    field: str | None = None
    keys: str = ""
    is_rare: bool = False

    @property
    def is_sent(self) -> bool:
        """Return whether the act sends a text to the citizen; such an act has no ``service``."""
        return self.service is None

    @property
    def is_written(self) -> bool:
        """Return whether the act is a text, which is saved while the officer types."""
        return self.is_sent or self.form is NoteForm

    @property
    def is_checked(self) -> bool:
        """Return whether the officer reviews the act's text before sending the text."""
        return issubclass(self.form, CheckedForm)


def _labels_put(
    *, reference: str, officer: User, actor: Actor, add: Collection[int], remove: Collection[int]
) -> None:
    case_label(reference=reference, actor=actor, add=add, remove=remove)


ACT_PAGES: Mapping[Act, ActPage] = {
    Act.REPLY: ActPage(
        form=ReplyForm,
        address="send-reply",
        tab=pgettext_lazy("verb", "Reply"),
        title=_("Reply to the citizen"),
        intro=_("A reply states what was found, the rule, the decision and what will be done."),
        button=_("Check the reply"),
        done=_("The reply is being sent."),
        keys="KeyR",
    ),
    Act.ASK: ActPage(
        form=QuestionForm,
        address="ask-question",
        tab=_("Question"),
        title=_("Ask the citizen a question"),
        intro=_(
            "The citizen has 15 days to answer. You can reply at any time, also before the citizen "
            "has answered. The legal deadline is not moved."
        ),
        button=_("Send the question"),
        done=_("The question is being sent."),
        keys="KeyQ",
    ),
    Act.MESSAGE: ActPage(
        form=MessageForm,
        address="send-message",
        tab=_("Message"),
        title=_("Write to the citizen"),
        intro=_("This is not the reply: the state of the case stays as it is."),
        button=_("Send the message"),
        done=_("The message is being sent."),
        keys="KeyM",
    ),
    Act.NOTE: ActPage(
        form=NoteForm,
        address="add-note",
        tab=_("Internal note"),
        title=_("Add an internal note"),
        intro=_("Notes are for colleagues. They are never sent to the citizen."),
        button=_("Save the note"),
        done=_("The note has been saved."),
        service=note_add,
        may_all=True,
        keys="KeyN",
    ),
    Act.ASSIGN: ActPage(
        form=AssignForm,
        address="assign-case",
        tab=_("Assign"),
        title=_("Assign the case to an officer"),
        intro=_(
            "The case is assigned to the chosen officer immediately. It is no longer assigned to "
            "an officer who had it before."
        ),
        button=_("Assign the case"),
        done=_("The case has been assigned."),
        service=complaint_assign,
        may_all=True,
        field="officer",
        keys="KeyA",
    ),
    Act.LABEL: ActPage(
        form=LabelForm,
        address="label-case",
        tab=_("Labels"),
        title=_("Labels of the case"),
        intro=_("Colleagues find the case again by its labels. The citizen does not see them."),
        button=_("Save the labels"),
        done=_("The labels have been saved."),
        service=_labels_put,
        may_all=True,
        field="labels",
        keys="KeyL",
    ),
    Act.INTERIM: ActPage(
        form=InterimForm,
        address="send-interim",
        tab=_("Interim reply"),
        title=_("Send an interim reply"),
        intro=_(
            "The citizen is told what was done so far, why the reply takes longer, and by when it "
            "comes. The case stays open and the legal deadline is not moved. A second interim "
            "reply needs the approval of a supervisor; a third is not possible."
        ),
        button=_("Check the interim reply"),
        done=_("The interim reply is being sent."),
        is_rare=True,
    ),
    Act.DIRECT: ActPage(
        form=DirectionForm,
        address="direct-case",
        tab=_("Name the competent body"),
        title=_("Name the competent body"),
        intro=_(
            "Decree 2.17.265 obliges an administration that is not competent to direct the citizen "
            "to the competent body within 15 days. If that body answers on this portal, the case "
            "is offered to it. Otherwise the citizen is told its name in a letter."
        ),
        button=_("Check the message"),
        done=_("The message is being sent."),
        is_rare=True,
    ),
    Act.REFUSE: ActPage(
        form=RefusalForm,
        address="refuse-case",
        tab=_("Refuse"),
        title=_("Refuse as inadmissible"),
        intro=_(
            "Permitted only on the grounds of decree 2.17.265. The citizen is told where to turn."
        ),
        button=_("Check the refusal"),
        done=_("The refusal is being sent."),
        is_rare=True,
    ),
}
