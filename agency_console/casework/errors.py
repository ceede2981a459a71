"""Domain errors of casework: drafts, approvals, and texts that are being sent."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, InvalidInput, NotFound


class DraftNotFound(NotFound):
    """The error for a draft that the agency does not have, or that was sent or discarded."""

    sentence = _("This text is not there any more: it has been sent or discarded.")


class DraftLocked(Conflict):
    sentence = _("This text is being sent or waits for approval. Take it back to change it.")


class DraftChanged(Conflict):
    sentence = _("You saved a newer text elsewhere. Reload this page to see it.")


class DraftExists(Conflict):
    sentence = _("You have a text of your own here. Discard it first, or copy the parts you need.")


class DraftTooLong(InvalidInput):
    sentence = _("This text is too long to be saved. Shorten it.")


class DraftFileInfected(Conflict):
    sentence = _("A virus was found in a file of this text. Remove the file, then send the text.")


class DecisionBeingSent(Conflict):
    """The error for a case whose decision a colleague is sending at this moment."""

    sentence = _("A colleague is sending a decision on this case at this moment.")


class TextBeingSent(Conflict):
    """The error for a transfer of a case in which an officer is sending a text at this moment."""

    sentence = _("A text is being sent to the citizen at this moment. Try again in a few seconds.")


class ApprovalNotAsked(Conflict):
    sentence = _("This text does not wait for approval any more.")


class OwnApproval(Conflict):
    sentence = _("You wrote this text, so another person must approve it.")


class ReasonMissing(InvalidInput):
    """The error for a text returned to its author without a reason."""

    sentence = _("Write what has to be changed.")


class RecipientsChanged(Conflict):
    sentence = _(
        "Nothing was sent: the requests that this text reaches, or one of their e-mail addresses, "
        "have changed since it was read. See whom it reaches now, then decide again."
    )


class ApprovedTextChanged(Conflict):
    sentence = _("Nothing was sent: this text is not the one that was approved. Send it again.")
