"""What the console of the agency of a part shows of the request out of which the part was cut."""

import pytest

from shared.complaints import services
from shared.complaints.types import UploadedContent
from tenants.case_access import gateway
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import references_on, text_of
from tests.agency_console.transfers.conftest import SECRET
from tests.support.custody import request_filed
from tests.support.factories import officer_actor, organisation_of, staff
from tests.support.parts import WATER, open_offer, split

pytestmark = pytest.mark.django_db


@pytest.fixture
def whole(roads, water):
    """A request with a word in each text; the name of its person goes along with a part."""
    organisation_of(water)
    one = request_filed(
        roads,
        subject=f"Lamp of {SECRET}",
        body=f"The lamp of {SECRET} is out. {WATER}",
        remedy=f"Repair {SECRET}.",
    )
    upload = UploadedContent(name=f"{SECRET}.txt", content=b"lamp")
    gateway.attachment_add(token=one.token, upload=upload)
    gateway.message_add(token=one.token, body=f"Since May, says {SECRET}.")
    officer = staff(roads)
    with agency_context(roads):
        for act in (services.note_add, services.officer_message_add):
            act(
                reference=one.reference, body=f"Ask {SECRET}.", officer=officer,
                actor=officer_actor(officer),
            )  # fmt: skip
    return one


def test_agency_of_a_part_reads_nothing_of_the_rest_on_its_pages(whole, receiver, water):
    part = split(whole, water)
    offer = f"/transfers/{open_offer(part).pk}/"
    digits = [whole.reference[place : place + 4] for place in range(0, 16, 4)]
    hidden = [SECRET, whole.reference, *(sign.join(digits) for sign in (" ", "\u00a0", "-"))]

    def shown(*paths):
        pages = [receiver.get(path) for path in paths]
        assert [page.status_code for page in pages] == [200] * len(paths)
        text = "".join(text_of(page) for page in pages)
        assert [one for one in hidden if one in text] == []
        return text

    shown("/", "/transfers/", offer, "/dashboard/")
    receiver.post(f"{offer}accept/")
    shown("/", "/transfers/", offer, f"/cases/{part}/days/")

    assert WATER in shown(f"/cases/{part}/")
    found = [references_on(receiver.get("/", {"q": one})) for one in (part, *hidden)]
    assert found == [[part], *([] for _one in hidden)]
    assert receiver.get(f"/cases/{whole.reference}/").status_code == 404
