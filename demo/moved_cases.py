"""Requests that involve several administrations or national oversight."""

from collections.abc import Collection

from django.db import transaction

from demo.accounts import OVERSIGHT_EMAIL
from demo.agencies import letters_settle
from demo.competence import competence_decision_make
from demo.refusal_reviews import refusal_reviews_make
from demo.split_request import split_request_make
from demo.transfers import transfers_make
from shared.accounts.models import User
from shared.kernel.actors import Actor, ActorKind
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, CaseSplit

# The agencies of the requests; if one agency is missing, no request is made.
CODES = ("health", "interior", "education")


@transaction.atomic
def moved_cases_make(*, codes: Collection[str]) -> list[str]:
    """Make the requests once, if all agencies exist; return the references of new requests.

    The account of national oversight's analyst must exist.
    """
    if not set(CODES).issubset(codes) or CaseSplit.objects.exists():
        return []
    agencies = {code: Agency.objects.get(code=code) for code in CODES}
    user = User.objects.get(email=OVERSIGHT_EMAIL)
    analyst = Actor(kind=ActorKind.OVERSIGHT, label=user.name, user_id=user.pk)
    references = [
        *transfers_make(agencies),
        competence_decision_make(agencies, analyst=analyst),
        *split_request_make(agencies),
        *refusal_reviews_make(agencies, analyst=analyst),
    ]
    for agency in agencies.values():
        with agency_context(agency):
            letters_settle(agency)
    return references
