"""The questions of the journey: each form knows one step and hands on all the answers."""

from public_portal.intake.forms.base import StepForm
from public_portal.intake.forms.files import FilesForm
from public_portal.intake.forms.mail_address import LaterForm, LetterForm
from public_portal.intake.forms.request import MIN_STORY, OrganisationForm
from public_portal.intake.forms.wizard import FORMS, CheckForm, LinkForm, Wizard
from shared.directory.forms import BrowseForm, SearchForm

__all__ = [
    "FORMS",
    "MIN_STORY",
    "BrowseForm",
    "CheckForm",
    "FilesForm",
    "LaterForm",
    "LetterForm",
    "LinkForm",
    "OrganisationForm",
    "SearchForm",
    "StepForm",
    "Wizard",
]
