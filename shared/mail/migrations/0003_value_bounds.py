"""Bound what the columns of a table hold; rows of before are looked at by ``validate_rows``."""

import datetime

import django.db.models.functions.comparison
import django.db.models.lookups
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0002_mail_failure_unproved")]

    contracts = "The former release writes nothing that these constraints refuse."

    operations = [
        AddConstraintNotValid(
            model_name="mail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.GreaterThanOrEqual(
                        django.db.models.functions.comparison.Least(
                            "queued_at",
                            "sent_at",
                            "expires_at",
                            "next_attempt_at",
                            "retry_until",
                            "failed_at",
                        ),
                        models.Value(datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.comparison.Greatest(
                            "queued_at",
                            "sent_at",
                            "expires_at",
                            "next_attempt_at",
                            "retry_until",
                            "failed_at",
                        ),
                        models.Value(datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ),
                    ("attempts__lte", 1000),
                    ("unfinished_attempts__lte", 1000),
                    (
                        "failure__in",
                        [
                            "",
                            "refused",
                            "unreachable",
                            "worker_died",
                            "expired",
                            "malformed",
                            "unproved",
                        ],
                    ),
                ),
                name="mail_values",
            ),
        ),
    ]
