"""What is said of a file that no scanner has looked at."""

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

SCANNER = "unix:///run/clamav/clamd.ctl"


def said(scan: str, *, is_public: bool) -> str:
    with override("en"):
        return render_to_string(
            "components/scan.html", {"scan": scan, "is_public": is_public}
        ).strip()


@pytest.mark.parametrize(
    ("url", "is_public", "words"),
    [
        ("", True, ""),
        ("", False, "· not scanned"),
        (SCANNER, True, "· not scanned"),
        (SCANNER, False, "· not scanned"),
    ],
)
def test_a_citizen_is_not_told_that_there_is_no_scanner(settings, url, is_public, words):
    settings.CLAMD_URL = url

    assert said("not_scanned", is_public=is_public) == words


@pytest.mark.parametrize("scan", ["clean", "pending", "infected"])
@pytest.mark.parametrize("is_public", [True, False])
def test_what_a_scanner_has_said_is_always_told(settings, scan, is_public):
    # As where a scanner was taken out of use.
    settings.CLAMD_URL = ""

    assert "virus" in said(scan, is_public=is_public)
