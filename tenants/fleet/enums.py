"""Steps of jobs on agencies, problems of agencies, and ways to sort the list of agencies."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class BulkStep(TextChoices):
    """The steps of creating many workspaces at once."""

    CHECK = "check", _("List checked")
    MAKE = "make", _("Workspaces made")


class DestroyStep(TextChoices):
    """The steps of the job that destroys a workspace."""

    CLOSE = "close", _("Host names removed")
    FILES = "files", _("Files deleted")
    SCHEMA = "schema", _("Schema deleted")
    ROLE = "role", _("Database role deleted")
    TRACES = "traces", _("Central records about its requests deleted")


class HostFault(TextChoices):
    """The reason why an agency's own host name is not in use yet."""

    UNKNOWN = "unknown", _("The name is not known yet: its entry in the DNS is missing.")
    ELSEWHERE = "elsewhere", _("The name points to another server, or not only to the portal.")
    NO_ANSWER = "no_answer", _("The DNS does not answer just now: check again in a while.")


class HealthIssue(TextChoices):
    """A problem of an agency that needs somebody's attention."""

    BEHIND = "behind", _("Its database is out of date")
    LETTERS = "letters", _("E-mails are not being sent")
    FILES = "files", _("Files are missing from the storage")
    UNANSWERED = "unanswered", _("Requests are open and nobody can answer them")
    NOBODY = "nobody", _("Action needed: nobody can sign in")
    NO_ADMINISTRATOR = "no_administrator", _("Action needed: no administrator")
    UNMEASURED = "unmeasured", _("Not measured for several hours")


class FleetOrder(TextChoices):
    """A way to sort the list of all agencies."""

    CODE = "code", _("Code")
    OPEN = "open", _("Most open requests")
    LATE = "late", _("Most late requests")
    STAFF = "staff", _("Most staff")
    STORAGE = "storage", _("Most storage")
    LETTERS = "letters", _("Most e-mails that fail")
    MEASURED = "measured", _("Measured longest ago")
