"""Every address of a console, asked by an agency's administrator with what is another agency's."""

from datetime import timedelta

import pytest
from django.db import connection

from agency_console.casework.models import CaseDraft
from agency_console.inbox.models import SavedView
from shared.accounts.models import User
from shared.kernel import clock
from shared.units.models import Absence, Unit
from tenants.isolation.schema_switch import agency_context, as_owner
from tenants.models import Agency
from tests.support.custody import offer_row
from tests.support.sampling import one_in
from tests.support.sessions import open_session
from tests.tenants.isolation.browsers import Browser, addresses
from tests.tenants.isolation.canaries import at_home, words_in

pytestmark = pytest.mark.django_db

CONSOLE = addresses("config.urls_agency")
OVERSIGHT = addresses("config.urls_oversight")
PERSONAL = [address for address in CONSOLE if address.names]
COMMON = [address for address in CONSOLE if not address.names]
# A form that would do something, were the case one's own.
FORM = {
    "version": "1",
    "officer": "1",
    "body": "x",
    "outcome": "upheld",
    "carried_out": "done",
    "facts": "The lamp has been out since March.",
    "rule": "Communal charter, article 83.",
    "decision": "It must be repaired.",
    "ground": "before_courts",
    "explanation": "The road is a national one.",
    "way_on": "The ministry in charge of roads.",
    "role": "agent",
    "confirmed": "1",
}
STRANGER = 900_001
OWN = 900_002


ACTS = (
    "/take/", "/cancel/", "/retry/", "/end/", "/close/", "/start/", "/undo/", "/give/", "/remove/",
    "/category/", "/leave/", "/withdraw/", "/draft/<slug:act>/", "/take-back/", "/discard/",
    "/copy/", "/approve/", "/return/", "/unmerge/",
    "/activate/", "routing/<uuid:rule_id>/move/",
    "/accept/",
)  # fmt: skip


def shown(address):
    return address.route or "/"


@pytest.fixture
def values(theirs, oases):
    """What of the other agency can stand in an address; its person's number is nobody's here."""
    with agency_context(oases):
        User.objects.create(
            pk=STRANGER,
            email="stranger@example.org",
            name=theirs.word,
            role="agent",
            created_at=User.objects.first().created_at,
        )
        unit_absence_and_view(STRANGER, theirs)
    return {
        "reference": theirs.reference,
        "attachment_id": theirs.attachment_id,
        "job_id": theirs.job_id,
        "session_id": theirs.session_id,
        "unit_id": STRANGER,
        "absence_id": STRANGER,
        "view_id": STRANGER,
        "action_id": theirs.action_id,
        "draft_id": theirs.draft_id,
        "rule_id": theirs.rule_id,
        "offer_id": offer_row(
            sender=oases,
            receiver=Agency.objects.get(code="water"),
            reference=theirs.reference,
            note=theirs.word,
        ),
        # As numbers, those of an agency are others' as well.
        **dict.fromkeys(("user_id", "template_id", "label_id"), STRANGER),
        "act": "poem",
    }


def unit_absence_and_view(number, canary):
    """A unit with the word, an absence of next week and a view, all with this number."""
    day = clock.today() + timedelta(days=7)
    Unit.objects.create(pk=number, name_ar=canary.word, name_fr=canary.word)
    Absence.objects.create(pk=number, user_id=canary.user_id, first_day=day, last_day=day)
    SavedView.objects.create(
        pk=number, name=f"{canary.word} {number}", owner_id=canary.user_id, query="?view=open"
    )


def own_offer(mine, dunes, oases, *, is_sent):
    """An offer of a case of one's own, or one that was received."""
    sender, receiver = (dunes, oases) if is_sent else (oases, dunes)
    return offer_row(
        sender=sender, receiver=receiver, reference=mine.reference, note=f"Note {mine.word}."
    )


def counts():
    """What an act would change at the other agency: rows, versions of its cases, rights."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM a_oases.complaints_complaintevent),"
            " (SELECT count(*) FROM a_oases.complaints_message),"
            " (SELECT count(*) FROM a_oases.audit_auditentry),"
            " (SELECT count(*) FROM a_oases.accounts_staffsession),"
            " (SELECT sum(version) FROM a_oases.complaints_complaint),"
            " (SELECT string_agg(d::text, ',' ORDER BY id) FROM a_oases.casework_casedraft d),"
            " (SELECT string_agg(u::text, ',' ORDER BY id) FROM a_oases.units_unit u),"
            " (SELECT string_agg(a::text, ',' ORDER BY id) FROM a_oases.units_absence a),"
            " (SELECT string_agg(r::text, ',' ORDER BY id) FROM a_oases.routing_routingrule r),"
            " (SELECT string_agg(role || is_active::text, ',' ORDER BY id)"
            "  FROM a_oases.accounts_user)"
        )
        return cursor.fetchone()


def test_the_walk_meets_every_kind_of_address():
    assert {name for address in PERSONAL for name in address.names} == {
        "reference",
        "attachment_id",
        "job_id",
        "session_id",
        "user_id",
        "unit_id",
        "absence_id",
        "view_id",
        "template_id",
        "label_id",
        "action_id",
        "draft_id",
        "rule_id",
        "offer_id",
        "act",
    }
    assert len(PERSONAL) >= 10
    assert len(COMMON) >= 20


LEADING_BACK = (
    "cases/approvals/<uuid:draft_id>/return/",
    "inbox/views/<int:view_id>/",
    "transfers/<uuid:offer_id>/refuse/",
)


@pytest.mark.parametrize("address", PERSONAL, ids=shown)
def test_an_address_of_another_agencys_case_file_or_person_is_not_found(
    console, theirs, values, address
):
    path = address.path(values)
    before = counts()

    answers = {
        method: console.ask(method, path, FORM if method == "post" else None)
        for method in ("get", "head", "post", "put", "patch", "delete", "options")
    }

    statuses = {method: answer.status_code for method, answer in answers.items()}
    # A session that is over, or nobody's, is no error to who wants it ended, nor a text that left
    # a moment before it is taken back: the page says so.
    is_said = address.route.startswith("accounts/") or address.route.endswith("/take-back/")
    refusal = 302 if is_said else 404
    # An address that takes forms alone leads whoever looks to the page of the form.
    looks = {302} if address.route in LEADING_BACK else set()
    assert set(statuses.values()) <= {refusal, 405} | looks
    assert refusal in (statuses["get"], statuses["post"])
    assert [theirs.betrayed_by(one, asked=path) for one in answers.values()] == [set()] * 7
    assert counts() == before


@pytest.mark.parametrize("address", one_in(3, PERSONAL), ids=shown)
def test_the_same_address_with_ones_own_is_found(console, mine, dunes, oases, address):
    """Or the test above would be content with a console that has nothing at all."""
    with agency_context(dunes):
        unit_absence_and_view(OWN, mine)
        if address.route.startswith("cases/approvals/"):
            CaseDraft.objects.update(approval_asked_at=clock.now())
    own = {
        "reference": mine.reference,
        "attachment_id": mine.attachment_id,
        "job_id": mine.job_id,
        "session_id": mine.session_id,
        "user_id": mine.user_id,
        "unit_id": OWN,
        "absence_id": OWN,
        "view_id": OWN,
        "template_id": mine.template_id,
        "label_id": mine.label_id,
        "action_id": mine.action_id,
        "draft_id": mine.draft_id,
        "rule_id": mine.rule_id,
        "offer_id": own_offer(mine, dunes, oases, is_sent="withdraw" in address.route),
        "act": "reply",
    }
    is_act = address.route.endswith(ACTS) or address.route.startswith(
        (
            "inbox/views/<int:view_id>/",
            "labels/<int:label_id>/retire/",
            "templates/<int:template_id>/retire/",
            "cases/approvals/<uuid:draft_id>/return/",
            "transfers/<uuid:offer_id>/refuse/",
            "transfers/give-back/<str:reference>/",
        )
    )
    # What is made already is neither cancelled nor made again, and a form without answers is shown.
    found = 409 if "leaving" in address.route else 200 if "/close/" in address.route else 302
    # Without the new name, without a reason: refused, and shown again.
    if address.route in LEADING_BACK:
        found = 200
    if address.route.endswith("/draft/<slug:act>/"):
        found = 200

    answer = (console.post if is_act else console.get)(address.path(own))

    # The action that is planted has no file.
    is_file = address.route.startswith("bulk/") and address.route.endswith("/file/")
    assert answer.status_code == (found if is_act else 302 if is_file else 200)
    assert words_in(answer) <= {mine.word}


@pytest.mark.parametrize("address", one_in(2, COMMON), ids=shown)
def test_an_address_of_the_console_shows_one_agency_alone(console, mine, theirs, address):
    asked = f"{address.path({})}?q={theirs.reference}&agency={theirs.code}&user_id={STRANGER}"
    asked += f"&reference={theirs.reference}&view=all&after=2000-01-01.{STRANGER}"

    answers = [console.get(address.path({})), console.get(asked), console.post(asked, FORM)]

    for answer in answers:
        assert answer.status_code < 500
        assert words_in(answer) <= {mine.word}
        assert theirs.betrayed_by(answer, asked=asked) == set()


@pytest.mark.parametrize("path", ["/", "/staff/", "/?view=all", "/reports/", "/setup/"])
def test_the_pages_that_name_people_and_cases_name_ones_own(console, mine, path):
    page = console.get(path)

    assert page.status_code == 200
    assert at_home(page, mine.code)


def test_a_case_is_not_given_to_somebody_who_works_elsewhere(console, mine, values):
    page = console.post(f"/cases/{mine.reference}/assign/", {"officer": STRANGER, "version": "1"})

    assert page.status_code == 200
    assert 'class="error' in page.content.decode()


@pytest.mark.parametrize("address", one_in(3, CONSOLE), ids=shown)
def test_nobody_who_is_not_signed_in_sees_a_word_of_any_agency(theirs, values, address):
    stranger = Browser(host=theirs.host)

    answers = [stranger.get(address.path(values)), stranger.post(address.path(values), FORM)]

    # 400: a text that is saved while one types comes with the signed field of its form.
    assert all(answer.status_code in (200, 302, 400, 404, 405) for answer in answers)
    assert all(words_in(answer) == set() for answer in answers)


@pytest.mark.parametrize("address", one_in(3, OVERSIGHT), ids=shown)
def test_oversight_sees_figures_and_no_word_of_a_case(canaries, address):
    analyst = Browser(host="oversight.testserver")
    person = User.objects.get(role="analyst")
    open_session(analyst.client, person)

    for canary in canaries.values():
        values = {
            "agency_code": canary.code,
            "code": canary.code,
            "job_id": canary.job_id,
            "session_id": canary.session_id,
            "request_id": canary.job_id,
            "invoice_id": "any",
            "event_id": "any",
            "key": "any",
            "slug": "cost",
            "search_id": 1,
            # Its citizen asked for no review: the file stays closed.
            "reference": canary.reference,
            "attachment_id": canary.attachment_id,
        }
        answer = analyst.get(address.path(values))
        assert answer.status_code < 500
        assert canary.betrayed_by(answer) == set()
