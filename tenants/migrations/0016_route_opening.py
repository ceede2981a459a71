import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0015_tracking_token_opened_by")]

    operations = [
        migrations.CreateModel(
            name="RouteOpening",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "opened_by",
                    models.CharField(
                        choices=[
                            ("email", "Opened with the reference and the e-mail address"),
                            ("receipt", "Opened with the reference and the receipt code"),
                            ("link", "Opened by the link in an e-mail"),
                            ("account", "Opened from an account"),
                        ],
                        max_length=8,
                    ),
                ),
                ("day", models.DateField(help_text="The national day.")),
                ("at", models.DateTimeField(help_text="When first on that day.")),
                (
                    "route",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.route",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("route", "day", "opened_by"), name="route_opened_once_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("opened_by__in", ["email", "receipt", "link", "account"])
                        ),
                        name="route_opened_by_known",
                    ),
                ],
            },
        ),
    ]
