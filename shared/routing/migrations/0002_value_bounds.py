"""Bound what the columns of a table hold; rows of before are looked at by ``validate_rows``."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Func
from django.db.models.lookups import Exact, IsNull


def _flat(*columns: str) -> models.Q:
    """Arrays of one dimension, in which nothing is null."""
    whole = models.IntegerField()
    return models.Q(
        *(
            term
            for column in columns
            for term in (
                Exact(Func(column, function="array_ndims", output_field=whole), models.Value(1)),
                IsNull(
                    Func(
                        column,
                        output_field=whole,
                        template="array_position(%(expressions)s, NULL)",
                    ),
                    True,
                ),
            )
        )
    )


class Migration(migrations.Migration):
    dependencies = [("routing", "0001_initial")]

    contracts = "The former release writes nothing that these constraints refuse."

    operations = [
        AddConstraintNotValid(
            model_name="routingrule",
            constraint=models.CheckConstraint(
                condition=_flat(
                    "occasions",
                    "kinds",
                    "category_codes",
                    "organisation_codes",
                    "languages",
                    "channels",
                    "places",
                    "words",
                ),
                name="routing_rule_values",
            ),
        ),
    ]
