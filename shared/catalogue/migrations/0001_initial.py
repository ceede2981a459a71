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
            name="Holiday",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.SlugField(
                        help_text="What it is and of which year: it stays when moved.",
                        max_length=60,
                        unique=True,
                    ),
                ),
                ("day", models.DateField()),
                ("name_ar", models.CharField(max_length=120)),
                ("name_fr", models.CharField(max_length=120)),
                ("name_en", models.CharField(max_length=120)),
                (
                    "is_lunar",
                    models.BooleanField(
                        help_text="Its day is known for sure once the moon is seen."
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("estimated", "Estimated"),
                            ("confirmed", "Confirmed"),
                            ("removed", "Removed"),
                        ],
                        max_length=10,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["estimated", "confirmed", "removed"])),
                        name="holiday_state_known",
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
                        choices=[
                            ("text", "A few words"),
                            ("number", "A number"),
                            ("date", "A day"),
                            ("choice", "One of a list"),
                            ("many", "Several of a list"),
                            ("file", "A file"),
                        ],
                        max_length=8,
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
        migrations.CreateModel(
            name="WorkingTerm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "category_code",
                    models.SlugField(
                        blank=True,
                        help_text="Blank: every category without a term of its own.",
                        max_length=40,
                    ),
                ),
                ("days", models.PositiveSmallIntegerField()),
                ("effective_from", models.DateField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("category_code", "effective_from"), name="working_term_once_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days__range", (1, 40))), name="working_term_in_range"
                    ),
                ],
            },
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
                condition=models.Q(
                    ("kind__in", ["text", "number", "date", "choice", "many", "file"])
                ),
                name="question_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="option",
            constraint=models.UniqueConstraint(
                fields=("question", "code"), name="option_once_per_question"
            ),
        ),
    ]
