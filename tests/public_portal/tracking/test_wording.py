"""Words that said something else than what they stand for."""

import pytest
from django.utils.translation import override

from shared.complaints.enums import Status
from tests.public_portal.tracking.mailbox import deliver
from tests.public_portal.tracking.visits import Visitor

pytestmark = pytest.mark.django_db


def test_another_link_is_asked_for_and_no_request_filed(client):
    page = client.get("/ar/track/link/asked/").text

    assert ">طلب رابط جديد</a>" in page
    assert "يعودان إلى الطلب نفسه" in page
    assert "متطابق" not in page


@pytest.mark.parametrize(("language", "words"), [("ar", "الخروج من"), ("fr", "Quitter ma")])
def test_leaving_the_space_does_not_close_the_case(client, receipt, language, words):
    visitor = Visitor(client=client, language=language)
    visitor.open(receipt.reference, receipt.receipt_code)

    page = visitor.see().text

    assert words in page
    assert "Fermer ma requête" not in page
    assert "إغلاق طلبي" not in page


def test_a_letter_that_speaks_of_the_code_does_not_say_that_nobody_wants_it(receipt, roads):
    (letter,) = deliver(roads)

    for part in (letter.body, letter.alternatives[0].content):
        assert "ne vous demandera jamais le code de votre récépissé" in part
        assert "jamais votre code" not in part


def test_one_request_is_withdrawn_in_the_singular():
    with override("fr"):
        assert str(Status.WITHDRAWN.label) == "Retirée"
