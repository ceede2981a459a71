import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="E-mail")),
                ("name", models.CharField(max_length=120, verbose_name="Name")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("agent", "Agent"),
                            ("supervisor", "Supervisor"),
                            ("administrator", "Administrator"),
                            ("analyst", "Oversight analyst"),
                            ("operator", "Operator of the platform"),
                            ("citizen", "Citizen"),
                        ],
                        max_length=16,
                        verbose_name="Role",
                    ),
                ),
                ("language", models.CharField(default="ar", max_length=2)),
                (
                    "shortcuts",
                    models.BooleanField(
                        default=True,
                        help_text="Single-key shortcuts in the console (WCAG 2.1.4: can be off).",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="May sign in")),
                ("created_at", models.DateTimeField(editable=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "agent",
                                    "supervisor",
                                    "administrator",
                                    "analyst",
                                    "operator",
                                    "citizen",
                                ],
                            )
                        ),
                        name="user_role_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email", django.db.models.functions.text.Lower("email"))
                        ),
                        name="user_email_is_lower_case",
                    ),
                    models.UniqueConstraint(fields=("email",), name="user_email_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignInTry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("bucket", models.BinaryField(max_length=32)),
                ("began_at", models.DateTimeField(help_text="When the window began.")),
                ("count", models.PositiveIntegerField()),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["began_at"], name="accounts_by_window")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bucket", "began_at"), name="accounts_once_a_window"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StaffSession",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("session_key", models.CharField(max_length=40, unique=True)),
                ("browser", models.CharField(blank=True, max_length=20)),
                ("system", models.CharField(blank=True, max_length=20)),
                ("began_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
