"""Two requests of one citizen are joined: each says so, opens by its own proof, and is told."""

import pytest

from shared.complaints import services
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.isolation.schema_switch import agency_context
from tests.public_portal.tracking.mailbox import deliver
from tests.support.factories import filed, officer_actor, staff

pytestmark = pytest.mark.django_db

OTHER_WORDS = "The other words of the same person."


def grouped(reference):
    return " ".join(reference[place : place + 4] for place in range(0, 16, 4))


@pytest.fixture
def joined(roads):
    """The receipts of the main request and of the one that was merged into it."""
    main, merged = filed(roads), filed(roads, subject="Again", body=OTHER_WORDS)
    deliver(roads)
    with agency_context(roads):
        services.case_merge(
            reference=merged.reference, into=main.reference, actor=officer_actor(staff(roads))
        )
    return main, merged


def test_fs6_page_of_either_request_says_which_other_one_it_was_joined_with(visitor, joined):
    for own, other in (joined, reversed(joined)):
        visitor.open(own.reference, own.receipt_code)

        page = visitor.see().content.decode()

        notice = page.partition('id="merged"')[2].partition("</div>")[0]
        assert grouped(other.reference) in notice
        assert "href" not in notice


def test_proof_of_one_request_does_not_open_the_other(visitor, joined):
    main, merged = joined

    answer = visitor.open(merged.reference, main.receipt_code)

    assert answer.status_code != 302
    visitor.open(main.reference, main.receipt_code)
    page = visitor.see().content.decode()
    assert OTHER_WORDS not in page
    assert "Again" not in page


def test_rest_tells_with_which_requests_one_is_joined(client, joined):
    main, merged = joined
    told = {}
    for receipt in joined:
        token = gateway.tracking_open(
            reference=receipt.reference, kind=KeyKind.RECEIPT, value=receipt.receipt_code
        ).token
        answer = client.get("/api/v1/tracking/case/", headers={"authorization": f"Bearer {token}"})
        told[receipt.reference] = answer.json()["merged_with"]

    assert told == {main.reference: [merged.reference], merged.reference: [main.reference]}


@pytest.mark.parametrize(
    ("language", "words", "undone"),
    [
        ("ar", "ضم طلبان من طلباتك", "أصبح طلباك منفصلين من جديد"),
        ("fr", "Deux de vos requêtes ont été jointes", "Vos requêtes sont de nouveau séparées"),
        ("en", "Two requests of yours were joined", "Your requests are separate again"),
    ],
)
def test_citizen_is_written_to_once_of_a_merge_and_once_of_its_end(roads, language, words, undone):
    main, merged = filed(roads, language=language), filed(roads, language=language)
    deliver(roads)
    actor = officer_actor(staff(roads))

    with agency_context(roads):
        services.case_merge(reference=merged.reference, into=main.reference, actor=actor)
    (letter,) = deliver(roads)
    with agency_context(roads):
        services.case_unmerge(reference=merged.reference, actor=actor)
    (second,) = deliver(roads)

    assert [letter.subject, second.subject] == [
        f"{merged.reference} – {words}", f"{merged.reference} – {undone}",
    ]  # fmt: skip
    for part in (letter.body, letter.alternatives[0].content):
        assert main.reference in part
