"""What officers write, as commands."""

from agency_console.casework.forms.decisions import DecisionForm, RefusalForm, ReplyForm
from agency_console.casework.forms.direction import SEARCH, DirectionForm
from agency_console.casework.forms.fields import CaseForm
from agency_console.casework.forms.texts import (
    AssignForm,
    FilesForm,
    LabelForm,
    MergeForm,
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
    "MergeForm",
    "MessageForm",
    "NoteForm",
    "QuestionForm",
    "RefusalForm",
    "ReplyForm",
]
