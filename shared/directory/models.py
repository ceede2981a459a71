"""Tables of the directory [public schema]."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shared.directory.enums import AliasKind, OrganisationKind
from shared.reference_data.wordings import WordingColumns

KEY_LENGTH = 240


class Organisation(models.Model):
    """A public body to which a citizen may turn."""

    code = models.SlugField(max_length=64, unique=True)
    kind = models.CharField(max_length=16, choices=OrganisationKind)
    name_ar = models.CharField(max_length=200)
    name_fr = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    handles_ar = models.CharField(
        max_length=400, blank=True, help_text=_("What people turn to it for, in a sentence.")
    )
    handles_fr = models.CharField(max_length=400, blank=True)
    handles_en = models.CharField(max_length=400, blank=True)
    accepts = models.BooleanField(
        default=True, help_text=_("Whether the portal may pass a case to it.")
    )
    refusal_ar = models.CharField(
        max_length=400, blank=True, help_text=_("Why it may not, and where to turn.")
    )
    refusal_fr = models.CharField(max_length=400, blank=True)
    refusal_en = models.CharField(max_length=400, blank=True)
    population = models.PositiveIntegerField(null=True, blank=True)
    agency_code = models.SlugField(
        max_length=64, blank=True, help_text=_("The workspace that answers for it.")
    )
    is_active = models.BooleanField(default=True)
    is_added = models.BooleanField(
        default=False,
        db_default=False,
        help_text=_("Added by national oversight: a load of the sources leaves it alone."),
    )

    names = WordingColumns("name")
    handles = WordingColumns("handles")
    refusal = WordingColumns("refusal")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=OrganisationKind.values), name="organisation_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(accepts=True)
                ^ ~Q(refusal_ar="") & ~Q(refusal_fr="") & ~Q(refusal_en=""),
                name="organisation_refusal_is_explained",
            ),
            models.CheckConstraint(
                condition=~Q(parent=models.F("id")), name="organisation_not_its_own_parent"
            ),
        ]
        indexes = [
            models.Index(fields=["kind"], name="organisation_kind"),
            models.Index(
                fields=["agency_code"], name="organisation_agency", condition=~Q(agency_code="")
            ),
        ]

    def name(self, language: str) -> str:
        """Return the name in ``language``."""
        return self.names.text(language)


class Alias(models.Model):
    """A text by which people search for a body, with the two keys that search compares."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="aliases")
    kind = models.CharField(max_length=8, choices=AliasKind)
    text = models.CharField(max_length=200)
    key = models.CharField(max_length=KEY_LENGTH)
    sound = models.CharField(max_length=KEY_LENGTH, blank=True)

    class Meta:
        verbose_name_plural = "aliases"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="alias_once_per_body"),
            models.CheckConstraint(condition=Q(kind__in=AliasKind.values), name="alias_kind_known"),
            models.CheckConstraint(condition=~Q(key=""), name="alias_key_not_blank"),
        ]
        # With ``fastupdate``, every search would also read a whole list of pending entries after a
        # load.
        indexes = [
            GinIndex(
                fields=["key"],
                opclasses=["gin_trgm_ops"],
                fastupdate=False,
                name="alias_key_trigrams",
            ),
            GinIndex(
                fields=["sound"],
                opclasses=["gin_trgm_ops"],
                fastupdate=False,
                name="alias_sound_trigrams",
            ),
        ]
