"""Bound what the columns of a table hold; rows of before are looked at by ``validate_rows``."""

import datetime

import django.db.models.functions.comparison
import django.db.models.lookups
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_user_opens_next_case")]

    contracts = "The former release writes nothing that these constraints refuse."

    operations = [
        AddConstraintNotValid(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.GreaterThanOrEqual(
                        django.db.models.functions.comparison.Least("created_at", "last_login"),
                        models.Value(datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.comparison.Greatest("created_at", "last_login"),
                        models.Value(datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ),
                ),
                name="user_values",
            ),
        ),
    ]
