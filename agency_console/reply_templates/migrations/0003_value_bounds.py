"""Bound what the columns of a table hold; rows of before are looked at by ``validate_rows``."""

import datetime

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reply_templates", "0002_replytemplate_promised_days")]

    contracts = "The former release writes nothing that these constraints refuse."

    operations = [
        AddConstraintNotValid(
            model_name="replytemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("changed_at__gte", datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ("changed_at__lte", datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ("language__in", ["ar", "fr", "en"]),
                    ("outcome__in", ["", "upheld", "partly_upheld", "not_upheld", "explained"]),
                ),
                name="reply_template_values",
            ),
        ),
    ]
