"""What administrators read by e-mail about a payment that is late."""

import pytest
from django.utils.translation import override

from shared.accounts.models import User
from shared.mail.models import Mail
from tenants.billing.enums import PaymentChange
from tenants.billing.permissions.entitlements import limited_labels
from tenants.billing.services.payment_mail import payment_mail_queue
from tenants.isolation.schema_switch import agency_context
from tests.public_portal.tracking.mailbox import deliver
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", repeats(["ar", "fr", "en"], keep=1))
def test_late_payment_names_what_will_be_suspended(payer, roads, language):
    payer.subscribe()
    with agency_context(roads):
        User.objects.update(language=language)
    Mail.objects.all().delete()

    payment_mail_queue(turn=PaymentChange.FAILED, agency=roads, row=payer.row, invoice=None)

    letter = deliver()[-1]
    texts = (letter.body, letter.alternatives[0].content)
    with override(language):
        extras = limited_labels()
    assert len(extras) == 4
    assert [[one in text for one in extras] for text in texts] == [[True] * 4] * 2


def test_received_payment_speaks_of_nothing_suspended(payer, roads):
    payer.subscribe()
    Mail.objects.all().delete()

    payment_mail_queue(turn=PaymentChange.RECEIVED, agency=roads, row=payer.row, invoice=None)

    assert "suspen" not in deliver()[-1].body
