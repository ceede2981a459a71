"""Form fields for texts, numbers, files and days, with the same cleaning in all forms."""

import unicodedata
from datetime import date
from decimal import Decimal
from itertools import islice
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, ngettext

from shared.kernel import clock
from shared.kernel.contacts import national_id_parse, phone_parse
from shared.kernel.day_parsing import DayInFuture, day_parse
from shared.kernel.files import MOST
from shared.kernel.quantities import number_parse
from shared.kernel.text import clean_text
from shared.ui.messages import refusals_as_form_errors
from shared.ui.widgets import DayWidget, OwnMultipleFileInput

MAX_LINE_LENGTH = 200
MAX_PROSE_LENGTH = 10_000
MAX_EMAIL_LENGTH = 254


def require_visible(text: str, *, least: int) -> None:
    """Raise ``ValidationError`` unless the text has ``least`` visible characters.

    Letters, digits and signs are visible; spaces and joiners are not visible.
    """
    visible = (char for char in text if unicodedata.category(char)[0] in "LNPS")
    # Counting ends at ``least``, because a text may have ten thousand characters.
    if sum(1 for _char in islice(visible, least)) < least:
        message = ngettext(
            "Write at least %(count)d character.", "Write at least %(count)d characters.", least
        )
        raise ValidationError(message % {"count": least}, code="min_length")


class _TextField(forms.CharField):
    usual_length = 0
    default_error_messages = {
        "max_length": _("Shorten this to %(limit_value)d characters. It has %(show_value)d now."),
    }

    def __init__(self, *, least: int = 1, max_length: int | None = None, **options: object) -> None:
        super().__init__(max_length=max_length or self.usual_length, **options)  # type: ignore[arg-type]
        self.least = least

    def clean(self, value: object) -> str:
        """Return the text in NFC, without control characters. Raises ``ValidationError``."""
        text = self.tidy(clean_text(super().clean(value)))
        if text or self.required:
            require_visible(text, least=self.least)
        return text

    def tidy(self, text: str) -> str:
        """Remove white space at both ends."""
        return text.strip()


class LineField(_TextField):
    """A field for one line; line breaks become spaces, and control characters are removed."""

    usual_length = MAX_LINE_LENGTH

    def tidy(self, text: str) -> str:
        """Replace white space by single spaces."""
        return " ".join(text.split())


class OneOfField(forms.ChoiceField):
    """A field for one of a few choices; ``prompt`` is the error for a missing or unknown choice."""

    def __init__(self, *, prompt: str | Promise, **options: object) -> None:
        # Django's own messages would repeat the sent value.
        errors = {"required": prompt, "invalid_choice": prompt}
        super().__init__(error_messages=errors, **options)  # type: ignore[arg-type]


class ProseField(_TextField):
    """A field for text of several lines; ``least`` is the least count of visible characters."""

    widget = forms.Textarea
    usual_length = MAX_PROSE_LENGTH

    def to_python(self, value: object) -> str:
        """Return the text with line ends of one character, as browsers count them."""
        return (super().to_python(value) or "").replace("\r\n", "\n")


class PhoneField(LineField):
    """A field for a telephone number in any usual spelling; may be empty."""

    parse = staticmethod(phone_parse)

    def clean(self, value: object) -> str:
        """Return the number in its stored form, such as ``+212612345678``, or a blank text."""
        line = super().clean(value)
        with refusals_as_form_errors():
            return self.parse(line) if line else ""


class NationalIdField(PhoneField):
    """A field for an identity number in any usual spelling, stored as ``AB123456``."""

    is_unkept = True

    parse = staticmethod(national_id_parse)


class FilesField(forms.FileField):
    """A field for several files; the content of each file is checked later."""

    widget = OwnMultipleFileInput

    def __init__(self, **options: object) -> None:
        prompt = _("Choose at least one file first.")
        super().__init__(
            # The later check reports an empty file with its name.
            allow_empty_file=True,
            max_length=1000,
            error_messages={"required": prompt, "invalid": prompt, "missing": prompt},
            help_text=_(
                "Photos, PDF, Word, Excel, PowerPoint and LibreOffice documents, text, and sound "
                "recordings. Up to 10 files, each at most 15 MB."
            ),
            **options,  # type: ignore[arg-type]
        )

    def clean(self, data: object, initial: object = None) -> list[UploadedFile[bytes]]:
        """Return the files. Raises ``ValidationError`` for more files than a request may have."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if len(given) > MOST:
            raise ValidationError(
                _("These are more than ten files. Choose the most important ones."), code="max"
            )
        if not given:
            super().clean(None)
        return [super(FilesField, self).clean(one) for one in given]


class TokenField(forms.UUIDField):
    """A hidden idempotency key, so that a form sent twice has its effect only once."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput, initial=uuid4)

    def clean(self, value: object) -> str:
        """Return the key without dashes."""
        return str(super().clean(value).hex)


def answers_replace(form: forms.BaseForm, **values: object) -> None:
    """Replace values of a sent form before the form is shown again."""
    data = QueryDict(mutable=True)
    data.update(form.data)
    for name, value in values.items():
        data[form.add_prefix(name)] = str(value)
    form.data = data


def token_renew(form: forms.BaseForm) -> None:
    """Give a new key to a form that is shown again; its next sending counts as a new request.

    This is for final refusals, because the old key would repeat the refusal. If the request may
    have had its effect, the form must keep its key.
    """
    answers_replace(form, token=uuid4())


class NumberField(LineField):
    """A field for a number of zero or more, with at most two decimals."""

    def clean(self, value: object) -> Decimal | None:  # type: ignore[override]
        """Return the number; ``None`` for an empty field."""
        line = super().clean(value)
        with refusals_as_form_errors():
            return number_parse(line) if line else None


class DayField(forms.Field):
    """A field for a day in three boxes, in digits of any script; the month may be a name.

    A day in the future is refused unless ``may_be_ahead`` is true.
    """

    widget = DayWidget

    def __init__(self, *, may_be_ahead: bool = False, **options: object) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self.may_be_ahead = may_be_ahead

    def clean(self, value: list[str]) -> date | None:
        """Return the day, or ``None`` if all three boxes are empty."""
        boxes = [box.strip() for box in value]
        if not any(boxes):
            super().clean(None)
            return None
        with refusals_as_form_errors():
            found = day_parse(day=boxes[0], month=boxes[1], year=boxes[2])
            if not self.may_be_ahead and found > clock.today():
                raise DayInFuture
        return found
