"""What the citizen writes in a merged case is read before both are answered."""

import pytest

from shared.complaints import services
from shared.complaints.enums import Author, Status
from shared.complaints.errors import StaleCase
from shared.complaints.selectors import complaint_get
from shared.complaints.services.files import attachment_add
from shared.complaints.services.officer_state import case_opened
from shared.complaints.types import UploadedContent
from shared.kernel.actors import CITIZEN
from tests.support.factories import REPLY, filed_and_proved, officer_actor, staff
from tests.support.samples import PNG

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(in_roads):
    return staff(in_roads)


@pytest.fixture
def pair(in_roads, officer):
    """The references of a main case and of one that is merged into it."""
    main, later = filed_and_proved(in_roads).reference, filed_and_proved(in_roads).reference
    services.case_merge(reference=later, into=main, actor=officer_actor(officer))
    return main, later


def write(reference):
    services.citizen_message_add(reference=reference, body="It burns!", actor=CITIZEN)


def send(reference):
    attachment_add(
        reference=reference,
        upload=UploadedContent(name="fire.png", content=PNG),
        author=Author.CITIZEN,
        actor=CITIZEN,
    )


@pytest.mark.parametrize("act", [write, send], ids=["message", "file"])
def test_fs6_reply_from_a_page_without_the_news_of_the_merged_case_is_refused(pair, officer, act):
    main, later = pair
    seen = complaint_get(reference=main).version
    act(later)

    with pytest.raises(StaleCase):
        services.complaint_reply(
            reference=main, draft=REPLY, officer=officer, actor=officer_actor(officer), version=seen
        )

    assert complaint_get(reference=later).status == Status.RECEIVED


def test_page_that_was_shown_before_the_news_does_not_take_its_mark_off(pair, officer):
    main, later = pair
    shown = complaint_get(reference=main)
    shown.has_citizen_news = True
    write(later)

    case_opened(complaint=shown, user=officer)

    assert complaint_get(reference=main).has_citizen_news
    case_opened(complaint=complaint_get(reference=main), user=officer)
    assert not complaint_get(reference=main).has_citizen_news


def test_main_case_goes_on_after_the_news_of_a_merged_one(pair, officer):
    main, later = pair
    write(later)
    seen = complaint_get(reference=main)

    services.complaint_reply(
        reference=main,
        draft=REPLY,
        officer=officer,
        actor=officer_actor(officer),
        version=seen.version,
    )

    case = complaint_get(reference=main)
    last = case.events.order_by("position").last()
    assert last is not None
    assert (case.status, last.position) == (Status.ANSWERED, case.version)
