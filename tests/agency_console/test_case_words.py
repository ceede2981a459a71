"""The words of a case's page that depend on the reader's language."""

import pytest
from django.utils.translation import override

from shared.complaints.enums import Channel
from tests.agency_console.conftest import text_of
from tests.support.factories import filed

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "lit l’arabe"), ("ar", "لغة القراءة: العربية"), ("en", "reads Arabic")],
)
def test_the_language_of_the_citizen_is_a_whole_sentence(console, agent, roads, language, words):
    reference = filed(roads, language="ar").reference
    console.client.cookies["language"] = language

    assert words in text_of(console.get(f"/cases/{reference}/"))


def test_the_channel_telephone_is_not_called_a_telephone_number():
    with override("ar"):
        assert str(Channel.PHONE.label) == "الهاتف"
