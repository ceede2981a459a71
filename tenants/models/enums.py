"""Stored values of agencies, transfers, approvals, reviews, tracking tokens and links."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, pgettext_lazy


class AgencyState(TextChoices):
    """The state of an agency; its own officers can answer only in the state ``ACTIVE``.

    Citizens can still open the cases of a suspended or archived agency. The console of an
    agency that is being prepared is not open yet. ``label`` is the text for one workspace, and
    ``plural_label`` is the text for several workspaces.
    """

    PREPARING = "preparing", _("Being prepared")
    ACTIVE = "active", pgettext_lazy("one workspace", "Active")
    SUSPENDED = "suspended", pgettext_lazy("one workspace", "Suspended")
    ARCHIVED = "archived", pgettext_lazy("one workspace", "Archived")
    DESTROYED = "destroyed", pgettext_lazy("one workspace", "Destroyed")

    @property
    def plural_label(self) -> Promise | str:
        """Return the text of this state for several workspaces."""
        return _PLURAL_LABELS.get(self.value, self.label)


_PLURAL_LABELS: dict[str, Promise] = {
    "active": pgettext_lazy("several workspaces", "Active"),
    "suspended": pgettext_lazy("several workspaces", "Suspended"),
    "archived": pgettext_lazy("several workspaces", "Archived"),
    "destroyed": pgettext_lazy("several workspaces", "Destroyed"),
}


class ProvisioningStep(TextChoices):
    """The steps of creating a workspace, in the order in which the steps run."""

    RECORDED = "recorded", _("Recorded")
    SCHEMA = "schema", _("Schema made")
    ROLE = "role", _("Database role made")
    TABLES = "tables", _("Tables made")
    REFERENCE = "reference", _("Reference data stored")
    HOST = "host", _("Host name given")
    INVITED = "invited", _("Administrator invited")
    CHECKED = "checked", _("First checks passed")
    READY = "ready", _("Ready")


class Site(TextChoices):
    """The site that a host name serves."""

    CITIZENS = "citizens", _("Citizens' portal")
    OVERSIGHT = "oversight", _("National oversight")
    AGENCY = "agency", _("Agency console")


class TokenScope(TextChoices):
    """What a citizen may do with a tracking token."""

    WRITE = "write", _("Read, write messages and send files")
    FULL = "full", _("Everything that the citizen may do")


class PrintedCode(TextChoices):
    """The state of a receipt code: whether an officer printed the code, and who confirmed the code.

    ``NONE``: no officer printed the code. In all other states an officer printed the code.
    ``WAITS``: no mailbox has confirmed the code. ``OPENS``: the mailbox of the request, or an
    account with the same address, has confirmed the code. ``ADDED``: only a mailbox that was added
    with this code has confirmed the code. ``REPLACED``: the citizen has a new code.
    """

    NONE = "", _("Seen by the citizen alone")
    WAITS = "waits", _("Printed by an officer, not confirmed")
    OPENS = "opens", _("Printed by an officer, confirmed by the mailbox")
    ADDED = "added", _("Printed by an officer, confirmed by a mailbox given with it")
    REPLACED = "replaced", _("Printed by an officer, replaced by a new one")


class PrintedCodeUse(TextChoices):
    """The uses of a receipt code that an officer had printed."""

    MESSAGE = "message", _("A message was sent")
    FILE = "file", _("A file was sent")
    RATING = "rating", _("The reply was rated")
    PROMISE = "promise", _("It was said whether the promise was kept")
    REOPENING = "reopening", _("The request was re-opened")
    WITHDRAWAL = "withdrawal", _("The request was withdrawn")
    REVIEW = "review", _("National oversight was asked for a review")
    OBJECTION = "objection", _("This part was given back to the whole request")
    EMAIL = "email", _("Another e-mail address was given")
    ACCOUNT = "account", _("The request was put into an account")
    CODE_REPLACED = "code", _("The code was replaced by a new one: it opens nothing any more")


class OpenedBy(TextChoices):
    """The proof with which a citizen opened a request."""

    EMAIL = "email", _("Opened with the reference and the e-mail address")
    RECEIPT = "receipt", _("Opened with the reference and the receipt code")
    LINK = "link", _("Opened by the link in an e-mail")
    ACCOUNT = "account", _("Opened from an account")


class ApprovalKind(TextChoices):
    """An action on which two persons of national oversight must agree."""

    TAKE_OVER = "take_over", _("Answering in an agency's place")
    INVITE = "invite", _("Inviting an administrator")
    EXPORT = "export", _("A file with all data")
    IDENTITY = "identity", _("Showing the identity behind a confidential request")
    ARCHIVE = "archive", _("Archiving the workspace")
    HOST_ADD = "host_add", _("Adding a host name to an agency")
    HOST_PRIMARY = "host_primary", _("Changing an agency's main host name")


class ReviewCause(TextChoices):
    """The reason for which a citizen may ask national oversight for a review."""

    REFUSED = "refused", _("Refused as inadmissible")
    REFUSED_AGAIN = "refused_again", _("Refused a second time")
    OVERDUE = "overdue", _("No reply within the legal deadline")


class ReviewDecision(TextChoices):
    """The decision of national oversight in a review."""

    UPHELD = "upheld", _("The reply is confirmed")
    SENT_BACK = "sent_back", _("The administration must examine it again")
    LAPSED = "lapsed", _("Ended without a decision: the citizen withdrew the request")


class TransferReason(TextChoices):
    """The reason for which an agency offers a case to another agency."""

    COMPETENCE = "competence", _("Another body is competent by law")
    PLACE = "place", _("It concerns another place")
    ORIENTATION = "orientation", _("The citizen did not know which body is competent")
    REORGANISED = "reorganised", _("The task has gone to another body")


class OfferState(TextChoices):
    """The state of an offer of a case to another agency."""

    OFFERED = "offered", _("Waits for an answer")
    ACCEPTED = "accepted", _("Taken over")
    REFUSED = "refused", _("Not taken over")
    LAPSED = "lapsed", _("Not answered in time")
    WITHDRAWN = "withdrawn", _("Taken back")
    ENDED = "ended", _("The case was answered or withdrawn meanwhile")


class ArbitrationCause(TextChoices):
    """The reason for which national oversight must decide which agency is competent."""

    REFUSED_TWICE = "refused_twice", _("Two offers were not accepted")
    RETURNED = "returned", _("Two administrations name each other")
    TOO_MANY = "too_many", _("It was handed over too many times")


class HoldingCause(TextChoices):
    """The event by which an agency got a case."""

    FILED = "filed", _("Filed with it")
    SPLIT = "split", _("Cut out of another request")
    ACCEPTED = "accepted", _("It accepted an offer")
    DECIDED = "decided", _("National oversight decided it")
    OBJECTION = "objection", _("A part given back as its citizen wished")
    RESTORED = "restored", _("Restored from an export")


class LinkPurpose(TextChoices):
    """The purpose of a one-time link in an e-mail."""

    OPEN = "open", _("Open the request")
    RATE = "rate", _("Rate the reply")
    PROMISE = "promise", _("Say whether the decision was carried out")
    FILE = "file", _("File the request with the competent body")
    OLD_EMAIL = "old_email", _("Prove the former e-mail address")
    NEW_EMAIL = "new_email", _("Prove the new e-mail address")
    GIVEN_EMAIL = "given_email", _("Prove the e-mail address given with the request")
