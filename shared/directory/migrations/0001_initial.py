import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=64, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ministry", "Ministry"),
                            ("institution", "Public institution"),
                            ("region", "Region"),
                            ("prefecture", "Prefecture"),
                            ("province", "Province"),
                            ("commune", "Commune"),
                            ("arrondissement", "District of a city"),
                            ("other", "Other body"),
                        ],
                        max_length=16,
                    ),
                ),
                ("name_ar", models.CharField(max_length=200)),
                ("name_fr", models.CharField(max_length=200)),
                ("name_en", models.CharField(max_length=200)),
                (
                    "handles_ar",
                    models.CharField(
                        blank=True,
                        help_text="What people turn to it for, in a sentence.",
                        max_length=400,
                    ),
                ),
                ("handles_fr", models.CharField(blank=True, max_length=400)),
                ("handles_en", models.CharField(blank=True, max_length=400)),
                (
                    "accepts",
                    models.BooleanField(
                        default=True, help_text="Whether the portal may pass a case to it."
                    ),
                ),
                (
                    "refusal_ar",
                    models.CharField(
                        blank=True, help_text="Why it may not, and where to turn.", max_length=400
                    ),
                ),
                ("refusal_fr", models.CharField(blank=True, max_length=400)),
                ("refusal_en", models.CharField(blank=True, max_length=400)),
                ("population", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "agency_code",
                    models.SlugField(
                        blank=True, help_text="The workspace that answers for it.", max_length=64
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                (
                    "is_added",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="Added by national oversight: a load of the sources leaves it alone.",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="directory.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Alias",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("name", "Official name"),
                            ("short", "Name without its title"),
                            ("acronym", "Acronym"),
                            ("word", "Word that people use"),
                        ],
                        max_length=8,
                    ),
                ),
                ("text", models.CharField(max_length=200)),
                ("key", models.CharField(max_length=240)),
                ("sound", models.CharField(blank=True, max_length=240)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="aliases",
                        to="directory.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "aliases",
            },
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(fields=["kind"], name="organisation_kind"),
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(
                condition=models.Q(("agency_code", ""), _negated=True),
                fields=["agency_code"],
                name="organisation_agency",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "ministry",
                            "institution",
                            "region",
                            "prefecture",
                            "province",
                            "commune",
                            "arrondissement",
                            "other",
                        ],
                    )
                ),
                name="organisation_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("accepts", True),
                    models.Q(
                        models.Q(("refusal_ar", ""), _negated=True),
                        models.Q(("refusal_fr", ""), _negated=True),
                        models.Q(("refusal_en", ""), _negated=True),
                    ),
                    _connector="XOR",
                ),
                name="organisation_refusal_is_explained",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent", models.F("id")), _negated=True),
                name="organisation_not_its_own_parent",
            ),
        ),
        migrations.AddIndex(
            model_name="alias",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False,
                fields=["key"],
                name="alias_key_trigrams",
                opclasses=["gin_trgm_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="alias",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False,
                fields=["sound"],
                name="alias_sound_trigrams",
                opclasses=["gin_trgm_ops"],
            ),
        ),
        migrations.AddConstraint(
            model_name="alias",
            constraint=models.UniqueConstraint(
                fields=("organisation", "key"), name="alias_once_per_body"
            ),
        ),
        migrations.AddConstraint(
            model_name="alias",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["name", "short", "acronym", "word"])),
                name="alias_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="alias",
            constraint=models.CheckConstraint(
                condition=models.Q(("key", ""), _negated=True), name="alias_key_not_blank"
            ),
        ),
    ]
