import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("answers", "0001_article"),
    ]

    operations = [
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
            ],
        ),
        migrations.RemoveConstraint(
            model_name="article",
            name="article_topic_known",
        ),
        migrations.AddField(
            model_name="article",
            name="is_edited",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Changed by oversight: the file no longer decides about it.",
            ),
        ),
        migrations.AddField(
            model_name="article",
            name="organisation",
            field=models.SlugField(
                blank=True,
                db_default="",
                default="",
                help_text="The body of the directory that it is about; blank for the whole country.",
                max_length=64,
            ),
        ),
        migrations.AddField(
            model_name="article",
            name="version",
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name="missedsearch",
            name="article",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="searches",
                to="answers.article",
            ),
        ),
        migrations.AddField(
            model_name="missedsearch",
            name="settled_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="article",
            name="topic",
            field=models.CharField(
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
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
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
            ),
        ),
        migrations.AddConstraint(
            model_name="missedsearch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("article", None),
                    models.Q(("settled_at", None), _negated=True),
                    _connector="OR",
                ),
                name="missed_search_answer_settles",
            ),
        ),
        migrations.AddField(
            model_name="vote",
            name="article",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="votes",
                to="answers.article",
            ),
        ),
        migrations.AddIndex(
            model_name="vote",
            index=models.Index(
                condition=models.Q(("reason", "")), fields=["at"], name="vote_without_reason"
            ),
        ),
        migrations.AddIndex(
            model_name="vote",
            index=models.Index(
                condition=models.Q(("reason", ""), _negated=True),
                fields=["article", "-at"],
                name="vote_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="vote",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), ("is_useful", False), _connector="OR"),
                name="vote_reason_only_with_no",
            ),
        ),
    ]
