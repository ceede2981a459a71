"""Table of parties: the persons, companies and associations that file requests."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from shared.complaints.enums import PartyKind
from shared.complaints.models.complaint import Complaint
from shared.rows.value_bounds import values_bounded


class Party(models.Model):
    """The party of a case, in a table apart from the case, so that the party alone can be erased.

    Law 09-08: the national identity number is optional and shown only to staff who need it.
    """

    complaint = models.OneToOneField(
        Complaint, models.CASCADE, primary_key=True, related_name="party"
    )
    kind = models.CharField(max_length=12, choices=PartyKind)
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    national_id = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [values_bounded("party_values", choices={"kind": PartyKind.values})]
        # Assisted filing lists a person's open cases by these indexes, which leave out blank
        # values.
        indexes = [
            models.Index(Upper("email"), condition=~Q(email=""), name="party_by_email"),
            models.Index(fields=["phone"], condition=~Q(phone=""), name="party_by_phone"),
        ]


def party_of(complaint: Complaint) -> Party:
    """Return the party of a case; an empty party if the agency has deleted the row.

    Without an empty party the maintenance and the citizen's page would fail.
    """
    found: Party | None = getattr(complaint, "party", None)
    return found or Party(complaint=complaint, kind=PartyKind.PERSON)
