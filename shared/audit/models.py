"""Table of the audit log [public schema and every agency's schema]."""

from django.db import models

from shared.kernel.actors import ActorKind
from shared.rows.value_bounds import values_bounded


class AuditEntry(models.Model):
    """An entry of the audit log: an action, or an access to data. Entries are only added."""

    at = models.DateTimeField()
    actor_kind = models.CharField(
        max_length=12, choices=[(kind.value, kind.value) for kind in ActorKind]
    )
    actor_label = models.CharField(max_length=120)
    actor_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)

    class Meta:
        constraints = [
            values_bounded(
                "audit_values",
                moments=["at"],
                choices={"actor_kind": [kind.value for kind in reversed(ActorKind)]},
            )
        ]
        indexes = [models.Index(fields=["subject", "at"], name="audit_by_subject")]
