"""Bound what the columns of a table hold; rows of before are looked at by ``validate_rows``."""

import datetime

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    contracts = "The former release writes nothing that these constraints refuse."

    operations = [
        AddConstraintNotValid(
            model_name="notificationchoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "gathered_until__gte",
                        datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC),
                    ),
                    (
                        "gathered_until__lte",
                        datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.UTC),
                    ),
                ),
                name="notification_values",
            ),
        ),
    ]
