"""Tables of workspace requests [public schema]."""

from django.db import models
from django.db.models import Q

from public_portal.workspace_requests.enums import UNDECIDED, RequestState, Side, Volume


class WorkspaceRequest(models.Model):
    """An institution's application for a workspace, stored from the first answer on.

    Its page opens only with the link that was sent to the responsible person.
    """

    id = models.UUIDField(primary_key=True)
    token_digest = models.BinaryField(max_length=32, unique=True)
    state = models.CharField(max_length=12, choices=RequestState, default=RequestState.UNPROVED)
    language = models.CharField(max_length=2)
    organisation_code = models.SlugField(
        max_length=64, blank=True, help_text="In the directory; blank where an entry is proposed."
    )
    proposed_ar = models.CharField(max_length=200, blank=True)
    proposed_fr = models.CharField(max_length=200, blank=True)
    proposed_kind = models.CharField(max_length=24, blank=True)
    proposed_parent = models.SlugField(max_length=64, blank=True)
    email = models.EmailField(help_text="The official address of the responsible person.")
    email_proved_at = models.DateTimeField(null=True)
    is_domain_known = models.BooleanField(
        default=False, help_text="The directory names the same domain for that body."
    )
    code_digest = models.BinaryField(max_length=32, null=True)
    code_expires_at = models.DateTimeField(null=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    person_name = models.CharField(max_length=120)
    person_function = models.CharField(max_length=120)
    phone = models.CharField(max_length=20, blank=True)
    volume = models.CharField(max_length=12, choices=Volume)
    plan_code = models.SlugField(max_length=32)
    seats = models.PositiveIntegerField(default=1)
    message = models.TextField(blank=True)
    terms_version = models.CharField(max_length=16)
    accepted_at = models.DateTimeField(null=True, help_text="When the terms were agreed to.")
    created_at = models.DateTimeField(help_text="When it was sent; before that, when it was begun.")
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)
    reason = models.TextField(blank=True, help_text="Why it was refused, as the institution reads.")
    agency_code = models.SlugField(max_length=50, blank=True)
    job_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=RequestState.values), name="workspace_request_state"
            ),
            models.CheckConstraint(
                condition=~Q(organisation_code="") ^ ~Q(proposed_fr=""),
                name="workspace_request_names_one_body",
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.REFUSED) | ~Q(reason=""),
                name="workspace_refusal_has_a_reason",
            ),
            models.UniqueConstraint(
                fields=["organisation_code"],
                condition=Q(state__in=[RequestState.WAITING, RequestState.ASKED])
                & ~Q(organisation_code=""),
                name="workspace_asked_once_for_a_body",
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=UNDECIDED),
                name="workspace_request_undecided",
            )
        ]


class WorkspaceNote(models.Model):
    """A question of national oversight on a workspace request, or the institution's answer."""

    request = models.ForeignKey(WorkspaceRequest, models.CASCADE, related_name="notes")
    side = models.CharField(max_length=12, choices=Side)
    text = models.TextField()
    by = models.CharField(max_length=120)
    at = models.DateTimeField()
