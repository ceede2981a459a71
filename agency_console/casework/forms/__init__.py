"""What officers write, as commands."""

from agency_console.casework.forms.bodies import SEARCH, CompetentBodyForm
from agency_console.casework.forms.decisions import (
    CheckedForm,
    DecisionForm,
    InterimForm,
    RefusalForm,
    ReplyForm,
)
from agency_console.casework.forms.direction import DirectionForm
from agency_console.casework.forms.fields import CaseForm, SentForm
from agency_console.casework.forms.texts import (
    AssignForm,
    FilesForm,
    LabelForm,
    MergeForm,
    MessageForm,
    NoteForm,
    QuestionForm,
    ReturnForm,
)

__all__ = [
    "SEARCH",
    "AssignForm",
    "CaseForm",
    "CheckedForm",
    "CompetentBodyForm",
    "DecisionForm",
    "DirectionForm",
    "FilesForm",
    "InterimForm",
    "LabelForm",
    "MergeForm",
    "MessageForm",
    "NoteForm",
    "QuestionForm",
    "RefusalForm",
    "ReplyForm",
    "ReturnForm",
    "SentForm",
]
