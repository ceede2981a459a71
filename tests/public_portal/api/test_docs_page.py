"""The page that describes the REST interface keeps to the policy of the site."""

import re

import pytest

pytestmark = pytest.mark.django_db

STRICT = ("default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'")


@pytest.fixture
def page(client):
    return client.get("/api/v1/docs/", headers={"host": "testserver"})


def test_nothing_in_the_page_needs_a_weaker_policy(page):
    html = page.content.decode()

    policy = page["Content-Security-Policy"].split("; ")
    assert [part for part in STRICT if part not in policy] == []
    assert "unsafe" not in page["Content-Security-Policy"]
    assert re.findall(r"<style|\sstyle=|\son\w+=", html) == []
    assert re.findall(r"<script(?![^>]* src=)", html) == []


def test_every_file_of_the_page_is_our_own(page):
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.content.decode())

    assert len(addresses) == 6
    assert [one for one in addresses if not one.startswith(("/static/", "/api/v1/docs/"))] == []


def test_no_validator_elsewhere_is_told_of_the_schema(client, page):
    address = re.findall(r'<script src="(/api/[^"]+)"', page.content.decode())[0]

    script = client.get(address.replace("&amp;", "&"), headers={"host": "testserver"})

    assert '"validatorUrl": null' in script.content.decode()
