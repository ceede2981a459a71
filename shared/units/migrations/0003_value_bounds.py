"""Bound what the columns of a table hold; rows of before are looked at by ``validate_rows``."""

import datetime

import django.db.models.functions.comparison
import django.db.models.lookups
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
    dependencies = [("units", "0002_heads_of_units")]

    contracts = "The former release writes nothing that these constraints refuse."

    operations = [
        AddConstraintNotValid(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.GreaterThanOrEqual(
                        django.db.models.functions.comparison.Least("began_at", "ended_at"),
                        models.Value(datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.comparison.Greatest("began_at", "ended_at"),
                        models.Value(datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ),
                    django.db.models.lookups.GreaterThanOrEqual(
                        django.db.models.functions.comparison.Least("first_day", "last_day"),
                        models.Value(datetime.date(1900, 1, 1)),
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.comparison.Greatest("first_day", "last_day"),
                        models.Value(datetime.date(2100, 1, 1)),
                    ),
                ),
                name="absence_values",
            ),
        ),
        AddConstraintNotValid(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=_flat("category_codes", "organisation_codes", "places"),
                name="unit_values",
            ),
        ),
    ]
