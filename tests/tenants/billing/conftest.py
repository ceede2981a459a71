import pytest

from shared.accounts.enums import Role
from tenants.models import Agency
from tests.support.factories import staff
from tests.tenants.billing.paying import Payer, load_plans
from tests.tenants.billing.stripe_server import FakeStripe, fake_server, fake_stripe, listener

__all__ = ["fake_server", "fake_stripe", "listener"]


@pytest.fixture
def plans(db: None) -> None:
    """The plans of the file, in the database."""
    load_plans()


@pytest.fixture
def payer(plans: None, roads: Agency, fake_stripe: FakeStripe, settings) -> Payer:
    """An agency with one administrator, and Stripe set up."""
    settings.STRIPE_SECRET_KEY = fake_stripe.key
    settings.STRIPE_WEBHOOK_SECRET = fake_stripe.secret
    settings.STRIPE_API_URL = fake_stripe.url
    staff(roads, Role.ADMINISTRATOR)
    return Payer(agency=roads, fake=fake_stripe)
