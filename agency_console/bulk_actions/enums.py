"""Kinds, states and skip reasons of bulk actions."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from agency_console.reply_templates.enums import Variable


class BulkActionKind(TextChoices):
    """The kind of a bulk action."""

    ASSIGN = "assign", _("Assign")
    LABEL = "label", _("Add or remove labels")
    UNIT = "unit", _("Hand to a unit")
    REPLY = "reply", _("Reply with a template")
    MESSAGE = "message", _("Send a message from a template")
    EXPORT = "export", _("Export a list")
    UNDO = "undo", _("Undo")


# The kinds that an officer begins from a list; an action is undone on its own page.
CHOOSABLE = tuple(kind for kind in BulkActionKind if kind != BulkActionKind.UNDO)
# A text that was sent to a citizen cannot be undone, and an export changes no case.
UNDOABLE = (BulkActionKind.ASSIGN, BulkActionKind.LABEL, BulkActionKind.UNIT)
TEMPLATED = (BulkActionKind.REPLY, BulkActionKind.MESSAGE)


class BulkState(TextChoices):
    """The state of a bulk action."""

    PREPARED = "prepared", _("Not confirmed yet")
    RUNNING = "running", _("Under way")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")
    UNDONE = "undone", _("Undone")


class CaseRange(TextChoices):
    """The part of a list whose cases are chosen."""

    CHOSEN = "chosen", _("The chosen cases")
    BETWEEN = "between", _("From the first to the last chosen case")
    PAGE = "page", _("All cases on this page")
    MATCHING = "matching", _("All cases of this list")


class ExportFormat(TextChoices):
    """The file format of an exported list."""

    XLSX = "xlsx", _("Spreadsheet (XLSX)")
    CSV = "csv", _("Text with commas (CSV)")


class SkipReason(TextChoices):
    """The reason why an action skips a case; others: ``missing_code``, codes of domain errors."""

    NOT_HERE = "not_here", _("The case is not among those that you may open.")
    CHANGED = "changed", _("Somebody changed the case after you chose it.")
    CLOSED = "closed", _("This is not possible in the state of the case.")
    NOT_ALLOWED = "not_yours", _("The case is assigned to a colleague.")
    ROLE = "role", _("Your role does not permit this.")
    ALREADY = "already", _("The case is like that already.")
    LANGUAGE = "language", _("No template was chosen for the language of the case.")
    WRITING = "writing", _("A colleague is writing in the case now.")
    BRACES = "braces", _("Something in double braces would be left in the text.")
    MERGED = "merged", _("The case is merged into another one. It is worked on there.")
    NO_LONGER_HERE = "gone", _("The former officer no longer works here.")
    # The codes below are codes of domain errors, with texts that fit many cases.
    OUTSIDE_UNIT = "officer_outside_unit", _("The officer does not work for the unit of the case.")
    ABSENT = "officer_absent", _("The officer is absent.")
    INACTIVE = "officer_inactive", _("The officer cannot sign in.")
    APPROVAL = (
        "approval",
        _(
            "In your administration, a supervisor approves each reply of an agent. Reply to these "
            "cases one by one."
        ),
    )


# A value of ``Variable`` follows this prefix.
MISSING_VARIABLE = "missing_"


def missing_code(variable: Variable) -> str:
    """Return the skip code of a case that has no value for a variable of the template."""
    return f"{MISSING_VARIABLE}{variable.value}"
