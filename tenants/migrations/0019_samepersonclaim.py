"""What citizens say of two requests of theirs: that both are."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0018_proof_by_the_mailbox"),
    ]

    operations = [
        migrations.CreateModel(
            name="SamePersonClaim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                (
                    "expires_at",
                    models.DateTimeField(
                        db_index=True, help_text="Until then both must have been said."
                    ),
                ),
                ("first_said_at", models.DateTimeField(null=True)),
                ("second_said_at", models.DateTimeField(null=True)),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.route",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.route",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("first", "second"), name="same_person_asked_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first__lt", models.F("second"))),
                        name="same_person_pair_in_order",
                    ),
                ],
            },
        ),
    ]
