import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="WorkspaceRequest",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("token_digest", models.BinaryField(max_length=32, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("unproved", "The address is not proved yet"),
                            ("waiting", "Waiting for national oversight"),
                            ("asked", "A question waits for the institution"),
                            ("approved", "Approved"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="unproved",
                        max_length=12,
                    ),
                ),
                ("language", models.CharField(max_length=2)),
                (
                    "organisation_code",
                    models.SlugField(
                        blank=True,
                        help_text="In the directory; blank where an entry is proposed.",
                        max_length=64,
                    ),
                ),
                ("proposed_ar", models.CharField(blank=True, max_length=200)),
                ("proposed_fr", models.CharField(blank=True, max_length=200)),
                ("proposed_kind", models.CharField(blank=True, max_length=24)),
                ("proposed_parent", models.SlugField(blank=True, max_length=64)),
                (
                    "email",
                    models.EmailField(
                        help_text="The official address of the responsible person.", max_length=254
                    ),
                ),
                ("email_proved_at", models.DateTimeField(null=True)),
                (
                    "is_domain_known",
                    models.BooleanField(
                        default=False,
                        help_text="The directory names the same domain for that body.",
                    ),
                ),
                ("code_digest", models.BinaryField(max_length=32, null=True)),
                ("code_expires_at", models.DateTimeField(null=True)),
                ("code_tries", models.PositiveSmallIntegerField(default=0)),
                ("person_name", models.CharField(max_length=120)),
                ("person_function", models.CharField(max_length=120)),
                ("phone", models.CharField(blank=True, max_length=20)),
                (
                    "volume",
                    models.CharField(
                        choices=[
                            ("few", "Fewer than 50"),
                            ("some", "50 to 500"),
                            ("many", "500 to 5,000"),
                            ("masses", "More than 5,000"),
                        ],
                        max_length=12,
                    ),
                ),
                ("plan_code", models.SlugField(max_length=32)),
                ("seats", models.PositiveIntegerField(default=1)),
                ("message", models.TextField(blank=True)),
                ("terms_version", models.CharField(max_length=16)),
                (
                    "accepted_at",
                    models.DateTimeField(help_text="When the terms were agreed to.", null=True),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        help_text="When it was sent; before that, when it was begun."
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by_id", models.BigIntegerField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=120)),
                (
                    "reason",
                    models.TextField(
                        blank=True, help_text="Why it was refused, as the institution reads."
                    ),
                ),
                ("agency_code", models.SlugField(blank=True)),
                ("job_id", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("unproved", "waiting", "asked"))),
                        fields=["created_at"],
                        name="workspace_request_undecided",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "unproved",
                                    "waiting",
                                    "asked",
                                    "approved",
                                    "refused",
                                    "withdrawn",
                                ],
                            )
                        ),
                        name="workspace_request_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("organisation_code", ""), _negated=True),
                            models.Q(("proposed_fr", ""), _negated=True),
                            _connector="XOR",
                        ),
                        name="workspace_request_names_one_body",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="workspace_refusal_has_a_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "asked"]),
                            models.Q(("organisation_code", ""), _negated=True),
                        ),
                        fields=("organisation_code",),
                        name="workspace_asked_once_for_a_body",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkspaceNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[
                            ("institution", "The institution"),
                            ("oversight", "National oversight"),
                        ],
                        max_length=12,
                    ),
                ),
                ("text", models.TextField()),
                ("by", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="signup.workspacerequest",
                    ),
                ),
            ],
        ),
    ]
