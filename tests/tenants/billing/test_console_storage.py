"""What the plan page says of storage."""

import pytest

from shared.kernel.actors import SYSTEM
from tenants.billing.services.payments import plan_assign
from tests.tenants.billing.test_console import administrator, console, text

__all__ = ["administrator", "console"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("plan", "said", "has_note"),
    [("free", "of 2.0 GB Files of requests", True), ("national", "without limit", False)],
)
def test_a_limit_of_storage_is_spoken_of_where_the_plan_has_one(
    plans, console, administrator, plan, said, has_note
):
    plan_assign(agency_code="roads", plan_code=plan, actor=SYSTEM)

    storage = text(console.get("/billing/")).partition("Storage ")[2].partition("API calls")[0]

    assert said in " ".join(storage.split())
    assert ("even above this limit" in storage) is has_note
