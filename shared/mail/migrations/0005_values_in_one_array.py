"""Keep the lists of words of check constraints as one array: each row is judged as before.

The former form takes 320 bytes of a constraint for each word, in each connection and agency, and
PostgreSQL parses it at each INSERT. Rows of before are looked at by ``validate_rows``.
"""

import datetime

import django.db.models.functions.comparison
import django.db.models.lookups
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0004_value_bounds"),
    ]

    contracts = "The constraints refuse what those of the same names refused."

    operations = [
        migrations.RemoveConstraint(
            model_name="mail",
            name="mail_values",
        ),
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
                    models.Func(
                        "failure",
                        output_field=models.BooleanField(),
                        template="%(expressions)s = ANY ('{\"\",refused,unreachable,worker_died,expired,malformed,unproved,moved}'::text[])",
                    ),
                ),
                name="mail_values",
            ),
        ),
    ]
