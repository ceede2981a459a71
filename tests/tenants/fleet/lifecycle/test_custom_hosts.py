"""A host name of its own: written down, looked up, answered, given up."""

import socket
import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from shared.kernel import clock
from tenants.agencies.selectors import console_url
from tenants.billing.errors import LimitedUntilPaid, WorkspaceClosed
from tenants.fleet.enums import HostFault
from tenants.fleet.errors import (
    CustomHostNotInPlan,
    HostInvalid,
    HostNotFound,
    HostOfThePortal,
    HostTaken,
)
from tenants.fleet.services import hosts
from tenants.models import Agency, Domain, HostClaim
from tenants.models.enums import AgencyState
from tests.support.factories import PASSWORD, staff
from tests.support.sampling import one_in
from tests.tenants.fleet.lifecycle.people import OPERATOR

pytestmark = pytest.mark.django_db

HOST = "reclamations.roads.example"
OURS = ("192.0.2.7", "2001:db8::7")


@pytest.fixture
def dns(monkeypatch):
    """The name servers: names and their addresses; what is not written down is not known."""
    names = {"testserver": OURS}

    def ask(host, _port, **_options):
        if host not in names:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 0)) for one in names[host]]

    monkeypatch.setattr(socket, "getaddrinfo", ask)
    return names


def claim(host=HOST, code="roads", *, is_allowed=True):
    return hosts.host_claim(agency_code=code, host=host, is_allowed=is_allowed, actor=OPERATOR)


def check(host=HOST, code="roads"):
    return hosts.host_lookup(agency_code=code, host=host, actor=OPERATOR)


@pytest.mark.parametrize("addresses", [OURS, OURS[:1], OURS[1:]])
def test_a_name_that_leads_here_is_answered_from_the_agency(client, roads, dns, addresses):
    claim()
    dns[HOST] = addresses

    assert check() is None

    assert not HostClaim.objects.exists()
    page = client.get("/accounts/login/", headers={"host": HOST})
    assert page.status_code == 200
    assert "الطرق" in page.content.decode()


def test_before_it_is_checked_it_is_a_strangers_host(client, roads, dns):
    claim()

    assert client.get("/accounts/login/", headers={"host": HOST}).status_code == 404


@pytest.mark.parametrize(
    ("addresses", "fault"),
    [
        (("192.0.2.8",), HostFault.ELSEWHERE),
        ((OURS[0], "192.0.2.8"), HostFault.ELSEWHERE),
        (("127.0.0.1",), HostFault.ELSEWHERE),
        (None, HostFault.UNKNOWN),
    ],
)
def test_a_name_that_leads_elsewhere_is_not_and_says_so(client, roads, dns, addresses, fault):
    claim()
    if addresses:
        dns[HOST] = addresses

    assert check() is fault

    kept = HostClaim.objects.get()
    assert (kept.fault, kept.checked_at is not None) == (fault, True)
    assert client.get("/accounts/login/", headers={"host": HOST}).status_code == 404


def test_where_the_portal_itself_is_unknown_nothing_leads_there(roads, dns):
    claim()
    dns[HOST] = OURS
    del dns["testserver"]

    assert check() is HostFault.NO_ANSWER


def test_name_servers_that_do_not_answer_hold_nobody_for_long(roads, monkeypatch):
    answered = threading.Event()
    monkeypatch.setattr(hosts, "LOOKUP_SECONDS", 0.05)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answered.wait(20) and [])
    claim()

    assert check() is HostFault.NO_ANSWER
    answered.set()


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Reclamations.Roads.Example. ", HOST),
        ("شكاوى.المغرب", "xn--mgbz8bvaf.xn--mgbc0a9azcg"),
        ("réclamations.example.ma", "xn--rclamations-bbb.example.ma"),
    ],
)
def test_a_name_is_kept_as_dns_has_it(roads, typed, name):
    assert claim(typed).host == name


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "localhost", "192.0.2.7", "2001:db8::7", "[::1]", "https://roads.example",
        "roads.example/path", "roads.example:8000", "-roads.example", "roads-.example",
        "a..example", "*.roads.example", "roads.example\nx", "roads.123", "under_score.example",
        "a" * 64 + ".ma",
        ".".join(["abcdefgh"] * 30), "user@roads.example", "roads.example\x00",
    ],
)  # fmt: skip
def test_what_is_no_host_name_is_refused(roads, typed):
    with pytest.raises(HostInvalid):
        claim(typed)


@pytest.mark.parametrize("typed", ["testserver.", "water.testserver", "new.roads.testserver"])
def test_no_name_of_the_portals_own_is_given_away(roads, typed):
    with pytest.raises((HostOfThePortal, HostInvalid)):
        claim(typed)


def test_a_name_that_only_ends_alike_is_not_the_portals(roads):
    assert claim("my-testserver.example").host == "my-testserver.example"
    assert not hosts.is_portal_host("mytestserver")


def test_a_name_belongs_to_who_asked_first(roads, water, dns):
    claim()

    with pytest.raises(HostTaken):
        claim(code="water")
    dns[HOST] = OURS
    check()
    with pytest.raises(HostTaken):
        claim(code="water")


def test_nobody_checks_or_gives_up_the_name_of_another(roads, water, dns):
    claim()
    dns[HOST] = OURS

    with pytest.raises(HostNotFound):
        check(code="water")
    for host in (HOST, "roads.testserver"):
        with pytest.raises(HostNotFound):
            hosts.host_remove(agency_code="water", host=host, actor=OPERATOR)
    with pytest.raises(HostNotFound):
        hosts.host_make_primary(agency_code="water", host="roads.testserver", actor=OPERATOR)


def test_only_a_plan_that_has_it_and_an_agency_that_does_not_owe_gets_one(roads):
    with pytest.raises(CustomHostNotInPlan):
        claim(is_allowed=False)
    Agency.objects.filter(pk=roads.pk).update(owes_since=clock.today() - timedelta(days=30))
    with pytest.raises(LimitedUntilPaid):
        claim()
    Agency.objects.filter(pk=roads.pk).update(state=AgencyState.SUSPENDED)
    with pytest.raises(WorkspaceClosed):
        claim()


def test_letters_lead_to_the_primary_host_until_it_is_given_up(roads, dns):
    claim()
    dns[HOST] = OURS
    check()
    assert console_url(roads) == "http://roads.testserver:8000"

    hosts.host_make_primary(agency_code="roads", host=HOST, actor=OPERATOR)
    assert console_url(roads) == f"http://{HOST}:8000"
    assert Domain.objects.filter(tenant=roads, is_primary=True).count() == 1

    hosts.host_remove(agency_code="roads", host=HOST, actor=OPERATOR)
    assert console_url(roads) == "http://roads.testserver:8000"
    assert Domain.objects.get(tenant=roads).is_primary


def test_the_host_under_the_portals_domain_is_never_given_up(roads):
    with pytest.raises(HostNotFound):
        hosts.host_remove(agency_code="roads", host="roads.testserver", actor=OPERATOR)


def test_a_session_of_one_host_is_worth_nothing_on_the_other(client, roads, dns):
    claim()
    dns[HOST] = OURS
    check()
    given = {"login": staff(roads).email, "password": PASSWORD}
    client.post("/accounts/login/", given, headers={"host": HOST})

    assert client.cookies["sessionid"]["domain"] == ""


@pytest.mark.parametrize(
    ("asked", "status"),
    one_in(2, [
        (HOST, 200), (HOST.upper() + ".", 200), ("roads.testserver", 200), ("testserver", 200),
        ("oversight.testserver", 200), ("nobody.testserver", 404), ("claimed.example", 404),
        ("", 404), ("\x00", 404), ("a" * 300, 404), ("192.0.2.7", 404),
    ]),
)  # fmt: skip
def test_an_issuer_of_certificates_hears_which_names_are_answered(
    client, roads, dns, asked, status
):
    claim()
    dns[HOST] = OURS
    check()
    claim("claimed.example")

    answer = client.get("/hosts/known/", {"domain": asked})

    assert (answer.status_code, answer.content) == (status, b"")
    assert "no-store" in answer["Cache-Control"]


def test_only_the_citizens_site_answers_an_issuer(client, roads):
    for host in ("roads.testserver", "oversight.testserver"):
        question = "/hosts/known/?domain=testserver"
        assert client.get(question, headers={"host": host}).status_code == 404


def test_a_command_lists_the_names_of_their_own(roads, dns):
    claim()
    dns[HOST] = OURS
    check()
    claim("claimed.example")
    told = StringIO()

    call_command("list_hosts", stdout=told)

    assert told.getvalue() == f"{HOST} roads\n"
