"""Models in the public schema about requests: routes, access, encrypted parties, reviews."""

from django.conf import settings
from django.db import models
from django.db.models import Func, Q

from shared.kernel.clock import FIRST_MOMENT, LAST_MOMENT
from shared.kernel.references import PATTERN
from tenants.models.agencies import Agency
from tenants.models.enums import (
    LinkPurpose,
    OpenedBy,
    PrintedCode,
    PrintedCodeUse,
    ReviewCause,
    ReviewDecision,
    TokenScope,
)

# Agencies' roles insert these rows, and national code reads the rows of all agencies. Without this
# constraint a time that Python cannot represent would make such a query fail.
_HAS_PLAUSIBLE_TIME = Q(created_at__gte=FIRST_MOMENT, created_at__lt=LAST_MOMENT)


class Route(models.Model):
    """The reference of a request, the agency that has its case, and its lookup digests.

    The row has no personal data, only keyed digests of the reference with the receipt code, with
    the e-mail address and with the name.
    """

    reference = models.CharField(max_length=16, primary_key=True)
    # The column has the schema's name, because the row policy compares the schema's name. A foreign
    # key constraint would be slow: PostgreSQL would plan its query again at each change of schema.
    agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        to_field="schema_name",
        db_column="schema_name",
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    nonce = models.BinaryField(
        max_length=16,
        help_text="Random; the receipt code is computed from it with LOOKUP_KEY.",
    )
    receipt_digest = models.BinaryField(max_length=32)
    email_digest = models.BinaryField(
        max_length=32, null=True, help_text="NULL where no e-mail address was given."
    )
    # The column is in this table because an agency may change its own tables but not a route. Rows
    # of older code count as proved, so that their citizens still get e-mails.
    is_email_proved = models.BooleanField(
        db_default=True,
        help_text="False until the mailbox has answered: no letter with content goes there.",
    )
    # The column is in no table of an agency, because the agency could change the state of a code
    # that it printed.
    printed_code = models.CharField(
        max_length=8,
        choices=PrintedCode,
        blank=True,
        db_default="",
        help_text="Whether an officer has seen the receipt code, and what it opens then.",
    )
    # Merging two requests requires this column, because ``is_email_proved`` is also true by default
    # without a proof. A row policy refuses a value from an agency's role (database_roles).
    email_proved_at = models.DateTimeField(
        null=True,
        help_text="When an act of its mailbox after the filing, or its account, proved it.",
    )
    name_digest = models.BinaryField(
        max_length=32,
        null=True,
        help_text="Keyed digest of reference and name as filed; NULL unless named.",
    )
    is_known_elsewhere = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether an agency that does not hold the case knows the reference.",
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            # An e-mail that is not about a case has a blank reference. Without this constraint a
            # route with a blank reference would count as the route of such an e-mail.
            models.CheckConstraint(
                condition=Q(reference__regex=PATTERN), name="route_is_of_a_reference"
            ),
            models.CheckConstraint(condition=_HAS_PLAUSIBLE_TIME, name="route_made_in_our_time"),
        ]


class TrackingToken(models.Model):
    """The digest of a tracking token; the token opens one request for some hours."""

    digest = models.BinaryField(primary_key=True, max_length=32)
    route = models.ForeignKey(Route, models.CASCADE, related_name="+")
    # The default is the narrower scope, for rows that older code inserts during an update.
    scope = models.CharField(max_length=8, choices=TokenScope, db_default=TokenScope.WRITE)
    is_by_printed_code = models.BooleanField(
        db_default=False, help_text="Got with a receipt code that an officer had printed."
    )
    is_by_mailbox = models.BooleanField(
        db_default=False,
        help_text="Got by a link to the request's mailbox, or by its account.",
    )
    opened_by = models.CharField(
        max_length=8,
        choices=OpenedBy,
        blank=True,
        db_default="",
        help_text="Blank where older code made the row.",
    )
    expires_at = models.DateTimeField(db_index=True)


class PrintedCodeAct(models.Model):
    """One use of a receipt code that an officer had printed.

    No agency's role reads or writes these rows, so an officer who used the code cannot delete them.
    """

    id = models.UUIDField(primary_key=True)
    route = models.ForeignKey(Route, models.CASCADE, related_name="+")
    use = models.CharField(max_length=12, choices=PrintedCodeUse)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(use__in=PrintedCodeUse.values), name="printed_code_use_known"
            )
        ]


class RouteOpening(models.Model):
    """A day on which a request was opened on the citizens' site with one kind of proof.

    The citizen can read the rows. No IP address, browser or account is stored.
    """

    id = models.UUIDField(primary_key=True)
    # With a constraint in the database, the former release could not delete routes, because it
    # does not delete these rows.
    route = models.ForeignKey(
        Route, models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    opened_by = models.CharField(max_length=8, choices=OpenedBy)
    day = models.DateField(help_text="The national day.")
    at = models.DateTimeField(help_text="When first on that day.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["route", "day", "opened_by"], name="route_opened_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(opened_by__in=OpenedBy.values), name="route_opened_by_known"
            ),
        ]


class SubmissionKey(models.Model):
    """A used idempotency key, with the request that was filed with the key."""

    digest = models.BinaryField(primary_key=True, max_length=32)
    fingerprint = models.BinaryField(
        max_length=32,
        help_text="Digest of the content: the same key with another content is refused.",
    )
    sent = models.BinaryField(
        max_length=32,
        null=True,
        help_text="Digest of the raw input: the same input again is not validated again.",
    )
    # No constraint is needed in the database, because one statement inserts this row and the route.
    route = models.ForeignKey(
        Route, models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    schema_name = models.CharField(
        max_length=63,
        db_default=Func(function="current_schema"),
        editable=False,
        help_text="The schema that wrote the row; the row-level security policy checks it.",
    )
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_HAS_PLAUSIBLE_TIME, name="used_key_made_in_our_time"),
        ]


class EncryptedParty(models.Model):
    """The encrypted party of a confidential request.

    An agency's role may insert but not read rows (tenants.isolation.database_roles).
    """

    reference = models.CharField(max_length=16, primary_key=True)
    schema_name = models.CharField(
        max_length=63,
        db_default=Func(function="current_schema"),
        editable=False,
        help_text="The schema that wrote the row; the row-level security policy checks it.",
    )
    key_id = models.CharField(max_length=16, help_text="Which encryption key decrypts it.")
    sealed = models.BinaryField(help_text="Name and ways to reach the person, encrypted.")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "tenants_sealedparty"
        constraints = [
            models.CheckConstraint(
                condition=Q(reference__regex=PATTERN), name="seal_is_of_a_reference"
            ),
            models.CheckConstraint(condition=_HAS_PLAUSIBLE_TIME, name="seal_made_in_our_time"),
        ]


class IdentityOpening(models.Model):
    """An access of national oversight to an encrypted party; rows are never changed."""

    id = models.UUIDField(primary_key=True)
    reference = models.CharField(max_length=16, db_index=True)
    user_id = models.BigIntegerField()
    label = models.CharField(max_length=120)
    reason = models.TextField()
    court_reference = models.CharField(
        max_length=120,
        db_default="",
        help_text="Blank if the reason was an undecided review that the citizen asked for.",
    )
    at = models.DateTimeField()

    class Meta:
        db_table = "tenants_vaultopening"


class Review(models.Model):
    """A citizen's request that national oversight review how an agency handled a case.

    The agency gets the decision but never the citizen's reason.
    """

    id = models.UUIDField(primary_key=True)
    reference = models.CharField(max_length=16)
    schema_name = models.CharField(max_length=63, help_text="The agency that is reviewed.")
    cause = models.CharField(max_length=16, choices=ReviewCause)
    reason = models.TextField(help_text="In the citizen's words.")
    asked_at = models.DateTimeField()
    due_on = models.DateField(
        help_text="Last day to decide; the portal sets this time limit, not the law."
    )
    decision = models.CharField(max_length=12, choices=ReviewDecision, blank=True)
    text = models.TextField(
        blank=True, help_text="Text of the decision, for the citizen and for the agency."
    )
    decided_at = models.DateTimeField(null=True)
    user_id = models.BigIntegerField(null=True, help_text="Who decided.")
    label = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(cause__in=ReviewCause.values), name="review_cause"),
            models.CheckConstraint(
                condition=Q(decision__in=["", *ReviewDecision.values]), name="review_decision"
            ),
            models.CheckConstraint(
                condition=Q(decision="") ^ Q(decided_at__isnull=False),
                name="review_decided_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(decision__in=["", ReviewDecision.LAPSED])
                | (~Q(text="") & Q(user_id__isnull=False)),
                name="review_decision_says_who_and_why",
            ),
            models.UniqueConstraint(
                fields=["reference"], condition=Q(decision=""), name="review_waits_once"
            ),
        ]
        indexes = [
            models.Index(fields=["reference", "asked_at"], name="review_by_case"),
            models.Index(
                fields=["due_on", "asked_at"], condition=Q(decision=""), name="review_by_term"
            ),
        ]


class LinkToken(models.Model):
    """The digest of a one-time link in an e-mail, for one purpose and one request."""

    digest = models.BinaryField(primary_key=True, max_length=32)
    purpose = models.CharField(max_length=12, choices=LinkPurpose)
    route = models.ForeignKey(Route, models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=LinkPurpose.values), name="link_purpose_known"
            )
        ]


class SamePersonClaim(models.Model):
    """An agency's question to citizens whether two requests are of one person, with the answers.

    Each request's tracking page asks the question. No agency's role reads or writes the row. If
    both answers are "both are mine", the row is kept until the e-mail address of a request changes.
    """

    first = models.ForeignKey(Route, models.CASCADE, related_name="+")
    second = models.ForeignKey(Route, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField(
        db_index=True, help_text="Until then both must have been said."
    )
    first_said_at = models.DateTimeField(null=True)
    second_said_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="same_person_asked_once"),
            models.CheckConstraint(
                condition=Q(first__lt=models.F("second")), name="same_person_pair_in_order"
            ),
        ]


class EmailChange(models.Model):
    """A change of a request's e-mail address; the old and the new mailbox must confirm it."""

    route = models.OneToOneField(Route, models.CASCADE, primary_key=True, related_name="+")
    key_id = models.CharField(max_length=16, help_text="Which encryption key decrypts it.")
    sealed = models.BinaryField(help_text="The new address, encrypted.")
    is_old_proved = models.BooleanField(default=False)
    is_new_proved = models.BooleanField(default=False)
    expires_at = models.DateTimeField(db_index=True)


class OwnedRoute(models.Model):
    """A request that a citizen has in an account."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    route = models.ForeignKey(Route, models.CASCADE, related_name="+")
    linked_at = models.DateTimeField()
    is_by_email = models.BooleanField(
        db_default=False,
        help_text="Linked by the account's e-mail address, and unlinked when that changes.",
    )
    is_by_printed_code = models.BooleanField(
        db_default=False, help_text="Linked by a receipt code that an officer had printed."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "route"], name="route_owned_once_by_each")
        ]


class CitizenSession(models.Model):
    """A browser in which a citizen is signed in, stored without an IP address or a place."""

    id = models.UUIDField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    session_key = models.CharField(max_length=40)
    browser = models.CharField(max_length=20, blank=True)
    system = models.CharField(max_length=20, blank=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="Time of the last page, accurate to some minutes.")

    class Meta:
        db_table = "tenants_visit"
