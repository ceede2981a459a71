"""Whatever an act may meet besides acts has a check."""

from tenants.case_access.enums import KeyKind
from tenants.models.enums import LinkPurpose
from tests.pairs.acts import acts
from tests.pairs.checks import KEYS, LINKS


def test_every_key_and_every_link_is_a_door_that_is_tried_or_an_act():
    # A name opens nothing: it only tells whether two requests are of one person.
    assert set(KEYS) == set(KeyKind) - {KeyKind.NAME}
    assert set(LINKS) == set(LinkPurpose)
    assert set(LINKS.values()) - {"a door"} <= set(acts())
