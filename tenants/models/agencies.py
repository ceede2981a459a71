"""Models of agencies, their host names and the versions of their tables."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django_tenants.models import DomainMixin, TenantMixin

from tenants.models.enums import AgencyState, ProvisioningStep, Site


class Agency(TenantMixin):
    """An institution with a workspace; its cases are in the schema ``schema_name``.

    The row with the schema ``public`` is the national portal itself.
    """

    # A manager without the methods of django-tenants. Saving a row creates no schema, because the
    # steps of a job do that (tenants.fleet.services.provisioning).
    objects: ClassVar[models.Manager["Agency"]] = models.Manager()

    auto_create_schema = False
    auto_drop_schema = False

    code = models.SlugField(max_length=50, unique=True)
    name_ar = models.CharField(max_length=200)
    name_fr = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=AgencyState, default=AgencyState.PREPARING)
    step = models.CharField(
        max_length=12,
        choices=ProvisioningStep,
        default=ProvisioningStep.RECORDED,
        help_text="The last step of creation that is complete; creation goes on from the next.",
    )
    version = models.CharField(
        max_length=64,
        blank=True,
        help_text="Fingerprint of the migrations applied to its schema; changes with them.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    state_reason = models.TextField(
        blank=True, help_text="Why it is suspended or archived; its staff read this text."
    )
    state_since = models.DateTimeField(
        null=True, help_text="Since when it is suspended or archived; None while it is active."
    )
    successor_code = models.SlugField(
        max_length=50, blank=True, help_text="Who answers new requests since it was archived."
    )
    passed_on = models.JSONField(
        null=True,
        help_text="Codes of the organisations that it answered for until it was archived.",
    )
    taken_over_at = models.DateTimeField(
        null=True,
        help_text="Since when acting officers named by national oversight work in its place.",
    )
    needs_second_step = models.BooleanField(
        db_default=False,
        help_text="Whether its administrators require a second factor of all staff.",
    )
    needs_approval = models.BooleanField(
        db_default=False,
        help_text="Whether a second officer agrees to each reply before it leaves.",
    )
    owes_since = models.DateField(
        null=True, help_text="Since which day an invoice is unpaid; copied here for every page."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AgencyState.values), name="agency_state"),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"), name="agency_code_shape"
            ),
            models.CheckConstraint(
                condition=~Q(state=AgencyState.ACTIVE) | Q(step=ProvisioningStep.READY),
                name="agency_active_only_when_ready",
            ),
        ]


class Domain(DomainMixin):
    """A host name of a site: the citizens' portal, national oversight or an agency's console."""

    objects: ClassVar[models.Manager["Domain"]] = models.Manager()

    tenant: Agency
    domain: str

    site = models.CharField(max_length=12, choices=Site, default=Site.AGENCY)


class SchemaVersion(models.Model):
    """A version of the agencies' tables, with the SQL script that creates the tables."""

    fingerprint = models.CharField(max_length=64, primary_key=True)
    migrations = models.JSONField(help_text="Every migration of the version, as app.name.")
    source = models.CharField(
        max_length=64,
        blank=True,
        help_text="Digest of the migration files from which the script was made.",
    )
    script = models.TextField(blank=True)


class DataVersion(models.Model):
    """A row of the two numbers that change with an agency's rows (``shared.rows.data_versions``).

    The number of an agency is the sum of its rows. ``place`` tells the rows of one agency apart.
    """

    pk = models.CompositePrimaryKey("schema_name", "place")
    schema_name = models.CharField(max_length=63)
    place = models.SmallIntegerField()
    cases = models.BigIntegerField(default=0)
    settings = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.schema_name} {self.place}"
