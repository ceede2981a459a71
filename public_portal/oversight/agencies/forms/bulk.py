"""Forms with which national oversight creates many workspaces from a list."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from public_portal.oversight.agencies.selectors.workspaces import region_choices
from shared.ui.fields import OneOfField
from shared.ui.messages import refusals_as_form_errors
from shared.ui.widgets import OwnFileInput
from tenants.fleet.errors import BulkFileTooLarge
from tenants.fleet.services.bulk_creation import MAX_BYTES, bulk_read
from tenants.fleet.types import BulkList


class RegionForm(forms.Form):
    """The form for the region whose communes the downloaded list has."""

    region = OneOfField(label=_("Region"), prompt=_("Choose a region."))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["region"].choices = region_choices()  # type: ignore[attr-defined]


class BulkFileForm(forms.Form):
    """The form for the list of workspaces, as a CSV file from a spreadsheet."""

    file = forms.FileField(
        label=_("The list, as a CSV file"),
        help_text=_("At most 2,000 lines and 400 kB, in UTF-8, with commas or semicolons."),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("This file is empty. Choose another one."),
        },
        widget=OwnFileInput(attrs={"accept": ".csv,text/csv"}),
    )

    bulk_list: BulkList
    content: str

    def clean_file(self) -> UploadedFile[bytes]:
        """Return the file; errors of its content are shown beside the field."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        with refusals_as_form_errors():
            if (file.size or 0) > MAX_BYTES:
                raise BulkFileTooLarge
            content = file.read()
            self.bulk_list = bulk_read(content=content)
            self.content = content.decode("utf-8-sig")
        return file


class BulkTextForm(forms.Form):
    """The form for the checked list, which the check page sends as text."""

    content = forms.CharField(max_length=MAX_BYTES, strip=False, widget=forms.HiddenInput)

    def to_bulk_list(self) -> BulkList:
        """Return the list, checked again because codes may have been taken meanwhile."""
        return bulk_read(content=str(self.cleaned_data["content"]).encode())
