"""What pages say of letters that wait or could not be delivered."""

import re
from datetime import timedelta

import pytest
from django.test import override_settings

from shared.jobs.enums import Queue
from shared.jobs.services.queue_pauses import queue_failed
from shared.kernel import clock
from shared.mail.models import Mail
from tenants.fleet.services.health.undelivered_mail import letters_resend
from tenants.fleet.services.health.usage import usage_measure
from tenants.isolation.schema_switch import agency_context
from tests.public_portal.tracking.mailbox import deliver, links_in
from tests.public_portal.tracking.visits import EMAIL, Visitor
from tests.shared.jobs.workers import run_queue
from tests.shared.mail.smtp import closed_port, mail_server, mail_settings
from tests.support.factories import filed
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db

STATUS = "/fr/status/"


def refused_letter(agency):
    """A case of ``EMAIL`` whose letter was refused."""
    usage_measure(agency=agency)
    receipt = filed(agency)
    with mail_server() as server, override_settings(**mail_settings(server.port)):
        server.answers["RCPT"] = "550 5.1.1 no such user"
        run_queue()
    return receipt


def opened(client, receipt, *, language):
    """The citizen's page of a request."""
    visitor = Visitor(client=client, language=language)
    visitor.open(receipt.reference)
    return visitor.see()


def words_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_the_status_page_counts_letters_that_wait(client, roads):
    filed(roads)
    with override_settings(**mail_settings(closed_port())):
        run_queue()

    page = words_of(client.get(STATUS))

    assert "1 e-mail attend d’être envoyé." in page
    assert "Tous les e-mails ont été envoyés." not in page


def test_the_status_page_counts_letters_that_could_not_be_delivered(client, roads):
    refused_letter(roads)

    page = words_of(client.get(STATUS))

    assert "1 e-mail n’a pas pu être remis." in page
    assert "Tous les e-mails ont été envoyés." not in page


def test_the_status_page_says_since_when_the_mail_server_does_not_answer(client, db):
    for _failure in range(3):
        queue_failed(queue=Queue.MAIL)

    page = words_of(client.get(STATUS))

    assert "Le serveur de messagerie ne répond pas." in page
    assert "Perturbé" in page


def test_the_gauges_count_waiting_and_failed_letters(client, roads, water):
    refused_letter(roads)
    filed(water)

    gauges = client.get("/metrics").content.decode()

    assert "insaf_mails_waiting 1.0" in gauges
    assert "insaf_mails_failed 1.0" in gauges
    assert "insaf_mails_paused 0.0" in gauges
    assert "insaf_mails_oldest_seconds" in gauges


@pytest.mark.parametrize(
    ("language", "words"),
    repeats(
        [
            ("en", "We could not deliver our e-mail of"),
            ("fr", "n’a pas pu être remis à votre adresse"),
            ("ar", "تعذر تسليم رسالتنا الإلكترونية المؤرخة في"),
        ],
        keep=1,
    ),
)
def test_the_citizens_page_says_that_a_letter_could_not_be_delivered(
    client, roads, language, words
):
    receipt = refused_letter(roads)

    page = opened(client, receipt, language=language)

    assert words in words_of(page)
    assert f"/{language}/track/case/email/" in page.content.decode()


def test_the_citizens_page_says_nothing_of_it_when_every_letter_has_left(client, roads):
    receipt = filed(roads)
    deliver(roads)

    assert "could not deliver" not in words_of(opened(client, receipt, language="en"))


def test_another_address_gets_what_the_former_one_refused(client, roads, mailoutbox):
    receipt = refused_letter(roads)
    visitor = Visitor(client=client)
    visitor.open(receipt.reference, receipt.receipt_code)
    visitor.do("email/", email="new@example.org")
    for letter in deliver():
        path = next(path for path in links_in(letter) if "/email/" in path)
        client.post(path)
    mailoutbox.clear()

    run_queue()
    visitor.open(receipt.reference, receipt.receipt_code)

    assert ["new@example.org"] in [one.to for one in mailoutbox]
    assert "n’a pas pu être remis" not in words_of(visitor.see())


def test_operators_see_which_letters_failed_without_any_address(operator, roads):
    reference = refused_letter(roads).reference

    page = words_of(operator.get("/agencies/roads/workspace/", headers={"accept-language": "en"}))

    assert "SMTPRecipientsRefused 550" in page
    assert "1 could not be delivered" in page
    assert reference[:4] in page
    assert EMAIL not in page


def test_a_page_that_waits_for_a_code_says_that_no_letter_can_leave(client, db):
    for _failure in range(3):
        queue_failed(queue=Queue.MAIL)

    page = words_of(client.get("/en/track/link/asked/"))

    assert "E-mails cannot be sent at the moment" in page
    assert "Ask for another link" in page


def test_a_letter_that_was_sent_again_leaves_the_page_of_the_citizen(client, roads):
    receipt = refused_letter(roads)
    letters_resend(schema_name=roads.schema_name)
    with clock.travel(clock.now() + timedelta(minutes=1)):
        run_queue()

    assert "could not deliver" not in words_of(opened(client, receipt, language="en"))
    with agency_context(roads):
        assert Mail.objects.filter(failed_at=None).count() == 1
