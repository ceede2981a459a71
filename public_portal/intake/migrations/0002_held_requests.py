from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="HeldDraft",
            fields=[
                (
                    "digest",
                    models.BinaryField(
                        help_text="Of the answers.",
                        max_length=32,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "link_digest",
                    models.BinaryField(
                        help_text="Of the address to come back to.", max_length=32, unique=True
                    ),
                ),
                ("organisation", models.SlugField(db_index=False, max_length=64)),
                (
                    "pressed_at",
                    models.DateTimeField(help_text="When it was sent; it counts from then."),
                ),
                (
                    "fingerprint",
                    models.CharField(
                        blank=True, help_text="By which it is filed once only.", max_length=64
                    ),
                ),
                ("is_anonymous", models.BooleanField()),
                (
                    "owner_id",
                    models.BigIntegerField(
                        blank=True,
                        help_text="The account that it is kept in, never if anonymous.",
                        null=True,
                    ),
                ),
                (
                    "refusal",
                    models.SlugField(
                        blank=True,
                        db_index=False,
                        help_text="Code of the refusal for good; then nobody tries again.",
                        max_length=64,
                    ),
                ),
                ("filed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("filed_at", None)),
                        fields=["organisation", "pressed_at"],
                        name="helddraft_that_waits",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_anonymous", False), ("owner_id", None), _connector="OR"
                        ),
                        name="helddraft_anonymous_without_owner",
                    )
                ],
            },
        ),
    ]
