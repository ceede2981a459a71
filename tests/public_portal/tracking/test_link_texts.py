"""What somebody writes on the page of a link that was used meanwhile."""

from html import unescape

import pytest

from tests.all_forms.forms import forms_on
from tests.public_portal.tracking.test_links import HEADERS, answered, headers_of
from tests.support.refused_forms import is_refused

__all__ = ["answered"]
pytestmark = pytest.mark.django_db

COMMENT = "They came the next day, and repaired the lamp with care."


def test_what_was_written_to_a_link_that_was_used_meanwhile_is_shown(visitor, answered):
    page = visitor.client.get(answered[1])
    (form,) = [one for one in forms_on(page.text) if "comment" in one.fields]
    visitor.client.post(answered[1], {"resolved": "yes", "handling": "4"})

    page = visitor.client.post(answered[1], {**form.filled(), "comment": COMMENT})

    assert is_refused(page)
    assert COMMENT in unescape(page.text)
    assert headers_of(page) == HEADERS
