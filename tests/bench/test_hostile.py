"""300 rows that an agency's role writes to do harm: nobody else meets what comes of them.

That each class would be counted is proved by the bench (``--prove``), whose small run CI has.
"""

import pytest
from django.core import mail

from bench.hostile import CLASSES, SEED, attack, never_opened
from tests.support.custody import more_agencies
from tests.tenants.isolation.canaries import plant

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ROWS = 300


def test_nobody_else_meets_what_an_agency_writes(roads, water, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (other,) = more_agencies("dams")
    canaries = {one.code: plant(one) for one in (roads, water, other)}
    mail.outbox = []

    # One round: hand-over, upkeep and pages cost more than the rows.
    made = attack(canaries, rows=ROWS, seed=SEED, letters=mail.outbox, rows_a_round=ROWS)

    assert "\n".join(made.told) == ""
    assert {name: made.found[name] for name in CLASSES} == dict.fromkeys(CLASSES, 0)
    assert made.writer.seen["accepted"] > ROWS // 4
    assert made.moved
    assert never_opened(made) == []
