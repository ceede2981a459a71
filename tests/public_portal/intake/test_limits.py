"""Under the limits nothing is asked; over them a sum, a code or patience; and nobody is refused."""

import base64
import json
import re
from datetime import timedelta
from html import unescape

import pytest
from altcha import Challenge, Payload, solve_challenge

from public_portal.intake.services.limits import (
    CODE_TRIES,
    FILED_PER_ADDRESS,
    FILED_PER_EMAIL,
    filing_limits,
)
from shared.kernel import clock
from shared.limits.models import Attempt
from shared.limits.services.attempt_counter import limits_reserve
from shared.limits.services.proof import proof_accept, proof_challenge
from shared.mail.models import Mail
from shared.mail.services import mail_send
from tests.public_portal.api.calls import COMPLAINT, Caller
from tests.public_portal.intake.journey import filed_in, in_arabic, text
from tests.support.sampling import repeats

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("light_sums")]

ADDRESS = "203.0.113.7"
EMAIL = "citizen@example.ma"


@pytest.fixture(autouse=True)
def from_outside(client):
    """The visitor comes from an address of the world: the machine's own is never limited."""
    client.defaults["REMOTE_ADDR"] = ADDRESS


def crowd(*, address: str = ADDRESS, email: str = "", times: int = FILED_PER_ADDRESS) -> None:
    for _time in range(times):
        limits_reserve(filing_limits(email=email, address=address))


def challenge_on(page):
    found = re.search(r'data-proof="(.*?)"', text(page))
    return json.loads(unescape(found.group(1))) if found else None


def solved(challenge) -> str:
    parsed = Challenge.from_dict(challenge)
    solution = solve_challenge(parsed)
    assert solution is not None
    return Payload(parsed, solution).to_base64()


@pytest.fixture
def over(citizen):
    """A citizen on the check page, from an address where ten have filed within the hour."""
    citizen.answer_all()
    crowd()
    return citizen


# --- pages ---------------------------------------------------------------------------------------


def test_under_the_limits_nothing_is_asked(citizen, roads):
    citizen.answer_all()
    crowd(times=FILED_PER_ADDRESS - 1)

    assert challenge_on(citizen.see("check/")) is None
    assert citizen.send().status_code == 302
    assert len(filed_in(roads)) == 1


def test_over_the_limit_of_an_address_a_proof_is_asked_and_the_answers_stay(over, roads):
    page = over.send()

    assert page.status_code == 200
    assert in_arabic(
        "Many requests have come from your connection or address. Show in one of the ways below "
        "that no machine is sending them; your answers are kept."
    ) in text(page)
    assert challenge_on(page) is not None
    assert "الإنارة العمومية" in text(page)
    assert filed_in(roads) == []


def test_another_address_is_asked_nothing(over, roads):
    over.client.defaults["REMOTE_ADDR"] = "203.0.113.8"

    assert over.send().status_code == 302


def test_the_machine_itself_is_never_limited(citizen, roads):
    citizen.client.defaults["REMOTE_ADDR"] = "127.0.0.1"
    crowd(address="127.0.0.1")
    citizen.answer_all()

    assert citizen.send().status_code == 302
    assert Attempt.objects.count() == 0


def test_the_limit_of_an_email_counts_wherever_it_is_used(citizen):
    for number in range(FILED_PER_EMAIL):
        crowd(address=f"198.51.100.{number}", email=EMAIL, times=1)
    citizen.answer_all()

    assert citizen.send().status_code == 200


def test_waiting_is_enough_and_the_page_says_how_long(citizen, roads):
    citizen.answer_all()
    tomorrow = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    with clock.travel(tomorrow + timedelta(minutes=48)):
        crowd()
        page = citizen.send()
        assert page.context["minutes"] == 12
    with clock.travel(tomorrow + timedelta(minutes=60)):
        assert citizen.send().status_code == 302
    assert len(filed_in(roads)) == 1


def test_a_refusal_does_not_count_as_a_filing(over):
    over.send()

    assert {row.count for row in Attempt.objects.all()} == {FILED_PER_ADDRESS, 0}


def test_the_sum_lifts_the_limit_once(over, roads):
    solution = solved(challenge_on(over.see("check/")))

    assert over.send(altcha=solution).status_code == 302
    assert len(filed_in(roads)) == 1
    over.answer_all()
    assert over.send(altcha=solution).status_code == 400
    assert len(filed_in(roads)) == 1


def test_a_sum_that_is_late_changed_or_not_ours_lifts_nothing():
    challenge = proof_challenge()
    good = json.loads(base64.b64decode(solved(challenge)))

    def packed(**changes) -> str:
        changed = {**good, **changes}
        return base64.b64encode(json.dumps(changed).encode()).decode()

    easier = {**good["challenge"]["parameters"], "keyPrefix": "", "cost": 1}
    assert not proof_accept(packed(challenge={**good["challenge"], "parameters": easier}))
    assert not proof_accept(packed(challenge={**good["challenge"], "signature": ""}))
    assert not proof_accept(packed(solution={"counter": 1, "derivedKey": "00"}))
    with clock.travel(clock.now() - timedelta(minutes=11)):
        late = proof_challenge()
    assert not proof_accept(solved(late))
    assert proof_accept(packed())
    assert not proof_accept(packed())


@pytest.mark.parametrize(
    "proof",
    repeats(["", "\x00", "e30=", "[" * 3_000, "x", "W10=", "bnVsbA==", "A" * 5_000, "é"], keep=4),
)
def test_whatever_comes_as_a_sum_lifts_nothing(over, proof):
    assert proof_accept(proof) is False
    assert over.send(altcha=proof).status_code in (200, 400)


# --- a code by letter ----------------------------------------------------------------------------


def ask_code(citizen, email="other@example.org"):
    page = citizen.client.post(citizen.url("check/code/"), {"email": email})
    letter = Mail.objects.filter(letter="code").order_by("pk").last()
    return page, letter.context.get("code") if letter else None


def test_a_code_by_letter_lifts_the_limit_without_script(over, roads):
    _page, code = ask_code(over)
    digits = code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    assert over.send(code=f" {digits[:3]} {digits[3:]} ").status_code == 302
    assert len(filed_in(roads)) == 1


def test_the_letter_keeps_neither_the_address_nor_the_code_once_it_has_left(over):
    ask_code(over)
    letter = Mail.objects.get(letter="code")

    assert mail_send(mail_id=letter.pk) is True

    letter.refresh_from_db()
    assert (letter.to, letter.context) == ("", {})


def test_a_code_is_good_for_ten_minutes_and_for_its_own_draft(over, roads):
    _page, code = ask_code(over)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"

    assert over.send(code=wrong).status_code == 400
    over.answer("story", subject="موضوع آخر تماما")
    with clock.travel(clock.now() + timedelta(minutes=11)):
        crowd()
        assert over.send(code=code).status_code == 400
    assert filed_in(roads) == []


def test_a_code_may_be_tried_five_times(over, roads):
    _page, code = ask_code(over)
    for _try in range(CODE_TRIES):
        over.send(code="000000" if code != "000000" else "111111")

    assert over.send(code=code).status_code == 400


def test_nobody_is_written_to_more_than_three_times_a_day(over):
    for _time in range(4):
        ask_code(over)

    assert Mail.objects.filter(letter="code").count() == 3


@pytest.mark.parametrize("email", ["", "x", "a@b@c", "a\r\nBcc: x@example.ma", "\x00", "x" * 300])
def test_what_is_no_address_gets_no_letter(over, email):
    page, _code = ask_code(over, email)

    assert page["Location"] == over.url("check/")
    assert Mail.objects.count() == 0


# --- by programme --------------------------------------------------------------------------------


def test_programmes_are_told_to_wait_or_to_do_the_sum(client, citizen, roads):
    crowd()
    caller = Caller(client=client)

    refused = caller.submit()

    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert [error["code"] for error in refused.json()["errors"]] == ["proof_needed"]
    solution = solved(refused.json()["altcha"])
    assert caller.post("complaints/", COMPLAINT, Altcha=solution).status_code == 201
    assert caller.post("complaints/", COMPLAINT, Altcha=solution).status_code == 429
    assert len(filed_in(roads)) == 1


def test_the_table_of_counts_holds_no_address(over):
    kept = b"".join(bytes(row.bucket) for row in Attempt.objects.all())

    assert ADDRESS.encode() not in kept
    assert len(kept) == 32 * Attempt.objects.count()
