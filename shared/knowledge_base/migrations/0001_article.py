import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    # The trigram index needs the extension that the directory installs.
    dependencies = [("directory", "0001_organisation")]

    operations = [
        migrations.CreateModel(
            name="Article",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=60, unique=True)),
                (
                    "topic",
                    models.CharField(
                        choices=[
                            ("filing", "Filing a request"),
                            ("deadlines", "Time limits and replies"),
                            ("following", "Following a request"),
                            ("rights", "Your rights and other ways"),
                            ("privacy", "Identity and personal data"),
                            ("figures", "Published figures"),
                        ],
                        max_length=16,
                    ),
                ),
                ("question_ar", models.CharField(max_length=200)),
                ("question_fr", models.CharField(max_length=200)),
                ("question_en", models.CharField(max_length=200)),
                (
                    "answer_ar",
                    models.TextField(
                        help_text="An empty line between paragraphs, a hyphen before each line of a list."
                    ),
                ),
                ("answer_fr", models.TextField()),
                ("answer_en", models.TextField()),
                (
                    "legal_source_ar",
                    models.CharField(
                        blank=True, help_text="The text that the answer rests on.", max_length=200
                    ),
                ),
                ("legal_source_fr", models.CharField(blank=True, max_length=200)),
                ("legal_source_en", models.CharField(blank=True, max_length=200)),
                (
                    "keywords",
                    models.TextField(
                        blank=True, help_text="Other words that people type for this question."
                    ),
                ),
                ("reviewed_on", models.DateField()),
                ("position", models.PositiveSmallIntegerField()),
                ("is_active", models.BooleanField(default=True)),
                ("useful_yes", models.PositiveIntegerField(default=0)),
                ("useful_no", models.PositiveIntegerField(default=0)),
                ("question_key", models.TextField(editable=False)),
                ("question_sound", models.TextField(editable=False)),
                ("answer_key", models.TextField(editable=False)),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["question_key"],
                        name="article_key_trigrams",
                        opclasses=["gin_trgm_ops"],
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "topic__in",
                                [
                                    "filing",
                                    "deadlines",
                                    "following",
                                    "rights",
                                    "privacy",
                                    "figures",
                                ],
                            )
                        ),
                        name="article_topic_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MissedSearch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=80)),
                ("language", models.CharField(max_length=2)),
                ("count", models.PositiveIntegerField(default=1)),
                ("last_seen", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "missed searches",
                "constraints": [
                    models.UniqueConstraint(fields=("text", "language"), name="missed_search_once")
                ],
            },
        ),
    ]
