"""Roles of accounts: a role decides what a user may do."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """The role of an account; the role decides what the user may do.

    Agents answer cases; supervisors also assign cases to others; administrators also manage the
    staff. Analysts and operators belong to national oversight: operators manage workspaces and
    bills. These two roles and citizens exist in the public schema only.
    """

    AGENT = "agent", _("Agent")
    SUPERVISOR = "supervisor", _("Supervisor")
    ADMINISTRATOR = "administrator", _("Administrator")
    ANALYST = "analyst", _("Oversight analyst")
    OPERATOR = "operator", _("Operator of the platform")
    CITIZEN = "citizen", _("Citizen")


STAFF_ROLES = (Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR)
