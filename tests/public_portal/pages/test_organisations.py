import re

import pytest

from shared.directory.models import Organisation
from shared.kernel import clock
from tests.shared.register.factories import at, registered, story
from tests.support.factories import organisation_of

pytestmark = pytest.mark.django_db


def organisation(code, kind="ministry", **values):
    names = {"name_ar": f"{code} ar", "name_fr": f"{code} fr", "name_en": f"{code} en"}
    return Organisation.objects.create(code=code, kind=kind, **{**names, **values})


def organisations_on(response):
    return re.findall(r'href="/\w+/organisations/([\w-]+)/"><bdi>', response.content.decode())


def rows_on(response):
    """Each branch or body of a list, with the number beside it."""
    found = re.findall(
        r'<li><a href="([^"]*)">(?:<bdi>)?[^<]*(?:</bdi>)?</a>'
        r' <span class="muted number">(\d+)</span>',
        response.content.decode(),
    )
    return [(address, int(count)) for address, count in found]


@pytest.fixture
def tree():
    """A region with a province, its two communes and a district; a commune of another region."""
    interior = organisation("interior")
    north = organisation("north", kind="region", parent=interior)
    south = organisation("south", kind="region", parent=interior)
    province = organisation("coast", kind="province", parent=north)
    tangier = organisation("tangier", kind="commune", parent=province)
    organisation("asilah", kind="commune", parent=province)
    organisation("old-town", kind="arrondissement", parent=tangier)
    other = organisation("desert", kind="province", parent=south)
    organisation("oasis", kind="commune", parent=other)
    organisation("closed", kind="commune", parent=other, is_active=False)


def test_browsing_begins_with_the_kinds_and_the_regions_and_counts_them(client, tree):
    response = client.get("/en/organisations/")

    # The two institutions are those of the agencies that every test has.
    assert rows_on(response) == [
        ("/en/organisations/?kind=ministry", 1),
        ("/en/organisations/?kind=institution", 2),
        ("/en/organisations/?kind=commune", 3),
        ("/en/organisations/?kind=province", 2),
        ("/en/organisations/?kind=region", 2),
        ("/en/organisations/?kind=arrondissement", 1),
        ("/en/organisations/north/", 2),
        ("/en/organisations/south/", 1),
    ]


def test_a_kind_lists_its_bodies_by_name_and_can_be_narrowed_to_a_region(client, tree):
    country = client.get("/en/organisations/?kind=commune")
    region = client.get("/en/organisations/?kind=commune&region=north")

    assert organisations_on(country) == ["asilah", "oasis", "tangier"]
    assert rows_on(country) == [
        ("/en/organisations/?kind=commune&amp;region=north", 2),
        ("/en/organisations/?kind=commune&amp;region=south", 1),
    ]
    assert organisations_on(region) == ["asilah", "tangier"]


def test_a_region_leads_down_to_its_provinces_and_they_to_their_communes(client, tree):
    region = client.get("/en/organisations/north/")
    province = client.get("/en/organisations/coast/")
    commune = client.get("/en/organisations/tangier/")

    assert rows_on(region) == [("/en/organisations/coast/", 2)]
    assert organisations_on(province) == ["interior", "north", "asilah", "tangier"]
    assert organisations_on(commune) == ["interior", "north", "coast", "old-town"]


def test_a_long_list_has_pages(client, tree):
    for number in range(60):
        organisation(f"village-{number:02}", kind="commune")

    first = client.get("/en/organisations/?kind=commune")
    second = client.get("/en/organisations/?kind=commune&page=2")

    assert len(organisations_on(first)) == 50
    assert organisations_on(second)[-1] == "village-59"
    assert len(organisations_on(second)) == 13
    assert re.findall(r'<a href="([^"]*)" rel="prev"', second.content.decode()) == [
        "?kind=commune&amp;page=1"
    ]


def test_a_branch_with_nothing_on_it_offers_a_way_on(client, tree):
    html = client.get("/en/organisations/?kind=ministry&region=north").content.decode()

    assert re.findall(r'<div class="empty">', html) == ['<div class="empty">']
    assert re.findall(r'<a class="button button-secondary" href="(.*?)">', html) == [
        "/en/organisations/"
    ]


def test_a_kind_that_does_not_exist_shows_the_whole_tree(client, tree):
    assert rows_on(client.get("/en/organisations/?kind=nonsense")) == rows_on(
        client.get("/en/organisations/")
    )


def test_a_region_that_does_not_exist_is_not_there(client, tree):
    assert client.get("/en/organisations/?region=nowhere").status_code == 404


@pytest.mark.parametrize("children", [1, 3])
def test_the_page_of_a_body_asks_as_often_whatever_stands_under_it(
    client, roads, statement_count, children
):
    above = organisation_of(roads)
    for number in range(children):
        organisation(f"office-{number}", kind="other", parent=above)
    client.get("/en/organisations/roads/")

    with statement_count("citizen: a body"):
        client.get("/en/organisations/roads/")


def figures_on(response):
    html = response.content.decode()
    return re.findall(r'<p class="figure"><bdi>(.*?)</bdi></p>', html)


def test_a_body_with_a_workspace_shows_the_figures_of_its_statistics(client, roads, water):
    organisation_of(roads)
    answered = [story(("received", 0), ("answered", 30)) for _ in range(8)]
    late = [story(("received", 0), ("answered", 70)) for _ in range(2)]
    registered(roads, *answered, *late)
    registered(water, *[story(("received", 0)) for _ in range(30)])

    with clock.travel(at(100)):
        page = client.get("/en/organisations/roads/")
        statistics = client.get("/en/statistics/roads/")

    html, shown = page.content.decode(), statistics.context["detail"].sections
    same = {line.measure: line.text for section in shown for line in section.lines}
    assert figures_on(page) == ["10", "80.0\xa0%", "0.0\xa0%", "0"]
    shown = ("received", "in_time", "refused", "open")
    assert figures_on(page) == [same[measure] for measure in shown]
    assert re.findall(r'href="(/en/statistics/[^"]+)"', html) == ["/en/statistics/roads/"] * 2
    assert re.findall(r'<bdi class="ref" dir="ltr">(.*?)</bdi> · out of (\d+)', html) == [
        ("49.0–94.3\xa0%", "10"),
        ("0.0–27.8\xa0%", "10"),
    ]


def test_a_body_without_a_workspace_shows_what_was_filed_about_it_alone(client, roads):
    organisation("bureau", kind="other", parent=organisation_of(roads))
    about_it = [story(("received", 0), organisation_code="bureau") for _ in range(6)]
    registered(roads, *about_it, *[story(("received", 0)) for _ in range(20)])

    with clock.travel(at(100)):
        page = client.get("/en/organisations/bureau/")

    assert figures_on(page) == ["6", "0.0\xa0%", "6"]


def test_of_fewer_than_five_requests_nothing_is_published(client, roads):
    organisation_of(roads)
    registered(roads, *[story(("received", 0)) for _ in range(4)])

    with clock.travel(at(100)):
        page = client.get("/en/organisations/roads/")

    assert figures_on(page) == []
    assert re.findall("Fewer than five requests", page.content.decode()) != []


def test_a_body_leads_to_its_own_answers(client, roads):
    organisation_of(roads)

    html = client.get("/fr/organisations/roads/").content.decode()

    assert re.findall(r'href="(/fr/answers/\?[^"]*)"', html) == ["/fr/answers/?organisation=roads"]


def test_words_that_fit_nothing_offer_a_way_on(client):
    organisation("health")

    response = client.get("/en/organisations/?q=qqqqqqqq")

    html = response.content.decode()
    assert response.context["found"] == []
    assert re.findall(r'<a class="button button-secondary" href="(.*?)">', html) == [
        "/en/organisations/"
    ]


def test_words_longer_than_any_name_are_not_an_error(client):
    assert client.get("/en/organisations/", {"q": "x" * 500}).status_code == 200


def test_an_organisation_says_who_answers_and_where_to_begin(client, roads):
    organisation_of(roads)

    html = client.get("/fr/organisations/roads/").content.decode()

    assert re.findall(r"<strong><bdi>(.*?)</bdi></strong>", html) == ["Routes"]
    assert re.findall(r'href="(/fr/submit/[^"]*)"><', html) == []
    assert re.findall(r'class="button button-large" href="([^"]*)"', html) == [
        "/fr/submit/?organisation=roads"
    ]


def test_the_agency_above_answers_for_an_organisation_without_its_own(client, roads):
    organisation("bureau", kind="other", parent=organisation_of(roads))

    html = client.get("/en/organisations/bureau/").content.decode()

    assert re.findall(r"<strong><bdi>(.*?)</bdi></strong>", html) == ["Roads"]


def test_an_organisation_that_nobody_handles_says_so_and_offers_no_form(client, roads):
    organisation("far-away", kind="commune")

    html = client.get("/en/organisations/far-away/").content.decode()

    assert re.findall(r"No administration answers for this organisation", html) != []
    assert re.findall(r"button-large", html) == []
    assert re.findall(r"<strong><bdi>", html) == []


@pytest.mark.parametrize("above", [{}, {"agency_code": "roads"}])
def test_an_organisation_that_the_portal_cannot_serve_says_why(client, roads, above):
    refusal = {
        f"refusal_{language}": f"Write to it ({language})." for language in ("ar", "fr", "en")
    }
    parent = organisation("government", **above)
    organisation("defence", accepts=False, parent=parent, **refusal)

    html = client.get("/en/organisations/defence/").content.decode()

    assert re.findall(r"Write to it \(\w+\)", html) == ["Write to it (en)"]
    assert re.findall(r"Who answers|owe you the answer|No administration answers", html) == []
    assert re.findall(r"button-large", html) == []


@pytest.mark.parametrize("above", [{}, {"agency_code": "roads"}])
@pytest.mark.parametrize("has_desk", [True, False])
def test_a_refused_body_leads_to_the_orientation_desk_where_there_is_one(
    client, roads, water, above, has_desk
):
    """The agency of a body above it is no desk: there the desk would be a refused choice."""
    refusal = {f"refusal_{language}": "Write to it." for language in ("ar", "fr", "en")}
    organisation("defence", accepts=False, parent=organisation("government", **above), **refusal)
    if has_desk:
        organisation("orientation", kind="other", agency_code=water.code)

    html = client.get("/en/organisations/defence/").content.decode()

    links = re.findall(r'href="(/en/submit/\?[^"]*)"', html)
    assert links == (["/en/submit/?organisation=orientation"] if has_desk else [])


def test_an_organisation_that_the_portal_cannot_serve_shows_no_statistics(client, roads):
    refusal = {f"refusal_{language}": "Write to it." for language in ("ar", "fr", "en")}
    organisation("defence", accepts=False, parent=organisation_of(roads), **refusal)
    about_it = [story(("received", 0), organisation_code="defence") for _ in range(6)]
    registered(roads, *about_it, *[story(("received", 0)) for _ in range(20)])

    with clock.travel(at(100)):
        page = client.get("/en/organisations/defence/")

    html = page.content.decode()
    assert figures_on(page) == []
    assert re.findall(r'id="figures"|/en/statistics/roads/', html) == []
    assert re.findall(r'href="(/en/answers/\?[^"]*)"', html) == [
        "/en/answers/?organisation=defence"
    ]


def test_an_unknown_organisation_is_not_there(client):
    assert client.get("/en/organisations/nowhere/").status_code == 404
