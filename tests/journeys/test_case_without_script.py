"""A case from its assignment to its end without JavaScript, and what its citizen does then."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.citizen import Citizen, file_case
from tests.journeys.officers import officer
from tests.journeys.site import Site, looks
from tests.journeys.steps import follow

pytestmark = pytest.mark.browser

HOST = "health.localhost"
PERIOD = 10_000
REPLY = {
    "facts": "We went to the ward and read its register of that night.",
    "rule": "Charter of the hospital, article 12.",
    "decision": "A second doctor will be on duty at night.",
}


@pytest.fixture(scope="module")
def without_script(chromium: Browser, site: Site) -> Iterator[Page]:
    """An agent in a browser without JavaScript."""
    context = officer(chromium, site, "agent", java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def cases(chromium: Browser, site: Site, without_script: Page) -> Iterator[list[Citizen]]:
    """Three new cases that a supervisor has assigned to the agent, without JavaScript."""
    without_script.goto(site.url("/", HOST))
    agent = without_script.locator(".office-user bdi").first.inner_text()
    context = officer(chromium, site, "supervisor", java_script_enabled=False)
    page = context.new_page()
    names = ("first", "second", "third")
    filed = [file_case(context.request, site, subject=f"The {one} lamp") for one in names]
    for one in filed:
        page.goto(site.url("/?view=unassigned&sort=newest", HOST))
        follow(page.locator(f"#open-{one.reference}"))
        act(page, "assign")
        page.locator("#id_officer").select_option(label=agent)
        follow(page.locator("#composer [data-submit]"))
        expect(page.locator("main")).to_contain_text("The case has been assigned.")
    yield filed
    context.close()


def act(page: Page, name: str) -> None:
    """Open the form of an act by its link below the thread."""
    links = page.locator(f'#composer a[href*="write={name}"]')
    if not links.locator("visible=true").count():
        page.locator(".composer-more summary").click()
    follow(links.locator("visible=true").first)
    expect(page.locator(f"#composer.composer-{name}")).to_be_visible()


def press(page: Page, step: str) -> None:
    """Press "check", which also sends what is checked nowhere, or "send"."""
    follow(page.locator(f'#composer button[name="step"][value="{step}"]'))


@pytest.fixture(scope="module")
def handled(without_script: Page, cases: list[Citizen], site: Site) -> list[Citizen]:
    """The cases after a note and a reply, a question, and a refusal; nothing has left yet."""
    page, (replied, asked, refused) = without_script, cases
    page.goto(site.url("/?view=mine&sort=newest", HOST))
    follow(page.locator(f"#open-{replied.reference}"))
    act(page, "note")
    page.locator("#id_body").fill("Karim knows this ward.")
    press(page, "check")
    expect(page.locator("#thread")).to_contain_text("Karim knows this ward.")

    act(page, "reply")
    page.locator('input[name="outcome"][value="upheld"]').check(force=True)
    page.locator('input[name="carried_out"][value="done"]').check(force=True)
    for name, text in REPLY.items():
        page.locator(f"#id_{name}").fill(text)
    press(page, "check")
    expect(page.locator(".composer-text")).to_contain_text(REPLY["facts"])
    press(page, "send")
    expect(page.locator(".held-text")).to_contain_text("leaves in")

    page.goto(site.url(f"/cases/{asked.reference}/?view=mine", HOST))
    act(page, "ask")
    page.locator("#id_body").fill("On which night was it?")
    press(page, "check")
    page.goto(site.url(f"/cases/{refused.reference}/?view=mine", HOST))
    act(page, "refuse")
    page.locator('input[name="ground"][value="before_courts"]').check(force=True)
    page.locator("#id_explanation").fill("The court of Rabat has the same matter before it.")
    page.locator("#id_way_on").fill("The court of first instance in Rabat, every morning.")
    press(page, "check")
    press(page, "send")
    return cases


def test_assign_note_reply_ask_and_refuse_need_no_script(handled: list[Citizen]):
    replied, asked, refused = handled

    texts = repr(replied.wait_for("answered")["messages"])

    assert REPLY["decision"] in texts
    assert "Karim" not in texts
    assert "On which night" in repr(asked.wait_for("awaiting_citizen")["messages"])
    assert "court of Rabat" in repr(refused.wait_for("inadmissible")["messages"])


def test_what_the_citizen_does_after_the_reply_marks_the_open_list_until_it_is_read(
    chromium: Browser, handled: list[Citizen], site: Site
):
    citizen = handled[0]
    citizen.wait_for("answered")
    context = officer(chromium, site, "agent")
    inbox, page = context.new_page(), context.new_page()
    inbox.clock.install()
    inbox.goto(site.url("/?view=answered&sort=newest", HOST))
    row = inbox.locator(f"#row-{citizen.reference}")
    expect(row).to_be_visible()

    for path, data in (
        ("messages/", {"body": "Nobody has come yet."}),
        ("rating/", {"resolved": False, "handling": 2}),
    ):
        expect(row.locator(".case-marks")).not_to_contain_text("new")
        citizen.send(path, **data)
        renewed(inbox)
        expect(row.locator(".case-marks")).to_contain_text("new")
        page.goto(site.url(f"/cases/{citizen.reference}/?view=answered", HOST))
        renewed(inbox)

    expect(row.locator(".case-marks")).not_to_contain_text("new")
    expect(page.locator("#thread")).to_contain_text("Nobody has come yet.")
    page.keyboard.press("m")
    expect(page.locator("#id_body")).to_be_focused()
    page.keyboard.insert_text("The doctor begins on Monday.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".held-text", has_text="Message")).to_be_visible()
    for _look in looks():
        if "The doctor begins on Monday." in repr(citizen.case()["messages"]):
            break
    else:
        raise TimeoutError("the message does not arrive")
    context.close()


def renewed(inbox: Page) -> None:
    """Let the ten seconds pass after which the open list asks for what is new."""
    with inbox.expect_response("**/inbox/rows/**") as answered:
        inbox.clock.run_for(PERIOD)
    answered.value.finished()
