"""Models of transfers between agencies: offers, arbitration, parts, holdings, open transfers.

Only code in the public schema uses these tables; agencies' roles have no rights to them.
"""

from django.db import models
from django.db.models import Q

from tenants.models.enums import ArbitrationCause, HoldingCause, OfferState, TransferReason


class OfferedFacts(models.Model):
    """The data of a case that other agencies may read, without the citizen's name and text."""

    reference = models.CharField(max_length=16)
    from_schema = models.CharField(max_length=63, help_text="The agency that holds the case.")
    kind = models.CharField(max_length=12)
    category_code = models.CharField(max_length=50, blank=True)
    concerns_code = models.CharField(
        max_length=64, help_text="The body about which the citizen wrote."
    )
    place = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=2)
    received_at = models.DateTimeField()
    due_on = models.DateField(null=True)

    class Meta:
        abstract = True


class TransferOffer(OfferedFacts):
    """An offer of a case to another agency; the sender has the case until the offer is accepted."""

    id = models.UUIDField(primary_key=True)
    number = models.CharField(
        max_length=13,
        blank=True,
        db_default="",
        help_text="What the agency that is asked reads in the place of the reference. Blank until "
        "the upkeep where older code made the row.",
    )
    to_schema = models.CharField(max_length=63, help_text="The agency that is asked.")
    organisation_code = models.CharField(
        max_length=64, help_text="The body that the sender holds competent."
    )
    reason = models.CharField(max_length=12, choices=TransferReason)
    note = models.TextField(help_text="Why, in the words of the officer who offers it.")
    offered_at = models.DateTimeField()
    offered_by = models.CharField(max_length=120)
    answer_by = models.DateField(help_text="Last of the working days in which it can be accepted.")
    state = models.CharField(max_length=12, choices=OfferState, default=OfferState.OFFERED)
    answer = models.TextField(blank=True, help_text="Why it was refused.")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=OfferState.values), name="transfer_offer_state"
            ),
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="transfer_offer_number"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=TransferReason.values), name="transfer_offer_reason"
            ),
            models.CheckConstraint(
                condition=~Q(from_schema=models.F("to_schema")), name="transfer_offer_to_another"
            ),
            models.CheckConstraint(
                condition=Q(state=OfferState.OFFERED) ^ Q(answered_at__isnull=False),
                name="transfer_offer_answered_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=OfferState.REFUSED) | ~Q(answer=""),
                name="transfer_offer_refusal_has_a_reason",
            ),
            models.UniqueConstraint(
                fields=["reference"],
                condition=Q(state=OfferState.OFFERED),
                name="transfer_offered_once",
            ),
        ]
        indexes = [
            # Before each new offer, a query finds earlier offers of the same case.
            models.Index(fields=["reference"], name="transfer_offer_of_request"),
            models.Index(fields=["to_schema", "-offered_at"], name="transfer_offer_received"),
            models.Index(fields=["from_schema", "-offered_at"], name="transfer_offer_sent"),
            models.Index(
                fields=["answer_by"],
                condition=Q(state=OfferState.OFFERED),
                name="transfer_offer_by_term",
            ),
        ]


class Arbitration(OfferedFacts):
    """A question of competence about a case, with the binding decision of national oversight."""

    id = models.UUIDField(primary_key=True)
    cause = models.CharField(max_length=16, choices=ArbitrationCause)
    asked_at = models.DateTimeField()
    due_on_decision = models.DateField(
        help_text="Last day to decide; the portal sets this time limit, not the law."
    )
    to_schema = models.CharField(
        max_length=63, blank=True, help_text="The agency that is competent by the decision."
    )
    text = models.TextField(blank=True, help_text="The reasons, for all agencies concerned.")
    decided_at = models.DateTimeField(null=True)
    is_lapsed = models.BooleanField(
        default=False, help_text="The case was answered or withdrawn before the decision."
    )
    user_id = models.BigIntegerField(null=True, help_text="Who decided.")
    label = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cause__in=ArbitrationCause.values), name="arbitration_cause"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None) | Q(is_lapsed=True) | (~Q(to_schema="") & ~Q(text="")),
                name="arbitration_says_who_and_why",
            ),
            models.UniqueConstraint(
                fields=["reference"], condition=Q(decided_at=None), name="arbitration_waits_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on_decision", "asked_at"],
                condition=Q(decided_at=None),
                name="arbitration_by_term",
            ),
            models.Index(fields=["reference"], name="arbitration_by_case"),
        ]


class CaseMove(models.Model):
    """An open transfer of a case between agencies of a cluster, with the encrypted case.

    Two agencies of a cluster cannot share a transaction, so the sender deletes the case before the
    receiver inserts it.
    """

    reference = models.CharField(max_length=16, primary_key=True)
    from_schema = models.CharField(max_length=63)
    to_schema = models.CharField(max_length=63)
    organisation_code = models.CharField(max_length=64)
    actor = models.JSONField(help_text="Kind, label and number of who accepted or decided.")
    key_id = models.CharField(max_length=16, help_text="Which encryption key decrypts it.")
    sealed = models.BinaryField(help_text="The case, encrypted.")
    began_at = models.DateTimeField()


class FileRelease(models.Model):
    """The path of a stored file that must be deleted after the transfer of the file's case.

    If a process crashes after the transfer, the hourly maintenance deletes the file and the row.
    """

    path = models.CharField(max_length=80, primary_key=True)
    reference = models.CharField(max_length=16, db_index=True)
    from_schema = models.CharField(max_length=63, help_text="Who had the file at this place.")
    at = models.DateTimeField()


class CaseHolding(models.Model):
    """The time for which one agency has or had a case; a case without a transfer has no row.

    What agencies say about a transferred case is checked against these rows.
    """

    reference = models.CharField(max_length=16)
    number = models.PositiveSmallIntegerField(help_text="1 for who held it first, then 2, 3...")
    schema_name = models.CharField(max_length=63)
    cause = models.CharField(max_length=10, choices=HoldingCause)
    organisation_code = models.CharField(
        max_length=64, blank=True, help_text="The body that is competent there; blank if unknown."
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, help_text="Empty: it holds the case.")
    first_position = models.PositiveIntegerField(
        null=True, help_text="Of the event with which it began there; empty if unknown."
    )
    story = models.JSONField(
        null=True,
        help_text="What the agency told of its days when it handed the case over, without names.",
    )
    written = models.JSONField(
        null=True, help_text="Keyed digests of what was said in the case until then."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cause__in=HoldingCause.values), name="case_holding_cause"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")),
                name="case_holding_ends_after_it_began",
            ),
            models.UniqueConstraint(fields=["reference", "number"], name="case_holding_in_order"),
            models.UniqueConstraint(
                fields=["reference"], condition=Q(until=None), name="case_held_by_one"
            ),
        ]


class CaseSplit(models.Model):
    """A part of a request that concerns several bodies.

    Only this table says which parts belong together. Agencies cannot read the table, so an agency
    with one part learns nothing about other parts.
    """

    part_reference = models.CharField(max_length=16, primary_key=True)
    main_reference = models.CharField(max_length=16, db_index=True)
    whole_reference = models.CharField(
        max_length=16,
        db_default="",
        blank=True,
        help_text="The request out of which it was cut: the main one, or another part of that.",
    )
    cut_by_code = models.SlugField(
        max_length=50,
        db_default="",
        blank=True,
        db_index=False,
        help_text="Code of the agency whose officer wrote its subject and its text.",
    )
    split_at = models.DateTimeField()
    objected_at = models.DateTimeField(
        null=True, help_text="When the citizen did not agree, and it was given back."
    )
