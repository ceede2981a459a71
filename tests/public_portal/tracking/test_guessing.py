"""While look-ups fail in bulk in the whole country, strangers prove that they are no machine.

Whoever has a right to a request always has a way in, and nobody learns which references exist.
"""

import json
import logging
import re
from datetime import timedelta
from html import unescape

import pytest
from altcha import Challenge, Payload, solve_challenge
from django.test import Client

from shared.complaints.enums import Privacy
from shared.kernel import clock
from shared.kernel.references import reference_make
from shared.limits.models import Attempt
from shared.limits.selectors import failed_lookups, guessing, window_start
from shared.limits.services.attempt_counter import limit_count
from shared.limits.services.lookups import lookup_failed
from tests.public_portal.account.door import Account
from tests.public_portal.api.calls import Caller, fields
from tests.public_portal.tracking.mailbox import deliver, links_in
from tests.public_portal.tracking.visits import EMAIL, Visitor
from tests.support.factories import filed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("light_sums")]

MOST = 100


@pytest.fixture(autouse=True)
def began():
    """One instant for a whole test: a window of ten seconds, which begins now, must not end."""
    moment = window_start(failed_lookups())
    with clock.travel(moment):
        yield moment


def fail(times=MOST):
    """So many look-ups that found nothing, from all over the country."""
    for _time in range(times):
        limit_count(failed_lookups())


def challenge_on(page):
    found = re.search(r'data-proof="(.*?)"', page.content.decode())
    return json.loads(unescape(found.group(1))) if found else None


def solved(challenge):
    parsed = Challenge.from_dict(challenge)
    solution = solve_challenge(parsed)
    assert solution is not None
    return Payload(parsed, solution).to_base64()


def counts():
    return sorted(Attempt.objects.values_list("count", flat=True))


def sent(visitor, reference, secret=EMAIL, **more):
    data = {"reference": reference, "secret": secret, **more}
    return visitor.client.post(visitor.url(), data)


def test_below_the_limit_nothing_is_asked(visitor, receipt):
    fail(MOST - 1)

    assert visitor.open(receipt.reference)["Location"] == "/fr/track/case/"


def test_over_it_a_proof_is_asked_and_what_was_typed_stays(visitor, receipt):
    fail()

    page = visitor.open(receipt.reference)

    assert (page.status_code, page["Retry-After"]) == (429, "10")
    assert challenge_on(page) is not None
    assert f'value="{EMAIL}"' in page.content.decode()


def test_the_proof_opens_to_the_owner_once(visitor, receipt):
    fail()
    solution = solved(challenge_on(visitor.open(receipt.reference)))

    assert sent(visitor, receipt.reference, altcha=solution)["Location"] == "/fr/track/case/"
    again = sent(visitor, receipt.reference, altcha=solution)
    assert again.status_code == 429
    assert solution not in again.content.decode()


def test_with_a_proof_a_miss_is_a_miss_and_is_counted(visitor, receipt):
    fail()
    solution = solved(challenge_on(visitor.open(receipt.reference)))

    page = sent(visitor, receipt.reference, "someone@example.org", altcha=solution)

    assert page.status_code == 404
    assert guessing().lately == MOST + 1


def test_without_a_proof_nothing_is_looked_up_counted_or_learned(visitor, receipt):
    fail()
    before = counts()

    pages = [
        visitor.open(receipt.reference),
        visitor.open(receipt.reference, "someone@example.org"),
        visitor.open(reference_make()),
    ]

    assert {page.status_code for page in pages} == {429}
    assert len({len(bare(page)) for page in pages}) == 1
    assert counts() == before


def bare(page):
    """The page without what differs between any two: tokens, challenges, what was typed."""
    html = re.sub(r'(name="\w+" value=)".*?"', r"\1", page.content.decode())
    return re.sub(r'data-proof=".*?"', "", html)


def test_the_receipt_code_is_proof_enough_and_a_wrong_one_learns_nothing(visitor, receipt, roads):
    anonymous = filed(roads, privacy=Privacy.ANONYMOUS)
    fail()

    wrong = [
        visitor.open(anonymous.reference, "1234567890123456"),
        visitor.open(reference_make(), anonymous.receipt_code),
    ]
    right = visitor.open(anonymous.reference, anonymous.receipt_code)

    assert {page.status_code for page in wrong} == {429}
    assert len({len(bare(page)) for page in wrong}) == 1
    assert right["Location"] == "/fr/track/case/"


def test_without_script_a_link_by_letter_opens(visitor, receipt):
    fail()
    page = visitor.open(receipt.reference)
    assert 'href="/fr/track/link/"' in page.content.decode().partition("proof-title")[2]

    visitor.client.post("/fr/track/link/", {"reference": receipt.reference, "email": EMAIL})
    link = next(link for link in links_in(deliver()[-1]) if "/open/" in link)

    assert visitor.client.post(link)["Location"] == "/fr/track/case/"


def test_without_script_waiting_is_enough(visitor, receipt, began):
    fail()
    assert visitor.open(receipt.reference).status_code == 429

    with clock.travel(began + timedelta(seconds=10)):
        assert visitor.open(receipt.reference)["Location"] == "/fr/track/case/"


def test_who_is_signed_in_is_asked_for_nothing_and_has_a_limit_of_their_own(client, receipt):
    citizen = Account(client, email="mine@example.org", language="fr")
    citizen.open()
    fail()
    visitor = Visitor(client)

    assert visitor.open(receipt.reference)["Location"] == "/fr/track/case/"
    statuses = []
    for number in range(21):
        client.defaults["REMOTE_ADDR"] = f"203.0.113.{number}"
        page = visitor.open(reference_make(), f"guess{number}@example.org")
        statuses.append(page.status_code)
    assert statuses == [404] * 20 + [429]


def test_successes_neither_count_nor_reset(visitor, receipt):
    fail(MOST - 1)

    for _time in range(3):
        visitor.open(receipt.reference)

    assert guessing().lately == MOST - 1
    Visitor(Client(headers={"host": "testserver"})).open(reference_make())
    assert visitor.open(receipt.reference).status_code == 429


@pytest.mark.parametrize("by", ["page", "programme", "account"])
def test_misses_at_every_door_count(client, receipt, by):
    if by == "page":
        Visitor(client).open(reference_make())
    elif by == "programme":
        Caller(client).post("tracking/", {"reference": reference_make(), "email": EMAIL})
    else:
        citizen = Account(client, email="mine@example.org", language="fr")
        citizen.open()
        citizen.do("add/", reference=reference_make(), code="1" * 16)

    assert guessing().lately == 1


def test_a_programme_gets_the_challenge_and_sends_its_solution(client, receipt):
    caller, pair = Caller(client), {"reference": receipt.reference, "email": EMAIL}
    fail()

    refused = caller.post("tracking/", pair)
    opened = caller.post("tracking/", pair, Altcha=solved(refused.json()["altcha"]))

    assert (refused.status_code, fields(refused)) == (429, [("", "proof_needed")])
    assert refused["Retry-After"] == "10"
    assert opened.status_code == 200


@pytest.mark.parametrize("proof", ["", "x", "\x00", "e30=", "A" * 5_000, "none"])
def test_whatever_else_comes_as_a_proof_opens_nothing(visitor, receipt, proof):
    fail()

    page = sent(visitor, receipt.reference, altcha=proof)

    assert page.status_code in (400, 429)
    assert "tracking_token" not in visitor.client.session


def test_the_alarm_is_raised_once_a_window(caplog, began):
    with caplog.at_level(logging.ERROR, logger="shared.limits"):
        for _time in range(MOST + 5):
            lookup_failed()
        with clock.travel(began + timedelta(seconds=10)):
            for _time in range(MOST + 5):
                lookup_failed()

    assert [record.getMessage() for record in caplog.records] == [
        f"look-ups: {MOST} failed within 10 s, a proof is asked"
    ] * 2


def test_the_metrics_and_the_figures_say_so_for_a_day(client, began):
    fail(MOST + 3)

    def gauges():
        lines = client.get("/metrics", headers={"host": "testserver"}).text.splitlines()
        return [line for line in lines if line.startswith("insaf_lookups")]

    assert gauges() == [
        f"insaf_lookups_failed {MOST + 3}.0",
        "insaf_lookups_proof_asked 1.0",
        "insaf_lookups_alarms 1.0",
    ]
    with clock.travel(began + timedelta(seconds=61)):
        assert guessing().is_now is False
        assert (guessing().lately, guessing().times, guessing().last_at) == (0, 1, began)
    with clock.travel(began + timedelta(hours=24, seconds=1)):
        assert (guessing().times, guessing().last_at) == (0, None)
