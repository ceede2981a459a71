"""What institutions answer, and what oversight decides."""

from public_portal.signup.forms.base import StepForm
from public_portal.signup.forms.desk import (
    ApproveForm,
    AskForm,
    CodeCheckForm,
    DeskForms,
    RefuseForm,
)
from public_portal.signup.forms.institution import (
    InstitutionForm,
    InstitutionSearchForm,
    ProposalForm,
)
from public_portal.signup.forms.journey import (
    FORMS,
    AnswerForm,
    CodeForm,
    EmailForm,
    Journey,
)

__all__ = [
    "FORMS",
    "AnswerForm",
    "ApproveForm",
    "AskForm",
    "CodeCheckForm",
    "CodeForm",
    "DeskForms",
    "EmailForm",
    "InstitutionForm",
    "InstitutionSearchForm",
    "Journey",
    "ProposalForm",
    "RefuseForm",
    "StepForm",
]
