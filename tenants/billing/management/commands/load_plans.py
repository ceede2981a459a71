"""``load_plans``: bring the plans to what their file says, and their prices to Stripe."""

from django.core.management.base import BaseCommand

from shared.kernel.actors import SYSTEM
from shared.kernel.errors import DomainError
from tenants.billing.enums import PlanKind
from tenants.billing.selectors import plans_offered
from tenants.billing.services import stripe_client
from tenants.billing.services.plans import plans_load


class Command(BaseCommand):
    """Load what agencies may use and what it costs."""

    help = "Load the plans, and make sure that Stripe knows their prices. Safe to run again."

    def handle(self, *args: str, **options: object) -> None:
        """Load, and say what changed. Without Stripe the rest of an installation goes on."""
        self.stdout.write(f"plans: {plans_load(actor=SYSTEM)}")
        for plan in plans_offered() if stripe_client.is_set_up() else []:
            if plan.kind is PlanKind.SEATS:
                try:
                    self.stdout.write(
                        f"price of {plan.code}: {stripe_client.price_ensure(plan=plan)}"
                    )
                except DomainError as refusal:
                    self.stderr.write(f"price of {plan.code}: {refusal.code}; made when needed")
