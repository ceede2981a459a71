"""Find cases by the words of all their texts: one index on both columns of words."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    dependencies = [("complaints", "0008_lists_by_risk")]

    operations = [
        migrations.RemoveIndex(model_name="complaint", name="complaint_by_word"),
        migrations.AddIndex(
            model_name="complaint",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(
                    "search",
                    Coalesce(
                        "more_words",
                        models.Value("", django.contrib.postgres.search.SearchVectorField()),
                    ),
                    arg_joiner=" || ",
                    template="(%(expressions)s)",
                    output_field=django.contrib.postgres.search.SearchVectorField(),
                ),
                name="complaint_by_words",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                models.F("id"),
                condition=models.Q(("more_words", None)),
                name="complaint_without_more_words",
            ),
        ),
    ]
