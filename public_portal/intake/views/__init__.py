"""The pages of the journey, of its drafts and of the receipt."""

from public_portal.intake.views.check import check_answers, send_code
from public_portal.intake.views.drafts import (
    discard_draft,
    renew_draft,
    resume_draft,
    save_draft,
)
from public_portal.intake.views.files import add_files, remove_file
from public_portal.intake.views.organisation import choose_organisation, suggest_organisations
from public_portal.intake.views.receipt import download_receipt, show_receipt
from public_portal.intake.views.wizard import question

__all__ = [
    "add_files",
    "check_answers",
    "choose_organisation",
    "discard_draft",
    "download_receipt",
    "question",
    "remove_file",
    "renew_draft",
    "resume_draft",
    "save_draft",
    "send_code",
    "show_receipt",
    "suggest_organisations",
]
