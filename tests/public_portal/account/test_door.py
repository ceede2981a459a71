"""Coming in by a mailed code."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.accounts.services.users import user_create
from shared.audit.models import AuditEntry
from shared.kernel.actors import SYSTEM
from tests.public_portal.account.door import Account, codes, errors, letters_to, text
from tests.support.factories import PASSWORD
from tests.support.refused_forms import is_refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def newcomer(client):
    """Somebody without an account."""
    return Account(client=client, email="new@example.org")


def visit_from(place, email):
    """A browser of its own at a place of its own."""
    client = Client(headers={"host": "testserver"}, REMOTE_ADDR=place)
    return Account(client=client, email=email)


def analyst(email="analyst@example.org"):
    return user_create(email=email, name="A", role=Role.ANALYST, password=PASSWORD, actor=SYSTEM)


def test_the_first_code_leads_to_the_question_who_one_is(newcomer):
    page = newcomer.sign_in()

    assert page["Location"] == "/en/account/begin/"
    assert User.objects.filter(email=newcomer.email).count() == 0


def test_an_account_is_made_with_a_name_and_a_consent(newcomer):
    user = newcomer.open("Nadia")

    assert (user.role, user.name, user.language) == (Role.CITIZEN, "Nadia", "en")
    assert not user.has_usable_password()
    assert newcomer.is_in()


def test_without_consent_there_is_no_account(newcomer):
    newcomer.sign_in()

    page = newcomer.do("begin/", name="Nadia", language="en")

    assert is_refused(page)
    assert errors(page) == ["Without your agreement we may not open an account."]
    assert User.objects.count() == 0


def test_the_second_time_the_code_opens_the_account(citizen):
    citizen.do("sign-out/")
    before = citizen.is_in()

    page = citizen.sign_in()

    assert (before, citizen.is_in()) == (False, True)
    assert page["Location"] == "/en/account/"
    assert User.objects.count() == 1


def test_after_signing_in_one_comes_to_where_one_wanted_to_go(citizen):
    citizen.do("sign-out/")
    door = citizen.see("data/")["Location"]
    target = re.search(r'name="next" value="(.*?)"', text(citizen.client.get(door))).group(1)

    assert citizen.sign_in(next=target)["Location"] == "/en/account/data/"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:0"])
def test_another_site_is_never_where_one_comes_to(citizen, target):
    citizen.do("sign-out/")

    assert citizen.sign_in(next=target)["Location"] == "/en/account/"


@pytest.mark.parametrize(
    "spelling", ["{}", " {} ", "{0[0]}{0[1]}{0[2]}{0[3]} {0[4]}{0[5]}{0[6]}{0[7]}"]
)
def test_the_code_may_be_typed_with_spaces(newcomer, spelling):
    newcomer.ask()

    page = newcomer.do("code/", code=spelling.format(newcomer.code()))

    assert page["Location"] == "/en/account/begin/"


def test_the_code_may_be_typed_in_arabic_digits(newcomer):
    newcomer.ask()
    arabic = newcomer.code().translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    assert newcomer.do("code/", code=arabic)["Location"] == "/en/account/begin/"


# --- a code is good once, for ten minutes, in one visit -------------------------------------------


def wrong(code):
    return f"{(int(code) + 1) % 10**8:08d}"


def test_a_wrong_code_opens_nothing_and_may_be_tried_again(newcomer):
    newcomer.ask()

    page = newcomer.do("code/", code=wrong(newcomer.code()))

    assert page.status_code == 400
    assert errors(page) == ["This is not the code. Read it again in the e-mail."]
    assert newcomer.do("code/", code=newcomer.code())["Location"] == "/en/account/begin/"


def test_the_fifth_wrong_code_ends_it(newcomer):
    newcomer.ask()
    code = newcomer.code()

    tries = [newcomer.do("code/", code=wrong(code)).status_code for _ in range(5)]

    assert tries == [400, 400, 400, 400, 302]
    assert newcomer.do("code/", code=code)["Location"] == "/en/account/"
    assert newcomer.see("begin/")["Location"] == "/en/account/sign-in/"


def test_a_code_opens_nothing_in_another_visit(newcomer):
    newcomer.ask()
    elsewhere = Account(client=Client(headers={"host": "testserver"}), email=newcomer.email)

    page = elsewhere.do("code/", code=newcomer.code())

    assert page["Location"] == "/en/account/"
    assert elsewhere.see("begin/")["Location"] == "/en/account/sign-in/"


def test_a_code_is_good_once(citizen):
    citizen.do("sign-out/")
    citizen.sign_in()
    used = citizen.code()
    citizen.do("sign-out/")

    citizen.do("code/", code=used)

    assert not citizen.is_in()


def test_a_code_is_good_for_ten_minutes(newcomer):
    newcomer.ask()
    session = newcomer.client.session
    session["account_code"]["at"] -= 601
    session.save()

    page = newcomer.do("code/", code=newcomer.code())

    assert page["Location"] == "/en/account/"
    assert newcomer.see("begin/")["Location"] == "/en/account/sign-in/"


def test_a_new_code_makes_the_one_before_void(newcomer):
    newcomer.ask()
    newcomer.do("code/again/")
    first, second = codes(newcomer.email)

    assert newcomer.do("code/", code=first).status_code == 400
    assert newcomer.do("code/", code=second)["Location"] == "/en/account/begin/"


def test_a_visit_holds_no_code_that_could_be_read_there(newcomer):
    newcomer.ask()

    assert newcomer.code() not in str(dict(newcomer.client.session.items()))


def test_three_letters_a_visit_and_no_more(newcomer):
    newcomer.ask()
    for _ in range(4):
        newcomer.do("code/again/")

    assert len(codes(newcomer.email)) == 3


@pytest.mark.usefixtures("_one_window")
def test_a_fourth_code_for_one_address_within_a_minute_is_refused(newcomer):
    pages = [newcomer.ask() for _ in range(4)]

    assert [page.status_code for page in pages] == [302, 302, 302, 429]
    assert pages[-1]["Retry-After"] == "60"
    assert len(codes(newcomer.email)) == 3


@pytest.mark.usefixtures("_one_window")
def test_twenty_addresses_a_minute_from_one_place_and_no_more(newcomer):
    statuses = [newcomer.ask(f"n{number}@example.org").status_code for number in range(21)]

    assert statuses == [302] * 20 + [429]


@pytest.mark.usefixtures("_one_window")
def test_strangers_who_ask_for_codes_do_not_keep_the_owner_from_one(citizen):
    for number in range(1, 12):
        for _letter in range(3):
            visit_from(f"198.51.100.{number}", citizen.email).ask()
    written = len(codes(citizen.email))

    owner = visit_from("203.0.113.9", citizen.email)

    assert (owner.ask().status_code, len(codes(citizen.email))) == (302, written + 1)
    assert owner.do("code/", code=owner.code())["Location"] == "/en/account/"


@pytest.mark.usefixtures("_one_window")
def test_a_crowded_mailbox_gets_one_letter_from_each_place_in_five_minutes(citizen):
    for number in range(1, 12):
        visit_from(f"198.51.100.{number}", citizen.email).ask()
        visit_from(f"198.51.100.{number}", citizen.email).ask()
    owner = visit_from("203.0.113.9", citizen.email)

    pages = [owner.ask() for _ in range(2)]

    assert [page.status_code for page in pages] == [302, 429]
    assert pages[1]["Retry-After"] == "300"


# --- nobody learns who has an account -------------------------------------------------------------


def test_the_door_answers_alike_whoever_has_an_account(citizen):
    analyst()
    answers = []
    for email in (citizen.email, "none@example.org", "analyst@example.org"):
        visit = Account(client=Client(headers={"host": "testserver"}), email=email)
        first = visit.ask()
        page = visit.see("code/")
        shown = text(page).replace(email, "ADDRESS")
        answers.append((first.status_code, first["Location"], page.status_code, shown))

    assert answers[0] == answers[1] == answers[2]


def test_the_door_asks_the_database_alike_whoever_has_an_account(citizen):
    """Time follows the questions: the same number of them, and no hash of a password."""
    analyst()
    counts = []
    for email in (citizen.email, "none@example.org", "analyst@example.org"):
        visit = Account(client=Client(headers={"host": "testserver"}), email=email)
        with CaptureQueriesContext(connection) as asked:
            visit.ask()
        counts.append(len(asked))

    assert counts[0] == counts[1] == counts[2]


# --- people of oversight --------------------------------------------------------------------------


def test_an_analysts_mailbox_gets_no_code(client):
    visit = Account(client=client, email=analyst().email)
    visit.ask()

    assert letters_to(visit.email) == ["account_elsewhere"]
    assert codes(visit.email) == []


def test_somebody_who_became_an_analyst_meanwhile_is_not_let_in(newcomer):
    newcomer.ask()
    analyst(newcomer.email)

    newcomer.do("code/", code=newcomer.code())
    page = newcomer.do("begin/", name="Nadia", language="en", consent="on")

    assert is_refused(page)
    assert not newcomer.is_in()
    assert User.objects.get(email=newcomer.email).role == Role.ANALYST


def test_a_session_is_another_one_after_signing_in(newcomer):
    newcomer.ask()
    before = newcomer.client.session.session_key
    newcomer.do("code/", code=newcomer.code())
    newcomer.do("begin/", name="Nadia", language="en", consent="on")

    assert newcomer.client.session.session_key != before
    assert not Client().session.exists(before)


def test_the_log_of_a_new_account_names_nobody(citizen):
    lines = AuditEntry.objects.filter(actor_kind="citizen")

    assert list(lines.values_list("action", "actor_label", "subject")) == [
        ("user.created", "citizen", f"user {citizen.user().pk}")
    ]


# --- the demonstration ----------------------------------------------------------------------------


def test_one_click_opens_the_demonstrations_account(client):
    user_create(
        email="citizen@example.org", name="C", role=Role.CITIZEN, password=None, actor=SYSTEM
    )
    visit = Account(client=client, email="citizen@example.org")

    assert visit.do("demo/")["Location"] == "/en/account/"
    assert visit.is_in()


def test_outside_the_demonstration_there_is_no_such_click(client, settings):
    settings.DEMO = False
    user_create(
        email="citizen@example.org", name="C", role=Role.CITIZEN, password=None, actor=SYSTEM
    )
    visit = Account(client=client, email="citizen@example.org")

    assert visit.do("demo/").status_code == 404
    assert "demo/" not in text(visit.see("sign-in/"))
    assert not visit.is_in()
