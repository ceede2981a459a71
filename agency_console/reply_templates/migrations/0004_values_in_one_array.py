"""Keep the lists of words of check constraints as one array: each row is judged as before.

The former form takes 320 bytes of a constraint for each word, in each connection and agency, and
PostgreSQL parses it at each INSERT. Rows of before are looked at by ``validate_rows``.
"""

import datetime

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reply_templates", "0003_value_bounds"),
    ]

    contracts = "The constraints refuse what those of the same names refused."

    operations = [
        migrations.RemoveConstraint(
            model_name="replytemplate",
            name="reply_template_values",
        ),
        AddConstraintNotValid(
            model_name="replytemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("changed_at__gte", datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ("changed_at__lte", datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    models.Func(
                        "language",
                        output_field=models.BooleanField(),
                        template="%(expressions)s = ANY ('{ar,fr,en}'::text[])",
                    ),
                    models.Func(
                        "outcome",
                        output_field=models.BooleanField(),
                        template="%(expressions)s = ANY ('{\"\",upheld,partly_upheld,not_upheld,explained}'::text[])",
                    ),
                ),
                name="reply_template_values",
            ),
        ),
    ]
