import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Category",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, unique=True)),
                ("name_ar", models.CharField(max_length=120)),
                ("name_fr", models.CharField(max_length=120)),
                ("name_en", models.CharField(max_length=120)),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        help_text="Kinds of request that may choose it.",
                        size=None,
                    ),
                ),
                (
                    "organisation_kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        help_text="Kinds of body it is offered for.",
                        size=None,
                    ),
                ),
                (
                    "organisation_codes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64),
                        blank=True,
                        default=list,
                        help_text="Bodies it is offered for; srm-* stands for every code that begins so.",
                        size=None,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "verbose_name_plural": "categories",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kinds__contained_by", ["complaint", "observation", "proposal"]),
                            models.Q(("kinds", []), _negated=True),
                        ),
                        name="category_kinds_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[("text", "A few words"), ("choice", "One of a list")], max_length=8
                    ),
                ),
                ("text_ar", models.CharField(max_length=200)),
                ("text_fr", models.CharField(max_length=200)),
                ("text_en", models.CharField(max_length=200)),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="catalogue.category",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Option",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40)),
                ("text_ar", models.CharField(max_length=120)),
                ("text_fr", models.CharField(max_length=120)),
                ("text_en", models.CharField(max_length=120)),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="options",
                        to="catalogue.question",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(
                fields=("category", "code"), name="question_once_per_category"
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["text", "choice"])), name="question_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="option",
            constraint=models.UniqueConstraint(
                fields=("question", "code"), name="option_once_per_question"
            ),
        ),
    ]
