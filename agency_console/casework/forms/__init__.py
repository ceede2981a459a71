"""What officers write, as commands."""

from agency_console.casework.forms.decisions import DecisionForm, RefusalForm, ReplyForm
from agency_console.casework.forms.direction import SEARCH, DirectionForm
from agency_console.casework.forms.fields import CaseForm
from agency_console.casework.forms.texts import (
    AssignForm,
    FilesForm,
    LabelForm,
    MessageForm,
    NoteForm,
    QuestionForm,
)

__all__ = [
    "SEARCH",
    "AssignForm",
    "CaseForm",
    "DecisionForm",
    "DirectionForm",
    "FilesForm",
    "LabelForm",
    "MessageForm",
    "NoteForm",
    "QuestionForm",
    "RefusalForm",
    "ReplyForm",
]
