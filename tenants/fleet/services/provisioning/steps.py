"""The steps of creating a workspace, each in its own transaction.

Before the last step no page shows the workspace, and the agency of the body above gets the
requests.
"""

from collections.abc import Callable, Mapping

from django.db import connection

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.accounts.services.users import user_create
from shared.audit.services import audit_record
from shared.directory.errors import OrganisationTaken
from shared.directory.selectors.organisations import organisation_get
from shared.directory.services.agency_assignment import organisation_assign_agency
from shared.kernel.actors import Actor
from shared.mail.models import Mail
from shared.mail.services import mail_row
from shared.mail.tasks import deliver_mail
from tenants.agencies.errors import OrganisationNotServed
from tenants.agencies.selectors import agency_info, console_url
from tenants.billing.services.plans import plan_begin
from tenants.fleet.services.provisioning.verification import host_of, workspace_verify
from tenants.fleet.services.schema_template import schema_make, template_version
from tenants.fleet.types import WorkspaceOrder
from tenants.isolation.database_roles import agency_role_make, agency_role_narrow
from tenants.isolation.schema_switch import schema_entered
from tenants.isolation.sql import sql_run
from tenants.models import Agency, Domain
from tenants.models.enums import AgencyState, ProvisioningStep, Site

# The name of the folder under templates/emails that has the invitation.
INVITATION = "workspace_ready"

Step = Callable[[Agency, WorkspaceOrder, Actor], None]


def _make_schema(agency: Agency, order: WorkspaceOrder, actor: Actor) -> None:
    sql_run(f"CREATE SCHEMA IF NOT EXISTS {connection.ops.quote_name(agency.schema_name)}")


def _make_role(agency: Agency, order: WorkspaceOrder, actor: Actor) -> None:
    # The role is created before the tables, because default rights apply only to later tables.
    agency_role_make(schema_name=agency.schema_name)


def _make_tables(agency: Agency, order: WorkspaceOrder, actor: Actor) -> None:
    version = template_version()
    with schema_entered(agency.schema_name):
        schema_make(version)
    agency.version = version.fingerprint
    agency_role_narrow(schema_name=agency.schema_name)


def _lay_reference(agency: Agency, order: WorkspaceOrder, actor: Actor) -> None:
    """Require that the portal serves the order's body and that no other agency has the body."""
    if order.organisation:
        body = organisation_get(code=order.organisation)
        if not body.accepts:
            raise OrganisationNotServed(order.organisation, field="organisation")
        if body.agency_code not in ("", agency.code):
            raise OrganisationTaken(order.organisation)


def _give_host(agency: Agency, order: WorkspaceOrder, actor: Actor) -> None:
    Domain.objects.get_or_create(
        domain=host_of(agency.code),
        defaults={"tenant": agency, "site": Site.AGENCY, "is_primary": True},
    )


def _invite(agency: Agency, order: WorkspaceOrder, actor: Actor) -> None:
    """Create the first administrator's account without a password, and store the invitation.

    The last step queues the invitation, because the link in the e-mail does not work before.
    """
    if order.admin is None:
        return
    email = order.admin.email.lower()
    with schema_entered(agency.schema_name):
        if not User.objects.filter(email=email).exists():
            user_create(
                email=email,
                name=order.admin.name,
                role=Role.ADMINISTRATOR,
                password=None,
                language=order.admin.language,
                actor=actor,
            )
        if not Mail.objects.filter(letter=INVITATION).exists():
            mail_row(
                to=email,
                letter=INVITATION,
                language=order.admin.language,
                reference="",
                context={
                    "agency_name": agency_info(agency).name(order.admin.language),
                    "console_url": f"{console_url(agency)}/accounts/password/reset/",
                },
            ).save(force_insert=True)


def _prove(agency: Agency, order: WorkspaceOrder, actor: Actor) -> None:
    workspace_verify(agency)


def _open(agency: Agency, order: WorkspaceOrder, actor: Actor) -> None:
    """Open the workspace to staff and citizens, and queue the invitation."""
    agency.state = AgencyState.ACTIVE
    if order.organisation:
        organisation_assign_agency(
            organisation_code=order.organisation,
            agency_code=agency.code,
            actor=actor,
            only_if_free=True,
        )
    if order.admin is not None:
        with schema_entered(agency.schema_name):
            for letter in Mail.objects.filter(letter=INVITATION, sent_at=None).order_by("pk"):
                deliver_mail.enqueue(mail_id=str(letter.pk))
    plan_begin(agency=agency, plan_code=order.plan, actor=actor)
    audit_record(actor=actor, action="agency.ready", subject=f"agency {agency.code}")


# The steps in the order of ProvisioningStep, without the first one ("recorded"), which creates the
# agency's row.
STEPS: Mapping[ProvisioningStep, Step] = {
    ProvisioningStep.SCHEMA: _make_schema,
    ProvisioningStep.ROLE: _make_role,
    ProvisioningStep.TABLES: _make_tables,
    ProvisioningStep.REFERENCE: _lay_reference,
    ProvisioningStep.HOST: _give_host,
    ProvisioningStep.INVITED: _invite,
    ProvisioningStep.CHECKED: _prove,
    ProvisioningStep.READY: _open,
}
