"""Words of the address book."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AgencyState(TextChoices):
    """Whether the console of an agency may be used. Citizens are served in every state."""

    PREPARING = "preparing", _("Being prepared")
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    ARCHIVED = "archived", _("Archived")
    DESTROYED = "destroyed", _("Destroyed")


class ProvisioningStep(TextChoices):
    """The steps by which a workspace comes to be, in order."""

    RECORDED = "recorded", _("Recorded")
    SCHEMA = "schema", _("Schema made")
    ROLE = "role", _("Database role made")
    TABLES = "tables", _("Tables made")
    REFERENCE = "reference", _("Reference data laid down")
    HOST = "host", _("Host name given")
    INVITED = "invited", _("Administrator invited")
    CHECKED = "checked", _("First checks passed")
    READY = "ready", _("Ready")


class BulkStep(TextChoices):
    """The making of many workspaces at once."""

    CHECK = "check", _("List checked")
    MAKE = "make", _("Workspaces made")


class ExportStep(TextChoices):
    """The making of a bundle."""

    DATA = "data", _("Data read")
    FILES = "files", _("Files read")
    SEAL = "seal", _("Bundle encrypted")
    VERIFY = "verify", _("Bundle checked")


class RestoreStep(TextChoices):
    """The restoring of a bundle."""

    VERIFY = "verify", _("Bundle checked")
    TABLES = "tables", _("Tables made")
    DATA = "data", _("Data written")
    UPDATE = "update", _("Brought up to date")
    FILES = "files", _("Files written")
    COMPARE = "compare", _("Checksums compared")


class DestroyStep(TextChoices):
    """The destroying of a workspace, after two people have agreed to it."""

    CLOSE = "close", _("Hosts taken away")
    FILES = "files", _("Files deleted")
    SCHEMA = "schema", _("Schema deleted")
    ROLE = "role", _("Database role deleted")
    TRACES = "traces", _("Entries of the address book deleted")


class Standing(TextChoices):
    """How an agency stands towards the platform. What citizens may do never depends on it."""

    PAID = "paid", _("In order")
    GRACE = "grace", _("A payment is late")
    LIMITED = "limited", _("Extras are limited until it is paid")
    TAKEN_OVER = "taken_over", _("Taken over by national oversight")
    SUSPENDED = "suspended", _("Suspended")
    ARCHIVED = "archived", _("Archived")


class Capability(TextChoices):
    """What citizens and staff do with a workspace: the rows of the table of neutrality."""

    SUBMIT = "submit", _("Citizens file requests")
    TRACK = "track", _("Citizens follow their requests")
    WRITE = "write", _("Citizens write and add files")
    RATE = "rate", _("Citizens rate, re-open, withdraw and ask for a review")
    RECEIPT = "receipt", _("Citizens get receipts and their file")
    CLOCK = "clock", _("The legal term runs on")
    FIGURES = "figures", _("The public figures count it")
    ANSWER = "answer", _("Staff read and answer requests")
    EXPORT = "export", _("Its administrators take its data with them")
    BILL = "bill", _("Its administrators see plan and invoices")
    ADD_STAFF = "add_staff", _("Adding staff")
    ANALYSIS = "analysis", _("Figures inside the console")
    CUSTOM_HOST = "custom_host", _("A host name of its own")
    RENAME = "rename", _("A new name")


class Site(TextChoices):
    """What a host shows."""

    CITIZENS = "citizens", _("Citizens' portal")
    OVERSIGHT = "oversight", _("National oversight")
    AGENCY = "agency", _("Agency console")


class HostFault(TextChoices):
    """Why a host name of its own does not answer yet."""

    UNKNOWN = "unknown", _("The name is not known yet: its entry in the DNS is missing.")
    ELSEWHERE = "elsewhere", _("The name leads elsewhere, or not only to the portal.")
    NO_ANSWER = "no_answer", _("The DNS does not answer just now: check again in a while.")


class Ailment(TextChoices):
    """What is not well with an agency and asks for somebody."""

    BEHIND = "behind", _("Its tables are older than the code")
    LETTERS = "letters", _("Letters do not leave")
    FILES = "files", _("Files are missing from the storage")
    UNANSWERED = "unanswered", _("Requests are open and nobody can answer them")
    NOBODY = "nobody", _("To do: nobody can sign in")
    UNMEASURED = "unmeasured", _("It was not measured for hours")


class FleetOrder(TextChoices):
    """By what the list of all agencies is sorted."""

    CODE = "code", _("Code")
    OPEN = "open", _("Most open requests")
    LATE = "late", _("Most late requests")
    STAFF = "staff", _("Most staff")
    STORAGE = "storage", _("Most storage")
    LETTERS = "letters", _("Most letters that fail")
    MEASURED = "measured", _("Measured longest ago")


class KeyKind(TextChoices):
    """What, beside the reference, opens a complaint."""

    EMAIL = "email", _("E-mail")
    RECEIPT = "receipt", _("Receipt code")


class TokenScope(TextChoices):
    """What a tracking token allows: it depends on the proof that was given for it."""

    WRITE = "write", _("Read, write messages and send files")
    FULL = "full", _("Everything that the citizen may do")


class ApprovalKind(TextChoices):
    """What one person of the national side asks for and a second one must agree to."""

    TAKE_OVER = "take_over", _("A take-over")
    INVITE = "invite", _("An administrator's account")
    EXPORT = "export", _("A file with all data")
    IDENTITY = "identity", _("A sealed identity")
    ARCHIVE = "archive", _("An archiving")
    HOST_ADD = "host_add", _("A host name of its own")
    HOST_PRIMARY = "host_primary", _("Another main host name")


class ReviewCause(TextChoices):
    """Why a citizen may turn to national oversight."""

    REFUSED_AGAIN = "refused_again", _("Refused a second time")
    OVERDUE = "overdue", _("No reply within the legal term")


class ReviewDecision(TextChoices):
    """How a review by national oversight ended."""

    UPHELD = "upheld", _("The reply stands")
    SENT_BACK = "sent_back", _("The administration must examine it again")
    LAPSED = "lapsed", _("Ended without a decision: the citizen withdrew the request")


class LinkPurpose(TextChoices):
    """What a link in a letter is good for, once."""

    OPEN = "open", _("Open the request")
    RATE = "rate", _("Rate the reply")
    PROMISE = "promise", _("Say whether the promise was kept")
    OLD_EMAIL = "old_email", _("Prove the former e-mail address")
    NEW_EMAIL = "new_email", _("Prove the new e-mail address")
