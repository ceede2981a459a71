"""The page of one workspace: who may do what with it, done for real, refused with a sentence."""

import socket

import pytest
from django.test import Client

from shared.accounts.enums import Role
from shared.accounts.services.users import user_create
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from tenants.billing.models import Plan, Subscription
from tenants.fleet.services.lifecycle.acting_administration import acting_administration_start
from tenants.fleet.services.lifecycle.states import agency_archive
from tenants.models import Agency, DestroyOrder, Domain, HostClaim, TakeOver
from tenants.models.enums import AgencyState
from tests.public_portal.oversight.reading import hidden_fields, press
from tests.support.factories import PASSWORD, filed, organisation_of, staff
from tests.support.refused_forms import is_refused
from tests.support.sampling import each_once
from tests.support.sessions import open_session
from tests.tenants.fleet.lifecycle.people import ACTING_OFFICERS, OPERATOR, REASON

pytestmark = pytest.mark.django_db

PAGE = "/agencies/roads/workspace/"
OPERATORS = [
    "suspend", "reactivate", "archive", "unarchive", "invite", "rename", "host", "host-primary",
    "destroy",
]  # fmt: skip
BOTH = [
    "take-over", "hand-back",
    *(
        f"{what}-{answer}"
        for what in ("archive", "take-over", "invite", "host-add", "host-primary", "destroy")
        for answer in ("confirm", "withdraw", "refuse")
    ),
]  # fmt: skip
CARETAKER = {"reason": REASON, "name_1": "First", "email_1": "First@Oversight.example"}


def person(role, email):
    """A browser of somebody of the national side, in English."""
    user = user_create(
        email=email, name=f"{role} person", role=role, password=PASSWORD, actor=SYSTEM
    )
    client = Client(headers={"host": "oversight.testserver"})
    open_session(client, user)
    client.cookies["language"] = "en"
    return client


@pytest.fixture
def operator(roads):
    return person(Role.OPERATOR, "operator@oversight.example")


@pytest.fixture
def analyst(roads):
    return person(Role.ANALYST, "analyst@oversight.example")


def act(client, slug, **given):
    return client.post(f"{PAGE}{slug}/", given)


def answer(client, slug, **given):
    """Read the page of an answer, then press its button."""
    return press(client, f"{PAGE}{slug}/", given)


def state():
    return Agency.objects.get(code="roads").state


@pytest.mark.parametrize("slug", OPERATORS)
def test_analysts_look_and_do_not_act(analyst, slug):
    assert analyst.get(f"{PAGE}{slug}/").status_code == 403
    assert act(analyst, slug, reason=REASON).status_code == 403
    assert state() == AgencyState.ACTIVE


@pytest.mark.parametrize(("slug", "state"), each_once([*OPERATORS, *BOTH], list(AgencyState)))
def test_every_act_has_a_page_in_every_state(operator, slug, state):
    Agency.objects.filter(code="roads").update(state=state)

    assert operator.get(f"{PAGE}{slug}/").status_code == 200


@pytest.mark.parametrize("slug", BOTH)
def test_analysts_take_over_and_agree(analyst, slug):
    assert analyst.get(f"{PAGE}{slug}/").status_code == 200


def test_what_does_not_exist_is_404(operator):
    for path in ("/agencies/nobody/workspace/", f"{PAGE}explode/", "/agencies/national/workspace/"):
        assert operator.get(path).status_code == 404
    nobodys = "/agencies/nobody/workspace/suspend/"
    assert operator.post(nobodys, {"reason": REASON}).status_code == 404
    assert operator.post("/agencies/nobody/hosts/", {"do": "check"}).status_code == 404
    assert operator.post("/agencies/roads/hosts/", {"do": "explode"}).status_code == 404


def test_only_what_makes_sense_is_offered(operator, analyst):
    offered = operator.get(PAGE).content.decode()
    assert f'href="{PAGE}suspend/"' in offered
    assert f'href="{PAGE}reactivate/"' not in offered
    looked = analyst.get(PAGE).content.decode()
    assert f'href="{PAGE}take-over/"' in looked
    assert f'href="{PAGE}suspend/"' not in looked


def test_the_answers_stand_with_what_was_asked_for(operator, analyst):
    act(analyst, "take-over", **CARETAKER)
    act(operator, "host", reason=REASON, host="complaints.roads.example")

    offered = {
        (reader, slug): f'href="{PAGE}{slug}/"' in box
        for reader, client in (("operator", operator), ("analyst", analyst))
        for slug, box in zip(("take-over", "host-add"), boxes(client), strict=True)
        for slug in (f"{slug}-confirm", f"{slug}-withdraw", f"{slug}-refuse")
    }

    assert [one for one, is_offered in offered.items() if is_offered] == [
        ("operator", "take-over-confirm"),
        ("operator", "take-over-refuse"),
        ("operator", "host-add-withdraw"),
        ("analyst", "take-over-withdraw"),
        ("analyst", "host-add-confirm"),
        ("analyst", "host-add-refuse"),
    ]
    # And nowhere else on the page.
    pages = [client.get(PAGE).content.decode() for client in (operator, analyst)]
    assert [page.count("take-over-") for page in pages] == [2, 1]


def boxes(client):
    """What waits for a second person on the page of the workspace, box by box."""
    above, _rest = client.get(PAGE).content.decode().split('<section class="section"', 1)
    return above.split('<div class="notice notice-warn">')[1:]


def test_suspended_and_opened_again(operator):
    assert act(operator, "suspend", reason=REASON).status_code == 302
    assert state() == AgencyState.SUSPENDED
    page = operator.get(PAGE).content.decode()
    assert REASON in page
    assert "operator person" in page

    assert act(operator, "reactivate").status_code == 302
    assert state() == AgencyState.ACTIVE


def test_a_missing_reason_is_asked_for_and_nothing_is_lost(operator, water):
    page = act(operator, "archive", reason="", successor="water")

    assert is_refused(page)
    assert '<option value="water" selected>' in page.content.decode()
    assert state() == AgencyState.ACTIVE


def test_a_refusal_stands_on_the_page_with_its_sentence(operator, analyst):
    organisation_of(Agency.objects.get(code="roads"))

    act(operator, "archive", reason=REASON, successor="")
    page = answer(analyst, "archive-confirm")

    assert is_refused(page)
    assert "No administration would handle the requests" in page.content.decode()
    assert REASON in page.content.decode()


def test_archived_with_a_successor_and_taken_out_again(operator, analyst, roads, water):
    organisation_of(roads)

    assert act(operator, "archive", reason=REASON, successor="water").status_code == 302
    assert answer(analyst, "archive-confirm").status_code == 302
    page = operator.get(PAGE).content.decode()
    assert 'href="/agencies/water/workspace/"' in page
    assert filed(roads).agency_code == "water"

    assert act(operator, "unarchive").status_code == 302
    assert filed(roads).agency_code == "roads"


def test_a_suspended_agency_is_offered_as_nobodys_successor(operator, water):
    Agency.objects.filter(pk=water.pk).update(state=AgencyState.SUSPENDED)

    assert '<option value="water"' not in operator.get(f"{PAGE}archive/").content.decode()
    assert is_refused(act(operator, "archive", reason=REASON, successor="water"))


def test_an_analyst_takes_over_with_a_second_person_and_hands_back(analyst, operator, roads):
    staff(roads)

    assert act(analyst, "take-over", **CARETAKER).status_code == 302
    asked = operator.get(f"{PAGE}take-over-confirm/").content.decode()
    assert "first@oversight.example" in asked
    assert REASON in asked
    assert TakeOver.objects.count() == 0
    assert answer(operator, "take-over-confirm").status_code == 302

    page = analyst.get(PAGE).content.decode()
    assert "First &lt;first@oversight.example&gt;" in page
    assert "1 account of its own staff is deactivated" in page
    assert act(analyst, "hand-back").status_code == 302
    assert TakeOver.objects.get().ended_at is not None


@pytest.mark.parametrize(
    "given",
    [
        {"name_1": "", "email_1": ""},
        {"name_2": "Second", "email_2": ""},
        {"name_2": "", "email_2": "second@oversight.example"},
        {"email_1": "no address"},
        {"name_2": "Again", "email_2": "first@oversight.example"},
    ],
)
def test_a_caretaker_has_a_name_and_an_address_of_their_own(analyst, given):
    assert is_refused(act(analyst, "take-over", **{**CARETAKER, **given}))
    assert TakeOver.objects.count() == 0


def test_renamed_in_three_languages(operator):
    names = {"name_ar": "السبل", "name_fr": "Voies", "name_en": "Ways"}

    assert act(operator, "rename", **names).status_code == 302

    assert "<bdi>Ways</bdi>" in operator.get(PAGE).content.decode()
    assert is_refused(act(operator, "rename", **{**names, "name_fr": " "}))


def test_a_host_of_its_own_from_the_asking_to_the_end(operator, analyst, roads, monkeypatch):
    host, names = "plaintes.roads.example", {"testserver": "192.0.2.1"}

    def ask(name, _port, **_options):
        if name not in names:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (names[name], 0))]

    def change(do):
        return operator.post(
            "/agencies/roads/hosts/", {"host": host, "do": do}, follow=True
        ).content.decode()

    monkeypatch.setattr(socket, "getaddrinfo", ask)
    plan = Plan.objects.create(code="city", kind="free", name_ar="x", name_fr="x", name_en="x")
    Subscription.objects.create(agency=roads, plan=plan)
    asked = {"host": host, "reason": REASON}
    assert is_refused(act(operator, "host", **asked))
    Plan.objects.update(has_custom_host=True)
    assert is_refused(act(operator, "host", **asked | {"host": "https://no"}))
    assert act(operator, "host", **asked).status_code == 302
    assert "has not asked for such a name" in change("check")
    assert host in analyst.get(f"{PAGE}host-add-confirm/").content.decode()
    assert answer(analyst, "host-add-confirm").status_code == 302

    assert "its entry in the DNS is missing" in change("check")
    names[host] = names["testserver"]
    assert "is active now" in change("check")
    assert act(operator, "host-primary", **asked).status_code == 302
    read = hidden_fields(analyst.get(f"{PAGE}host-primary-confirm/"))
    assert is_refused(act(operator, "host-primary-confirm", **read))
    assert not Domain.objects.get(domain=host).is_primary
    assert answer(analyst, "host-primary-confirm").status_code == 302
    assert Domain.objects.get(domain=host).is_primary
    assert "The host name has been removed" in change("release")
    assert not Domain.objects.filter(domain=host).exists()
    assert not HostClaim.objects.exists()
    assert "has not asked for such a name" in change("release")


def test_two_people_destroy_and_neither_does_alone(operator, analyst, roads, water):
    organisation_of(roads)
    agency_archive(agency_code="roads", reason=REASON, successor_code="water", actor=OPERATOR)
    asked = {"reason": REASON, "typed_code": "roads", "waiver": ""}

    assert (
        "No export contains the latest changes"
        in act(operator, "destroy", **asked).content.decode()
    )
    assert is_refused(act(operator, "destroy", **{**asked, "typed_code": "water"}))
    assert act(operator, "destroy", **{**asked, "waiver": "It was empty."}).status_code == 302

    read = hidden_fields(analyst.get(f"{PAGE}destroy-confirm/"))
    own = act(operator, "destroy-confirm", **read, typed_code="roads")
    assert (is_refused(own), "Another person" in own.content.decode()) == (True, True)
    assert f'href="{PAGE}destroy-confirm/"' not in operator.get(PAGE).content.decode()
    assert f'href="{PAGE}destroy-confirm/"' in analyst.get(PAGE).content.decode()
    assert is_refused(answer(analyst, "destroy-confirm", typed_code="road"))
    assert answer(analyst, "destroy-confirm", typed_code="roads").status_code == 302
    order = DestroyOrder.objects.get()
    assert (order.asked_by, order.confirmed_by) == ("operator person", "analyst person")
    assert f"/jobs/{order.job_id}/" in analyst.get(PAGE).content.decode()


def test_a_wish_for_destruction_is_withdrawn(operator, analyst, roads, water):
    organisation_of(roads)
    agency_archive(agency_code="roads", reason=REASON, successor_code="water", actor=OPERATOR)
    act(operator, "destroy", reason=REASON, typed_code="roads", waiver="Empty.")

    assert answer(analyst, "destroy-refuse").status_code == 302
    assert DestroyOrder.objects.get().withdrawn_at is not None
    assert is_refused(answer(analyst, "destroy-confirm", typed_code="roads"))


def test_no_name_and_no_reason_is_run_as_markup(operator, roads):
    evil = "<script>alert(1)</script>"
    acting_administration_start(
        agency_code="roads", reason=evil, acting_officers=ACTING_OFFICERS, actor=OPERATOR
    )
    Agency.objects.filter(pk=roads.pk).update(
        name_en=evil, state=AgencyState.SUSPENDED, state_reason=evil, state_since=clock.now()
    )

    for path in ("/agencies/", PAGE, f"{PAGE}archive/"):
        assert evil not in operator.get(path).content.decode()
