from contextlib import suppress

import pytest
from django.db import transaction

from shared.complaints.models import Label
from tenants.isolation.schema_switch import agency_context, start_in
from tests.all_forms.doors import Undone, rows_of
from tests.all_forms.forms import forms_on, language_of

PAGE = """
<html lang="fr"><form method="get" action="/search"><input name="q" value="a &amp; b"></form>
<form method="post" enctype="multipart/form-data">
<input type="hidden" name="seal" value="1"><input type="radio" name="kind" value="one">
<input type="radio" name="kind" value="two"><textarea name="body">
some words</textarea><select name="place"><option value="">-</option><option value="x">X</option>
</select><input type="file" name="photo"><button name="later" value="yes">later</button></form>
"""


def test_a_page_is_read_as_a_browser_reads_it():
    search, filing = forms_on(PAGE)

    assert (search.method, search.action, search.fields) == ("get", "/search", {"q": ["a & b"]})
    assert (filing.method, filing.is_multipart, filing.files) == ("post", True, {"photo"})
    assert filing.fields == {
        "seal": ["1"],
        "kind": ["one", "two"],
        "body": ["\nsome words"],
        "place": ["", "x"],
    }
    assert (filing.hidden, filing.buttons) == ({"seal"}, {"later": "yes"})
    assert filing.filled() == {"seal": "1", "kind": "one", "body": "\nsome words", "place": ""}
    assert language_of(PAGE) == "fr"


@pytest.mark.django_db
def test_a_write_to_another_agency_is_seen_and_so_is_what_took_it_back(roads, water):
    before = rows_of(water.schema_name)
    seen = []
    for place, agency in enumerate((water, roads)):
        with suppress(Undone), transaction.atomic():
            with agency_context(agency):
                Label.objects.create(pk=77_000 + place, name="L")
            start_in(None)
            seen.append(rows_of(water.schema_name) == before)
            raise Undone

    assert seen == [False, True]
    assert rows_of(water.schema_name) == before
