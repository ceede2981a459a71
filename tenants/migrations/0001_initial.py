import datetime

import django.db.models.deletion
import django_tenants.postgresql_backend.base
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# What was asked for never changes: whoever agrees to a row by its number has read it.
REFUSE = """
CREATE FUNCTION approval_request_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.kind, NEW.subject, NEW.reason, NEW.asked_by_id, NEW.asked_by, NEW.asked_at,
            NEW.expires_at)
        IS DISTINCT FROM (OLD.id, OLD.kind, OLD.subject, OLD.reason, OLD.asked_by_id,
            OLD.asked_by, OLD.asked_at, OLD.expires_at)
        OR (NEW.arguments IS DISTINCT FROM OLD.arguments AND NEW.arguments <> '{}'::jsonb)
        OR (OLD.confirmed_by_id IS NOT NULL
            AND NEW.confirmed_by_id IS DISTINCT FROM OLD.confirmed_by_id)
    THEN
        RAISE EXCEPTION 'what was asked for never changes';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER approval_request_never_changes BEFORE UPDATE ON tenants_approvalrequest
    FOR EACH ROW EXECUTE FUNCTION approval_request_refuse_change();

CREATE FUNCTION destroy_order_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.agency_code, NEW.reason, NEW.is_waived, NEW.asked_by_id, NEW.asked_by,
            NEW.asked_at, NEW.expires_at)
        IS DISTINCT FROM (OLD.id, OLD.agency_code, OLD.reason, OLD.is_waived, OLD.asked_by_id,
            OLD.asked_by, OLD.asked_at, OLD.expires_at)
        OR (OLD.confirmed_by_id IS NOT NULL
            AND NEW.confirmed_by_id IS DISTINCT FROM OLD.confirmed_by_id)
    THEN
        RAISE EXCEPTION 'what was asked for never changes';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER destroy_order_never_changes BEFORE UPDATE ON tenants_destroyorder
    FOR EACH ROW EXECUTE FUNCTION destroy_order_refuse_change();
"""
ALLOW = """
DROP TRIGGER approval_request_never_changes ON tenants_approvalrequest;
DROP FUNCTION approval_request_refuse_change();
DROP TRIGGER destroy_order_never_changes ON tenants_destroyorder;
DROP FUNCTION destroy_order_refuse_change();
"""


def leave_out_like_index(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Django makes an index for LIKE beside the key of a route, and nobody asks for one."""
    schema_editor.deferred_sql[:] = [
        statement
        for statement in schema_editor.deferred_sql
        if "tenants_route_reference" not in str(statement)
    ]


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Agency",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "schema_name",
                    models.CharField(
                        db_index=True,
                        max_length=63,
                        unique=True,
                        validators=[django_tenants.postgresql_backend.base._check_schema_name],
                    ),
                ),
                ("code", models.SlugField(unique=True)),
                ("name_ar", models.CharField(max_length=200)),
                ("name_fr", models.CharField(max_length=200)),
                ("name_en", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("preparing", "Being prepared"),
                            ("active", "Active"),
                            ("suspended", "Suspended"),
                            ("archived", "Archived"),
                            ("destroyed", "Destroyed"),
                        ],
                        default="preparing",
                        max_length=12,
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("recorded", "Recorded"),
                            ("schema", "Schema made"),
                            ("role", "Database role made"),
                            ("tables", "Tables made"),
                            ("reference", "Reference data stored"),
                            ("host", "Host name given"),
                            ("invited", "Administrator invited"),
                            ("checked", "First checks passed"),
                            ("ready", "Ready"),
                        ],
                        default="recorded",
                        help_text="The last step of creation that is complete; creation goes on from the next.",
                        max_length=12,
                    ),
                ),
                (
                    "version",
                    models.CharField(
                        blank=True,
                        help_text="Fingerprint of the migrations applied to its schema; changes with them.",
                        max_length=64,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "state_reason",
                    models.TextField(
                        blank=True,
                        help_text="Why it is suspended or archived; its staff read this text.",
                    ),
                ),
                (
                    "state_since",
                    models.DateTimeField(
                        help_text="Since when it is suspended or archived; None while it is active.",
                        null=True,
                    ),
                ),
                (
                    "successor_code",
                    models.SlugField(
                        blank=True, help_text="Who answers new requests since it was archived."
                    ),
                ),
                (
                    "passed_on",
                    models.JSONField(
                        help_text="Codes of the organisations that it answered for until it was archived.",
                        null=True,
                    ),
                ),
                (
                    "taken_over_at",
                    models.DateTimeField(
                        help_text="Since when acting officers named by national oversight work in its place.",
                        null=True,
                    ),
                ),
                (
                    "needs_second_step",
                    models.BooleanField(
                        db_default=False,
                        help_text="Whether its administrators require a second factor of all staff.",
                    ),
                ),
                (
                    "owes_since",
                    models.DateField(
                        help_text="Since which day an invoice is unpaid; copied here for every page.",
                        null=True,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ApprovalRequest",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("take_over", "Answering in an agency's place"),
                            ("invite", "Inviting an administrator"),
                            ("export", "A file with all data"),
                            ("identity", "Showing the identity behind a confidential request"),
                            ("archive", "Archiving the workspace"),
                            ("host_add", "Adding a host name to an agency"),
                            ("host_primary", "Changing an agency's main host name"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "subject",
                    models.CharField(help_text="An agency's code, or a reference.", max_length=64),
                ),
                ("arguments", models.JSONField(default=dict)),
                ("reason", models.TextField()),
                ("asked_by_id", models.BigIntegerField()),
                ("asked_by", models.CharField(max_length=120)),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("confirmed_by_id", models.BigIntegerField(null=True)),
                ("confirmed_by", models.CharField(blank=True, max_length=120)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "used_at",
                    models.DateTimeField(
                        help_text="When the first person did what was approved.", null=True
                    ),
                ),
                (
                    "job_id",
                    models.UUIDField(help_text="The job that was approved.", null=True),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DestroyOrder",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("agency_code", models.SlugField()),
                ("reason", models.TextField()),
                (
                    "is_waived",
                    models.BooleanField(
                        db_default=False,
                        help_text="Whether it may be destroyed without an export; the reason says why.",
                    ),
                ),
                ("asked_by_id", models.BigIntegerField()),
                ("asked_by", models.CharField(max_length=120)),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("confirmed_by_id", models.BigIntegerField(null=True)),
                ("confirmed_by", models.CharField(blank=True, max_length=120)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("job_id", models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Domain",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("domain", models.CharField(db_index=True, max_length=253, unique=True)),
                ("is_primary", models.BooleanField(db_index=True, default=True)),
                (
                    "site",
                    models.CharField(
                        choices=[
                            ("citizens", "Citizens' portal"),
                            ("oversight", "National oversight"),
                            ("agency", "Agency console"),
                        ],
                        default="agency",
                        max_length=12,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Route",
            fields=[
                ("reference", models.CharField(max_length=16, primary_key=True, serialize=False)),
                (
                    "nonce",
                    models.BinaryField(
                        help_text="Random; the receipt code is computed from it with LOOKUP_KEY.",
                        max_length=16,
                    ),
                ),
                ("receipt_digest", models.BinaryField(max_length=32)),
                (
                    "email_digest",
                    models.BinaryField(
                        help_text="NULL for an anonymous complaint.", max_length=32, null=True
                    ),
                ),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="HostClaim",
            fields=[
                ("host", models.CharField(max_length=253, primary_key=True, serialize=False)),
                ("asked_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(null=True)),
                ("fault", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="LeakTest",
            fields=[
                ("at", models.DateTimeField(primary_key=True, serialize=False)),
                ("agencies", models.PositiveIntegerField()),
                ("attempts", models.PositiveIntegerField()),
                ("refused", models.PositiveIntegerField()),
                (
                    "leaked",
                    models.JSONField(
                        help_text="Pairs: the agency that could read, the agency whose table it was."
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LinkToken",
            fields=[
                ("digest", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("open", "Open the request"),
                            ("rate", "Rate the reply"),
                            ("promise", "Say whether the decision was carried out"),
                            ("old_email", "Prove the former e-mail address"),
                            ("new_email", "Prove the new e-mail address"),
                        ],
                        max_length=12,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="OwnedRoute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("linked_at", models.DateTimeField()),
                (
                    "is_by_email",
                    models.BooleanField(
                        db_default=False,
                        help_text="Linked by the account's e-mail address, and unlinked when that changes.",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("reference", models.CharField(max_length=16)),
                (
                    "schema_name",
                    models.CharField(help_text="The agency that is reviewed.", max_length=63),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("refused_again", "Refused a second time"),
                            ("overdue", "No reply within the legal deadline"),
                        ],
                        max_length=16,
                    ),
                ),
                ("reason", models.TextField(help_text="In the citizen's words.")),
                ("asked_at", models.DateTimeField()),
                (
                    "due_on",
                    models.DateField(
                        help_text="Last day to decide; the portal sets this time limit, not the law."
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("upheld", "The reply is confirmed"),
                            ("sent_back", "The administration must examine it again"),
                            (
                                "lapsed",
                                "Ended without a decision: the citizen withdrew the request",
                            ),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        blank=True,
                        help_text="Text of the decision, for the citizen and for the agency.",
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("user_id", models.BigIntegerField(help_text="Who decided.", null=True)),
                ("label", models.CharField(blank=True, max_length=120)),
            ],
        ),
        migrations.CreateModel(
            name="SchemaVersion",
            fields=[
                ("fingerprint", models.CharField(max_length=64, primary_key=True, serialize=False)),
                (
                    "migrations",
                    models.JSONField(help_text="Every migration of the version, as app.name."),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        help_text="Digest of the migration files from which the script was made.",
                        max_length=64,
                    ),
                ),
                ("script", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="EncryptedParty",
            fields=[
                ("reference", models.CharField(max_length=16, primary_key=True, serialize=False)),
                (
                    "schema_name",
                    models.CharField(
                        db_default=models.Func(function="current_schema"),
                        editable=False,
                        help_text="The schema that wrote the row; the row-level security policy checks it.",
                        max_length=63,
                    ),
                ),
                (
                    "key_id",
                    models.CharField(help_text="Which encryption key decrypts it.", max_length=16),
                ),
                (
                    "sealed",
                    models.BinaryField(help_text="Name and ways to reach the person, encrypted."),
                ),
                ("created_at", models.DateTimeField()),
            ],
            options={"db_table": "tenants_sealedparty"},
        ),
        migrations.CreateModel(
            name="SubmissionKey",
            fields=[
                ("digest", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                (
                    "fingerprint",
                    models.BinaryField(
                        help_text="Digest of the content: the same key with another content is refused.",
                        max_length=32,
                    ),
                ),
                (
                    "sent",
                    models.BinaryField(
                        help_text="Digest of the raw input: the same input again is not validated again.",
                        max_length=32,
                        null=True,
                    ),
                ),
                (
                    "schema_name",
                    models.CharField(
                        db_default=models.Func(function="current_schema"),
                        editable=False,
                        help_text="The schema that wrote the row; the row-level security policy checks it.",
                        max_length=63,
                    ),
                ),
                ("created_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="TakeOver",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("reason", models.TextField()),
                ("user_id", models.BigIntegerField()),
                ("label", models.CharField(max_length=120)),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "closed_users",
                    models.JSONField(help_text="IDs of the staff whose accounts it deactivated."),
                ),
                (
                    "caretakers",
                    models.JSONField(
                        help_text="IDs of the acting officers' accounts that it created."
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TrackingToken",
            fields=[
                ("digest", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("write", "Read, write messages and send files"),
                            ("full", "Everything that the citizen may do"),
                        ],
                        db_default="write",
                        max_length=8,
                    ),
                ),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="IdentityOpening",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("reference", models.CharField(db_index=True, max_length=16)),
                ("user_id", models.BigIntegerField()),
                ("label", models.CharField(max_length=120)),
                ("reason", models.TextField()),
                (
                    "court_reference",
                    models.CharField(
                        db_default="",
                        help_text="Blank if the reason was an undecided review that the citizen asked for.",
                        max_length=120,
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "tenants_vaultopening"},
        ),
        migrations.CreateModel(
            name="CitizenSession",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("session_key", models.CharField(max_length=40)),
                ("browser", models.CharField(blank=True, max_length=20)),
                ("system", models.CharField(blank=True, max_length=20)),
                ("began_at", models.DateTimeField()),
                (
                    "seen_at",
                    models.DateTimeField(
                        help_text="Time of the last page, accurate to some minutes."
                    ),
                ),
            ],
            options={"db_table": "tenants_visit"},
        ),
        migrations.CreateModel(
            name="AgencyUsage",
            fields=[
                (
                    "agency",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="tenants.agency",
                    ),
                ),
                (
                    "staff",
                    models.PositiveIntegerField(
                        help_text="People who may sign in: seats that are taken."
                    ),
                ),
                ("open_cases", models.PositiveIntegerField()),
                ("late_cases", models.PositiveIntegerField()),
                (
                    "file_bytes",
                    models.BigIntegerField(help_text="Files of requests and replies, in bytes."),
                ),
                ("mails_waiting", models.PositiveIntegerField()),
                ("mails_failing", models.PositiveIntegerField()),
                (
                    "mails_failed",
                    models.PositiveIntegerField(
                        db_default=0,
                        help_text="E-mails that are not retried any more; they can be sent again by hand.",
                    ),
                ),
                (
                    "files_missing",
                    models.PositiveIntegerField(
                        db_default=0,
                        help_text="Files whose bytes were asked for and are not in the storage.",
                    ),
                ),
                ("measured_at", models.DateTimeField()),
            ],
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["preparing", "active", "suspended", "archived", "destroyed"])
                ),
                name="agency_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[a-z][a-z0-9]*(-[a-z0-9]+)*$")),
                name="agency_code_shape",
            ),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "active"), _negated=True), ("step", "ready"), _connector="OR"
                ),
                name="agency_active_only_when_ready",
            ),
        ),
        migrations.AddConstraint(
            model_name="approvalrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by_id", None),
                    models.Q(("confirmed_by_id", models.F("asked_by_id")), _negated=True),
                    _connector="OR",
                ),
                name="approval_takes_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="approvalrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("confirmed_at", None), ("withdrawn_at", None)),
                fields=("kind", "subject"),
                name="approval_asked_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="destroyorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by_id", None),
                    models.Q(("confirmed_by_id", models.F("asked_by_id")), _negated=True),
                    _connector="OR",
                ),
                name="destroy_takes_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="destroyorder",
            constraint=models.UniqueConstraint(
                condition=models.Q(("confirmed_at", None), ("withdrawn_at", None)),
                fields=("agency_code",),
                name="destroy_asked_once",
            ),
        ),
        migrations.AddField(
            model_name="domain",
            name="tenant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="domains",
                to="tenants.agency",
            ),
        ),
        migrations.CreateModel(
            name="EmailChange",
            fields=[
                (
                    "route",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="tenants.route",
                    ),
                ),
                (
                    "key_id",
                    models.CharField(help_text="Which encryption key decrypts it.", max_length=16),
                ),
                ("sealed", models.BinaryField(help_text="The new address, encrypted.")),
                ("is_old_proved", models.BooleanField(default=False)),
                ("is_new_proved", models.BooleanField(default=False)),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.AddField(
            model_name="route",
            name="agency",
            field=models.ForeignKey(
                db_column="schema_name",
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenants.agency",
                to_field="schema_name",
            ),
        ),
        migrations.AddField(
            model_name="hostclaim",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tenants.agency"
            ),
        ),
        migrations.AddField(
            model_name="linktoken",
            name="route",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tenants.route"
            ),
        ),
        migrations.AddField(
            model_name="ownedroute",
            name="route",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tenants.route"
            ),
        ),
        migrations.AddField(
            model_name="ownedroute",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["reference", "asked_at"], name="review_by_case"),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("decision", "")),
                fields=["due_on", "asked_at"],
                name="review_by_term",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("cause__in", ["refused_again", "overdue"])), name="review_cause"
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("decision__in", ["", "upheld", "sent_back", "lapsed"])),
                name="review_decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decision", ""), ("decided_at__isnull", False), _connector="XOR"
                ),
                name="review_decided_has_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decision__in", ["", "lapsed"]),
                    models.Q(models.Q(("text", ""), _negated=True), ("user_id__isnull", False)),
                    _connector="OR",
                ),
                name="review_decision_says_who_and_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decision", "")),
                fields=("reference",),
                name="review_waits_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="encryptedparty",
            constraint=models.CheckConstraint(
                condition=models.Q(("reference__regex", "^[0-9]{16}$")),
                name="seal_is_of_a_reference",
            ),
        ),
        migrations.AddConstraint(
            model_name="encryptedparty",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("created_at__gte", datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ("created_at__lt", datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                ),
                name="seal_made_in_our_time",
            ),
        ),
        migrations.AddField(
            model_name="submissionkey",
            name="route",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="tenants.route",
            ),
        ),
        migrations.AddField(
            model_name="takeover",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tenants.agency"
            ),
        ),
        migrations.AddField(
            model_name="trackingtoken",
            name="route",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tenants.route"
            ),
        ),
        migrations.AddField(
            model_name="citizensession",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="route",
            constraint=models.CheckConstraint(
                condition=models.Q(("reference__regex", "^[0-9]{16}$")),
                name="route_is_of_a_reference",
            ),
        ),
        migrations.AddConstraint(
            model_name="route",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("created_at__gte", datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ("created_at__lt", datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                ),
                name="route_made_in_our_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="linktoken",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("purpose__in", ["open", "rate", "promise", "old_email", "new_email"])
                ),
                name="link_purpose_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownedroute",
            constraint=models.UniqueConstraint(
                fields=("user", "route"), name="route_owned_once_by_each"
            ),
        ),
        migrations.AddConstraint(
            model_name="submissionkey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("created_at__gte", datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ("created_at__lt", datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                ),
                name="used_key_made_in_our_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="takeover",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("agency",), name="taken_over_once"
            ),
        ),
        migrations.RunPython(leave_out_like_index, migrations.RunPython.noop),
        migrations.RunSQL(REFUSE, ALLOW),
    ]
