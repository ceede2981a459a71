"""The step for photos, documents and recordings; none is required."""

from collections.abc import Iterator, Sequence

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from public_portal.intake.forms.base import StepForm
from public_portal.intake.selectors.finder import file_questions_of
from public_portal.intake.types import Answers, Typed
from shared.ui.fields import FilesField

# The prefix of fields for questions that a file answers.
ASKED = "asked_"


class FilesForm(StepForm):
    """The form that adds files to a draft."""

    mark_optional = False
    # A browser cannot fill in a file input again.
    keeps_unfinished = False
    title = _("Do you have photos, documents or a recording?")
    uploads = FilesField(label=_("Choose photos, documents or recordings"), required=False)

    def prepare(self) -> None:
        """Add a field for each question that a file answers."""
        for question in file_questions_of(self.answers):
            self.fields[f"{ASKED}{question.code}"] = FilesField(
                label=question.text(self.page_language), required=False
            )

    def chosen(self) -> Iterator[tuple[str, str, "Sequence[UploadedFile[bytes]]"]]:
        """Yield for each field its name, the code of its question or "", and its files."""
        for name, uploads in self.cleaned_data.items():
            yield name, name.removeprefix(ASKED) if name.startswith(ASKED) else "", uploads

    def to_answers(self) -> Answers:
        """Return the answers unchanged."""
        return self.answers

    def refusals(self) -> Typed:
        """Return the errors, as pairs of a field's name and its messages."""
        return tuple((name, tuple(map(str, said))) for name, said in self.errors.items())

    def refuse_again(self, refused: Typed) -> None:
        """Add the stored errors to their fields, or to the form if there is no such field."""
        for name, said in refused:
            for one in said:
                self.add_error(name if name in self.fields else None, one)
