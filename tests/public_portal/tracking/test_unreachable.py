"""The pages of a request while its agency's database server does not answer."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext, override

from tests.public_portal.account.door import Account
from tests.public_portal.tracking.mailbox import deliver, links_in
from tests.public_portal.tracking.visits import Visitor, answer
from tests.support.factories import filed
from tests.support.samples import PDF
from tests.support.unreachable import RETRY_SECONDS, agency_unreachable

pytestmark = pytest.mark.django_db

SENTENCE = (
    "The server of this administration does not answer at the moment. We are told of it "
    "automatically; please try again in a few minutes."
)
WORDS = "La lampe est toujours éteinte & <dangereuse>."


@pytest.fixture
def owner(client, roads) -> Visitor:
    """A citizen whose request has a reply, opened by its receipt code."""
    one = filed(roads)
    answer(roads, one.reference)
    visitor = Visitor(client, reference=one.reference, receipt_code=one.receipt_code)
    visitor.open(one.reference, one.receipt_code)
    return visitor


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_the_page_says_so_in_the_persons_language(owner, roads, language):
    owner.language = language
    with agency_unreachable(roads):
        page = owner.see()

    with override(language):
        assert gettext(SENTENCE) in page.content.decode()
    assert (page.status_code, page["Retry-After"]) == (503, str(RETRY_SECONDS))


def test_the_visit_stays_open(owner, roads):
    with agency_unreachable(roads):
        owner.see()

    assert owner.see().status_code == 200


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("messages/", {"body": WORDS}),
        ("rating/", {"resolved": "no", "handling": "2", "comment": WORDS}),
        ("reopen/", {"reason": "not_done", "body": WORDS}),
        ("review/", {"reason": WORDS}),
        ("withdraw/", {"sure": "yes"}),
    ],
)
def test_what_was_typed_stands_there_to_be_sent_once_more(owner, roads, path, sent):
    with agency_unreachable(roads):
        page = owner.do(path, **sent)

    assert page.status_code == 503
    again = {one.name: one.value for one in page.context["typed"]}
    assert again == sent
    texts = [one.value for one in page.context["typed"] if one.is_text]
    assert texts == [one for one in sent.values() if one == WORDS]
    if texts:
        assert "La lampe est toujours éteinte &amp; &lt;dangereuse&gt;." in page.content.decode()
    assert f'action="{owner.url("case/")}{path}"' in page.content.decode()


def test_what_is_sent_once_more_arrives(owner, roads):
    with agency_unreachable(roads):
        page = owner.do("messages/", body=WORDS)

    owner.do("messages/", **{one.name: one.value for one in page.context["typed"]})

    assert WORDS in str([one.body for one in owner.see().context["space"].case.messages])


def test_files_are_asked_for_again(owner, roads):
    with agency_unreachable(roads):
        page = owner.do("files/", uploads=SimpleUploadedFile("a.pdf", PDF))

    with override("fr"):
        assert gettext("Choose your files again") in page.content.decode()
    assert page.status_code == 503


def test_opening_a_request_is_no_failed_look_up(client, roads):
    one = filed(roads)
    visitor = Visitor(client)

    with agency_unreachable(roads):
        for _time in range(12):
            opened = visitor.open(one.reference)
    page = visitor.open(one.reference)

    assert opened.status_code == page.status_code == 302
    assert visitor.see().status_code == 200


def test_a_link_of_a_letter_is_not_used_up(owner, roads):
    link = next(one for letter in deliver(roads) for one in links_in(letter) if "/rate/" in one)

    with agency_unreachable(roads):
        refused = owner.client.post(link, {"resolved": "no", "handling": "2", "comment": WORDS})
    sent = owner.client.post(link, {one.name: one.value for one in refused.context["typed"]})

    assert (refused.status_code, sent.status_code) == (503, 302)
    assert refused["Referrer-Policy"] == "no-referrer, strict-origin"


def test_the_list_of_an_account_shows_the_others(client, roads, water):
    account = Account(client, "person@example.org")
    account.open()
    for agency in (roads, water):
        one = filed(agency)
        account.do("add/", reference=one.reference, secret=one.receipt_code)

    with agency_unreachable(roads):
        page = account.see()

    assert page.status_code == 200
    assert [one.status is None for one in page.context["complaints"]] == [False, True]


def test_to_add_a_request_of_it_to_an_account_counts_as_no_failure(client, roads):
    account = Account(client, "person@example.org")
    account.open()
    one = filed(roads)

    with agency_unreachable(roads):
        for _time in range(11):
            refused = account.do("add/", reference=one.reference, secret=one.receipt_code)
    added = account.do("add/", reference=one.reference, code=one.receipt_code)

    assert (refused.status_code, added.status_code) == (503, 302)
