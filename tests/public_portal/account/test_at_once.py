"""Many at once, on connections of their own, against what one mailed code allows."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.test import Client

from shared.mail.models import Mail
from tests.public_portal.account.door import Account, codes, errors
from tests.support.processes import outside_connection
from tests.tenants.isolation.committed import in_thread, with_own_connection

pytestmark = pytest.mark.django_db
EMAIL = "guessed@at-once.example.org"
GUESSES, THREADS, MOST = 80, 8, 5
LEFT = """
    DELETE FROM django_session;
    DELETE FROM limits_attempt;
    DELETE FROM mail_mail WHERE "to" = 'guessed@at-once.example.org';
    DELETE FROM django_tasks_database_dbtaskresult;
"""


@pytest.fixture
def waiting():
    """A visit that waits for a code, really committed, and gone afterwards."""
    account = Account(client=Client(headers={"host": "testserver"}), email=EMAIL)
    in_thread(account.ask)
    yield account
    outside = outside_connection()
    with outside.cursor() as cursor:
        cursor.execute(LEFT)
    outside.close()


def guess(account, start, code):
    """What one of many browsers with the same cookie is told."""
    client = Client(headers={"host": "testserver"})
    client.cookies = account.client.cookies.copy()
    twin = Account(client=client, email=EMAIL)
    start.wait()
    page = twin.do("code/", code=code)
    return errors(page) == ["This is not the code. Read it again in the e-mail."]


def test_of_eighty_guesses_at_once_four_are_told_to_try_again(waiting):
    right = in_thread(lambda: codes(EMAIL)[-1])
    assert in_thread(lambda: Mail.objects.filter(to=EMAIL).count()) == 1
    start = Barrier(THREADS)
    wrong = [f"{(int(right) + step) % 10**8:08d}" for step in range(1, GUESSES + 1)]

    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        acts = [partial(guess, waiting, start, code) for code in wrong]
        told = list(pool.map(with_own_connection, acts))

    assert sum(told) <= MOST - 1


def test_after_as_many_wrong_guesses_at_once_the_right_code_opens_nothing(waiting):
    right = in_thread(lambda: codes(EMAIL)[-1])
    session = dict(in_thread(lambda: dict(waiting.client.session)))
    for step in range(1, MOST + 1):
        code = f"{(int(right) + step) % 10**8:08d}"
        in_thread(partial(waiting.do, "code/", code=code))

    # As a request does that had read the visit before the wrong ones came.
    def put_back():
        kept = waiting.client.session
        kept["account_code"] = session["account_code"]
        kept.save()

    in_thread(put_back)
    in_thread(lambda: waiting.do("code/", code=right))

    page = in_thread(lambda: waiting.see("begin/"))
    assert page["Location"] == "/en/account/sign-in/"
