"""What officers write, as commands."""

from agency_console.casework.forms.bodies import SEARCH, CompetentBodyForm
from agency_console.casework.forms.decisions import DecisionForm, RefusalForm, ReplyForm
from agency_console.casework.forms.direction import DirectionForm
from agency_console.casework.forms.fields import CaseForm, WrittenField
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
    "CompetentBodyForm",
    "DecisionForm",
    "DirectionForm",
    "FilesForm",
    "LabelForm",
    "MessageForm",
    "NoteForm",
    "QuestionForm",
    "RefusalForm",
    "ReplyForm",
    "WrittenField",
]
