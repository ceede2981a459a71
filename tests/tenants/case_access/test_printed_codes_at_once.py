"""A printed code opens the request while the mailbox takes a new one in its place."""

from threading import Event

import pytest

from tenants.case_access.errors import TokenNotFound
from tenants.case_access.services import printed_codes
from tenants.case_access.services.one_time_links import link_open
from tenants.case_access.services.tokens import token_find, token_issue
from tenants.models import Agency
from tenants.models.enums import LinkPurpose
from tests.support.agencies import committed_agencies
from tests.support.custody import Moving
from tests.support.factories import filed_at_counter, organisation_of
from tests.support.processes import outside_connection
from tests.tenants.custody.citizen_acts import key_for
from tests.tenants.isolation.committed import at_once, in_thread

pytestmark = pytest.mark.django_db
# As long as somebody who replaces the code would need who is not held.
A_MOMENT = 2


@pytest.fixture
def one(django_db_setup, django_db_blocker):
    """A request that an officer has filed at a counter, really committed, and gone afterwards."""
    with django_db_blocker.unblock(), committed_agencies() as codes:
        yield in_thread(lambda: _filed(codes[0]))
        _forget(codes)


def _filed(code):
    agency = Agency.objects.get(code=code)
    organisation_of(agency)
    receipt = filed_at_counter(agency)
    return Moving(receipt.reference, receipt.receipt_code)


def _forget(codes):
    outside = outside_connection()
    with outside.cursor() as cursor:
        for table in ("tenants_trackingtoken", "tenants_routeopening", "tenants_printedcodeact"):
            cursor.execute(f"DELETE FROM {table}")
        for table in ("tenants_route", "register_registeroutbox"):
            cursor.execute(
                f"DELETE FROM {table} WHERE schema_name = ANY(%s)", [[f"a_{one}" for one in codes]]
            )
        cursor.execute("DELETE FROM directory_organisation WHERE code = ANY(%s)", [list(codes)])
        cursor.execute("DELETE FROM audit_auditentry")
    outside.close()


@pytest.mark.all_cores
@pytest.mark.slow
def test_no_visit_by_the_paper_outlives_the_code_that_was_replaced(one, monkeypatch):
    mailed = in_thread(lambda: link_open(key=key_for(one, LinkPurpose.OPEN)).token)
    begun, replaced = Event(), Event()

    def issue(**given):
        begun.set()
        # Whoever replaces the code waits for this visit, or is done before its token is made.
        replaced.wait(timeout=A_MOMENT)
        return token_issue(**given)

    def replace():
        begun.wait(timeout=10)
        printed_codes.receipt_code_replace(token=mailed)
        replaced.set()

    monkeypatch.setattr(printed_codes, "token_issue", issue)
    by_paper, _none = at_once(lambda: one.token, replace)

    with pytest.raises(TokenNotFound):
        in_thread(lambda: token_find(by_paper))
