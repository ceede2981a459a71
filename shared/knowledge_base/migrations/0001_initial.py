import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

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
                            ("services", "Services of every day"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "organisation",
                    models.SlugField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="The body of the directory that it is about; blank for the whole country.",
                        max_length=64,
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
                (
                    "is_edited",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="Changed by oversight: the file no longer decides about it.",
                    ),
                ),
                ("version", models.PositiveIntegerField(db_default=0, default=0, editable=False)),
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
                                    "services",
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
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "article",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="searches",
                        to="answers.article",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "missed searches",
                "constraints": [
                    models.UniqueConstraint(fields=("text", "language"), name="missed_search_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("article", None),
                            models.Q(("settled_at", None), _negated=True),
                            _connector="OR",
                        ),
                        name="missed_search_answer_settles",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Vote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        help_text="Of visit and article: no two votes share one.",
                        max_length=64,
                        unique=True,
                    ),
                ),
                ("is_useful", models.BooleanField()),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("language", models.CharField(max_length=2)),
                ("at", models.DateTimeField()),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="votes",
                        to="answers.article",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("reason", "")),
                        fields=["at"],
                        name="vote_without_reason",
                    ),
                    models.Index(
                        condition=models.Q(("reason", ""), _negated=True),
                        fields=["article", "-at"],
                        name="vote_with_reason",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), ("is_useful", False), _connector="OR"),
                        name="vote_reason_only_with_no",
                    )
                ],
            },
        ),
    ]
