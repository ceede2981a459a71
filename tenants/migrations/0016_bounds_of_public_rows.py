from datetime import UTC, datetime

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
IN_OUR_TIME = Q(created_at__gte=FIRST, created_at__lt=LAST)
OF_A_REFERENCE = Q(reference__regex="^[0-9]{16}$")


def check(model: str, condition: Q, name: str) -> AddConstraintNotValid:
    """For new rows at once; those that are there are looked at without holding anybody up."""
    return AddConstraintNotValid(model, models.CheckConstraint(condition=condition, name=name))


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0015_needs_second_step"),
    ]

    operations = [
        check("Route", OF_A_REFERENCE, "route_is_of_a_reference"),
        check("Route", IN_OUR_TIME, "route_made_in_our_time"),
        check("SubmissionKey", IN_OUR_TIME, "used_key_made_in_our_time"),
        check("SealedParty", OF_A_REFERENCE, "seal_is_of_a_reference"),
        check("SealedParty", IN_OUR_TIME, "seal_made_in_our_time"),
    ]
