import datetime

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Complaint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=16)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("complaint", "Complaint"),
                            ("observation", "Observation"),
                            ("proposal", "Proposal"),
                        ],
                        max_length=12,
                    ),
                ),
                ("organisation_code", models.SlugField(db_index=False, max_length=64)),
                ("category_code", models.SlugField(blank=True, db_index=False)),
                ("subject", models.CharField(max_length=200)),
                ("body", models.TextField()),
                ("remedy", models.TextField(blank=True)),
                ("place", models.CharField(blank=True, max_length=200)),
                ("happened_on", models.DateField(blank=True, null=True)),
                (
                    "declarations",
                    models.JSONField(
                        blank=True,
                        db_default=models.Value([], models.JSONField()),
                        default=list,
                        help_text="What the citizen said of admissibility: values of Declaration.",
                    ),
                ),
                (
                    "follows",
                    models.CharField(
                        blank=True,
                        db_default="",
                        help_text="Reference of the earlier request, of this agency or another one.",
                        max_length=16,
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("ar", "Arabic"), ("fr", "French"), ("en", "English")],
                        max_length=2,
                    ),
                ),
                (
                    "privacy",
                    models.CharField(
                        choices=[
                            ("named", "With my name"),
                            ("confidential", "Confidential"),
                            ("anonymous", "Anonymous"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("portal", "Portal"),
                            ("api", "Program (REST interface)"),
                            ("counter", "Counter"),
                            ("phone", "Telephone"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "consent",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("signed", "Signed on paper"),
                            ("spoken", "Spoken, before the officer or on the telephone"),
                        ],
                        db_default="",
                        max_length=8,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("in_progress", "In progress"),
                            ("awaiting_citizen", "Waiting for the citizen"),
                            ("answered", "Answered"),
                            ("reopened", "Re-opened"),
                            ("inadmissible", "Inadmissible"),
                            ("transferred", "Transferred"),
                            ("withdrawn", "Withdrawn"),
                            ("closed", "Closed"),
                        ],
                        default="received",
                        max_length=16,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("upheld", "Upheld"),
                            ("partly_upheld", "Partly upheld"),
                            ("not_upheld", "Not upheld"),
                            ("explained", "Explained"),
                        ],
                        max_length=16,
                    ),
                ),
                ("received_at", models.DateTimeField()),
                (
                    "due_on",
                    models.DateField(
                        blank=True,
                        help_text="Last day of the reply in the current round; complaints only.",
                        null=True,
                    ),
                ),
                (
                    "answered_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the latest reply left; kept through a re-opening.",
                        null=True,
                    ),
                ),
                ("awaiting_until", models.DateField(blank=True, null=True)),
                ("reopened", models.PositiveSmallIntegerField(default=0)),
                ("reopened_at", models.DateTimeField(blank=True, null=True)),
                (
                    "version",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="Number of events so far: also what an officer's form was made from.",
                    ),
                ),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            django.contrib.postgres.search.SearchVector(
                                models.Func(
                                    models.Func(
                                        models.Func(
                                            models.Func(
                                                models.Func(
                                                    models.Func(
                                                        models.Func(
                                                            models.Func(
                                                                models.Func(
                                                                    django.db.models.functions.text.Concat(
                                                                        "subject",
                                                                        models.Value(" "),
                                                                        "body",
                                                                        output_field=models.TextField(),
                                                                    ),
                                                                    models.Value("NFKD"),
                                                                    function='"normalize"',
                                                                    output_field=models.TextField(),
                                                                ),
                                                                function="lower",
                                                                output_field=models.TextField(),
                                                            ),
                                                            models.Value(
                                                                "[\\u0300-\\u036f\\u0610-\\u061a\\u064b-\\u065f\\u0670\\u06d6-\\u06ed\\u0621\\u0640\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2069]+"
                                                            ),
                                                            models.Value(""),
                                                            models.Value("g"),
                                                            function="regexp_replace",
                                                            output_field=models.TextField(),
                                                        ),
                                                        models.Value("[-./@:_]+"),
                                                        models.Value(" "),
                                                        models.Value("g"),
                                                        function="regexp_replace",
                                                        output_field=models.TextField(),
                                                    ),
                                                    models.Value("ٱىیےةھہەگڭݣکپڤ٠١٢٣٤٥٦٧٨٩"),
                                                    models.Value("ايييههههككككبف0123456789"),
                                                    function="translate",
                                                    output_field=models.TextField(),
                                                ),
                                                models.Value("œ"),
                                                models.Value("oe"),
                                                function="replace",
                                                output_field=models.TextField(),
                                            ),
                                            models.Value("æ"),
                                            models.Value("ae"),
                                            function="replace",
                                            output_field=models.TextField(),
                                        ),
                                        models.Value("([0-9])([^0-9])"),
                                        models.Value("\\1 \\2"),
                                        models.Value("g"),
                                        function="regexp_replace",
                                        output_field=models.TextField(),
                                    ),
                                    models.Value("([^0-9])([0-9])"),
                                    models.Value("\\1 \\2"),
                                    models.Value("g"),
                                    function="regexp_replace",
                                    output_field=models.TextField(),
                                ),
                                config="simple",
                            ),
                            function="strip",
                        ),
                        null=True,
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "assisted_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        help_text="The officer who filed it for the person.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "author",
                    models.CharField(
                        choices=[("citizen", "Citizen"), ("agency", "Administration")], max_length=8
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("content_type", models.CharField(max_length=100)),
                ("size", models.PositiveIntegerField(help_text="Bytes.")),
                ("sha256", models.BinaryField(max_length=32)),
                ("path", models.CharField(max_length=80)),
                (
                    "scan",
                    models.CharField(
                        choices=[
                            ("not_scanned", "Not scanned"),
                            ("pending", "Waiting for the virus scanner"),
                            ("clean", "Clean"),
                            ("infected", "Infected"),
                        ],
                        default="not_scanned",
                        max_length=12,
                    ),
                ),
                (
                    "question",
                    models.CharField(
                        blank=True,
                        db_default="",
                        help_text="Code of the category's question that it answers.",
                        max_length=40,
                    ),
                ),
                (
                    "is_by_email",
                    models.BooleanField(
                        db_default=False,
                        help_text="Its sender gave the reference and the e-mail address, which the agency knows.",
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "missing_since",
                    models.DateTimeField(
                        help_text="When its bytes were first found missing from the storage.",
                        null=True,
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="complaints.complaint",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ComplaintEvent",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "position",
                    models.PositiveIntegerField(help_text="1, 2, 3, ... within the case, no gaps."),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("received", "Request received"),
                            ("assigned", "An officer was assigned"),
                            ("question_asked", "The administration asked a question"),
                            ("message_by_citizen", "Message from the citizen"),
                            ("message_by_agency", "Message from the administration"),
                            ("attachment_added", "File added"),
                            ("note_added", "Internal note"),
                            ("answered", "Reply sent"),
                            ("inadmissible", "Refused as inadmissible"),
                            ("rated", "Rating given"),
                            ("reopened", "Re-opened by the citizen"),
                            ("withdrawn", "Withdrawn by the citizen"),
                            ("wait_ended", "The wait for the citizen's answer ended"),
                            ("closed", "Closed"),
                            (
                                "promise_asked",
                                "The citizen was asked whether the decision was carried out",
                            ),
                            (
                                "promise_told",
                                "The citizen said whether the decision was carried out",
                            ),
                            ("email_changed", "The citizen changed the e-mail address"),
                            ("identity_opened", "National oversight saw the confidential identity"),
                            ("review_asked", "The citizen asked national oversight for a review"),
                            ("review_decided", "National oversight decided the review"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("in_progress", "In progress"),
                            ("awaiting_citizen", "Waiting for the citizen"),
                            ("answered", "Answered"),
                            ("reopened", "Re-opened"),
                            ("inadmissible", "Inadmissible"),
                            ("transferred", "Transferred"),
                            ("withdrawn", "Withdrawn"),
                            ("closed", "Closed"),
                        ],
                        help_text="After the event.",
                        max_length=16,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("upheld", "Upheld"),
                            ("partly_upheld", "Partly upheld"),
                            ("not_upheld", "Not upheld"),
                            ("explained", "Explained"),
                        ],
                        max_length=16,
                    ),
                ),
                ("resolved", models.BooleanField(help_text="A rating's first fact.", null=True)),
                (
                    "handling",
                    models.PositiveSmallIntegerField(
                        help_text="A rating's second fact, 1-5.", null=True
                    ),
                ),
                (
                    "actor_kind",
                    models.CharField(
                        choices=[
                            ("citizen", "citizen"),
                            ("officer", "officer"),
                            ("oversight", "oversight"),
                            ("system", "system"),
                        ],
                        max_length=12,
                    ),
                ),
                ("actor_label", models.CharField(max_length=120)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "complaint",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="complaints.complaint",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("message", "Message"),
                            ("question", "Question"),
                            ("reply", "Reply"),
                            ("refusal", "Refusal"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "author",
                    models.CharField(
                        choices=[("citizen", "Citizen"), ("agency", "Administration")], max_length=8
                    ),
                ),
                ("body", models.TextField()),
                (
                    "is_by_email",
                    models.BooleanField(
                        db_default=False,
                        help_text="Its writer gave the reference and the e-mail address, which the agency knows.",
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("body", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Rating",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "round",
                    models.PositiveSmallIntegerField(
                        help_text="0 for the first reply, then 1, 2..."
                    ),
                ),
                ("resolved", models.BooleanField()),
                (
                    "handling",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ]
                    ),
                ),
                ("comment", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                (
                    "complaint",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ratings",
                        to="complaints.complaint",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                (
                    "complaint",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="party",
                        serialize=False,
                        to="complaints.complaint",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("person", "A person"),
                            ("company", "A company"),
                            ("association", "An association"),
                        ],
                        max_length=12,
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("phone", models.CharField(blank=True, max_length=20)),
                ("national_id", models.CharField(blank=True, max_length=20)),
            ],
            options={
                "indexes": [
                    models.Index(
                        django.db.models.functions.text.Upper("email"),
                        condition=models.Q(("email", ""), _negated=True),
                        name="party_by_email",
                    ),
                    models.Index(
                        condition=models.Q(("phone", ""), _negated=True),
                        fields=["phone"],
                        name="party_by_phone",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                django.db.models.functions.comparison.Coalesce(
                    "due_on", models.Value(datetime.date(9999, 12, 31))
                ),
                models.F("id"),
                name="complaint_by_term",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                django.db.models.functions.comparison.Coalesce(
                    "due_on", models.Value(datetime.date(9999, 12, 31))
                ),
                models.F("id"),
                condition=models.Q(
                    ("status__in", ("received", "in_progress", "awaiting_citizen", "reopened"))
                ),
                name="complaint_open_by_term",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                django.db.models.functions.comparison.Coalesce(
                    "due_on", models.Value(datetime.date(9999, 12, 31))
                ),
                models.F("id"),
                condition=models.Q(
                    ("assignee", None),
                    ("status__in", ("received", "in_progress", "awaiting_citizen", "reopened")),
                ),
                name="complaint_unheld_by_term",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                models.F("assignee"),
                django.db.models.functions.comparison.Coalesce(
                    "due_on", models.Value(datetime.date(9999, 12, 31))
                ),
                models.F("id"),
                condition=models.Q(
                    ("assignee__isnull", False),
                    ("status__in", ("received", "in_progress", "awaiting_citizen", "reopened")),
                ),
                name="complaint_held_by_term",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                django.db.models.functions.comparison.Coalesce(
                    "due_on", models.Value(datetime.date(9999, 12, 31))
                ),
                models.F("id"),
                condition=models.Q(("status", "awaiting_citizen")),
                name="complaint_awaiting_by_term",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                django.db.models.functions.comparison.Coalesce(
                    "due_on", models.Value(datetime.date(9999, 12, 31))
                ),
                models.F("id"),
                condition=models.Q(("status__in", ("answered", "inadmissible"))),
                name="complaint_answered_by_term",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["search"], name="complaint_by_word"
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.UniqueConstraint(
                fields=("reference",), name="complaint_reference_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["complaint", "observation", "proposal"])),
                name="complaint_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "received",
                            "in_progress",
                            "awaiting_citizen",
                            "answered",
                            "reopened",
                            "inadmissible",
                            "transferred",
                            "withdrawn",
                            "closed",
                        ],
                    )
                ),
                name="complaint_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "complaint"), ("due_on", None), _connector="XOR"),
                name="complaint_due_only_for_complaints",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ("answered", "inadmissible")), _negated=True),
                    ("answered_at__isnull", False),
                    _connector="OR",
                ),
                name="complaint_answered_has_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "awaiting_citizen"), ("awaiting_until", None), _connector="XOR"
                ),
                name="complaint_waiting_has_a_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintevent",
            constraint=models.UniqueConstraint(
                fields=("complaint", "position"), name="event_position_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "received",
                            "assigned",
                            "question_asked",
                            "message_by_citizen",
                            "message_by_agency",
                            "attachment_added",
                            "note_added",
                            "answered",
                            "inadmissible",
                            "rated",
                            "reopened",
                            "withdrawn",
                            "wait_ended",
                            "closed",
                            "promise_asked",
                            "promise_told",
                            "email_changed",
                            "identity_opened",
                            "review_asked",
                            "review_decided",
                        ],
                    )
                ),
                name="event_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("author", "agency"), ("officer", None), _connector="XOR"),
                name="message_has_its_officer",
            ),
        ),
        migrations.AddConstraint(
            model_name="rating",
            constraint=models.UniqueConstraint(
                fields=("complaint", "round"), name="rating_once_a_round"
            ),
        ),
        migrations.AddConstraint(
            model_name="rating",
            constraint=models.CheckConstraint(
                condition=models.Q(("handling__gte", 1), ("handling__lte", 5)),
                name="rating_handling_1_to_5",
            ),
        ),
    ]
