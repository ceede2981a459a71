"""E-mails about offers that wait for an answer, to the staff who assign cases.

No agency's role can read offers, so a task of national code counts the offers and inserts the
e-mail into the agency's table: at most one e-mail an hour to a person. The transaction of an offer
cannot insert the e-mail, because in a cluster the transaction may enter only one agency.
"""

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Count, Max

from shared.accounts.permissions import may_assign
from shared.kernel.errors import DomainError
from shared.mail.permissions.mail_kinds import OFFERS_NOTICE
from shared.mail.selectors import mail_ids_present
from shared.mail.services import mail_row
from shared.units.selectors import officers_able_to_answer
from tenants.agencies.selectors import agency_is_open
from tenants.agencies.services import mails_insert
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, TransferOffer
from tenants.models.enums import OfferState

# The namespace of the e-mails' ids, which are computed so that an e-mail is queued only once.
_NAMESPACE = UUID("0c6f5f5e-52f4-4a35-9a63-6f9d2b7c1d84")


def offers_notify() -> int:
    """Queue e-mails for agencies that got offers since their last e-mail; return how many e-mails.

    An e-mail says how many offers wait. Repeating is safe. An agency whose schema cannot be entered
    is skipped.
    """
    rows = TransferOffer.objects.filter(state=OfferState.OFFERED).values_list("to_schema")
    waiting = rows.annotate(number=Count("pk"), newest=Max("offered_at")).order_by("to_schema")
    agencies = {one.schema_name: one for one in Agency.objects.all() if agency_is_open(one)}
    told = 0
    for schema_name, number, newest in waiting:
        try:
            told += _notify(agencies[schema_name], number, newest) if schema_name in agencies else 0
        except DomainError:
            continue
    return told


def _notify(agency: Agency, number: int, newest: datetime) -> int:
    with transaction.atomic(), agency_context(agency):
        people = {
            uuid5(_NAMESPACE, f"{person.pk} {newest.isoformat()}"): person
            for person in officers_able_to_answer()
            if may_assign(person.role)
        }
        present = mail_ids_present(ids=list(people))
        new = {pk: person for pk, person in people.items() if pk not in present}
        for mail_id, person in new.items():
            mails_insert(
                mail_row(
                    to=person.email,
                    letter=OFFERS_NOTICE,
                    language=person.language,
                    reference="",
                    context={"total": str(number)},
                    number=mail_id,
                )
            )
        return len(new)
