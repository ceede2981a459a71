"""Bound what the columns of a table hold; rows of before are looked at by ``validate_rows``."""

import datetime

import django.db.models.functions.comparison
import django.db.models.lookups
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bulk_actions", "0001_initial")]

    contracts = "The former release writes nothing that these constraints refuse."

    operations = [
        AddConstraintNotValid(
            model_name="bulkaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.GreaterThanOrEqual(
                        django.db.models.functions.comparison.Least(
                            "created_at", "confirmed_at", "changed_at", "ended_at"
                        ),
                        models.Value(datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.comparison.Greatest(
                            "created_at", "confirmed_at", "changed_at", "ended_at"
                        ),
                        models.Value(datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ),
                    django.db.models.lookups.Exact(
                        models.Func(
                            "case_ids", function="array_ndims", output_field=models.IntegerField()
                        ),
                        models.Value(1),
                    ),
                    django.db.models.lookups.IsNull(
                        models.Func(
                            "case_ids",
                            output_field=models.IntegerField(),
                            template="array_position(%(expressions)s, NULL)",
                        ),
                        True,
                    ),
                    django.db.models.lookups.Exact(
                        models.Func(
                            "case_versions",
                            function="array_ndims",
                            output_field=models.IntegerField(),
                        ),
                        models.Value(1),
                    ),
                    django.db.models.lookups.IsNull(
                        models.Func(
                            "case_versions",
                            output_field=models.IntegerField(),
                            template="array_position(%(expressions)s, NULL)",
                        ),
                        True,
                    ),
                ),
                name="bulk_action_values",
            ),
        ),
    ]
