"""Tables of form drafts, held requests and their files."""

from django.db import models
from django.db.models import Q, Value

from shared.complaints.enums import Kind, Language, PartyKind, Privacy, ScanState


class Draft(models.Model):
    """An unfinished request; of its secret token only the digest is stored.

    When the request is filed, its row keeps only the reference, because personal data must be
    stored in one place only.
    """

    digest = models.BinaryField(primary_key=True, max_length=32)
    kind = models.CharField(max_length=12, choices=Kind, blank=True)
    organisation = models.SlugField(max_length=64, blank=True, db_index=False)
    category = models.SlugField(max_length=50, blank=True, db_index=False)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    place = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=list, help_text="Pairs: question's code, answer.")
    remedy = models.TextField(blank=True)
    happened_on = models.DateField(null=True, blank=True)
    declarations = models.JSONField(default=list, help_text="Values of Declaration.")
    follows = models.CharField(
        max_length=16,
        blank=True,
        help_text="Reference of the earlier request; its right is proved.",
    )
    language = models.CharField(max_length=2, choices=Language, blank=True)
    privacy = models.CharField(max_length=12, choices=Privacy, blank=True)
    party_kind = models.CharField(max_length=12, choices=PartyKind, blank=True)
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    national_id = models.CharField(max_length=20, blank=True)
    typed = models.JSONField(
        default=list,
        db_default=Value([], models.JSONField()),
        help_text="Pages left unfinished, as they stood: pairs of step and pairs of name, values.",
    )
    accepted = models.JSONField(
        default=list,
        db_default=Value([], models.JSONField()),
        help_text="Steps whose page was accepted.",
    )
    reference = models.CharField(max_length=16, blank=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reference="")
                | Q(body="", name="", email="", phone="", national_id="", typed=[]),
                name="draft_forgets_once_sent",
            ),
        ]


class HeldDraft(models.Model):
    """A request on which "send" was pressed while its agency's database server did not answer.

    There is no foreign key to ``Draft``, because storing a foreign key needs a lock that a filing
    that hangs may have.
    """

    digest = models.BinaryField(primary_key=True, max_length=32, help_text="Of the answers.")
    link_digest = models.BinaryField(
        max_length=32, unique=True, help_text="Of the address to come back to."
    )
    organisation = models.SlugField(max_length=64, db_index=False)
    pressed_at = models.DateTimeField(help_text="When it was sent; it counts from then.")
    fingerprint = models.CharField(
        max_length=64, blank=True, help_text="By which it is filed once only."
    )
    is_anonymous = models.BooleanField()
    owner_id = models.BigIntegerField(
        null=True, blank=True, help_text="The account that it is kept in, never if anonymous."
    )
    refusal = models.SlugField(
        max_length=64,
        blank=True,
        db_index=False,
        help_text="Code of the refusal for good; then nobody tries again.",
    )
    filed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["organisation", "pressed_at"],
                condition=Q(filed_at=None),
                name="helddraft_that_waits",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_anonymous=False) | Q(owner_id=None),
                name="helddraft_anonymous_without_owner",
            )
        ]


class DraftFile(models.Model):
    """A file of an unfinished request, already examined; it is filed with the request."""

    id = models.UUIDField(primary_key=True)
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="files")
    question = models.CharField(
        max_length=40, blank=True, help_text="Code of the category's question that it answers."
    )
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.BinaryField(max_length=32)
    path = models.CharField(max_length=80)
    scan = models.CharField(max_length=12, choices=ScanState)
    at = models.DateTimeField()
