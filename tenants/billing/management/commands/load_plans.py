"""``load_plans``: load the plans from their file, and create their prices at Stripe."""

from django.core.management.base import BaseCommand

from shared.kernel.actors import SYSTEM
from shared.kernel.errors import DomainError
from tenants.billing.enums import PlanKind
from tenants.billing.selectors import plans_offered
from tenants.billing.services import stripe_client
from tenants.billing.services.plans import plans_load


class Command(BaseCommand):
    """The command that loads the plans with their limits and prices."""

    help = "Load the plans, and make sure that Stripe knows their prices. Safe to run again."

    def handle(self, *args: str, **options: object) -> None:
        """Load the plans and print what changed; create prices only if Stripe is set up."""
        self.stdout.write(f"plans: {plans_load(actor=SYSTEM)}")
        for plan in plans_offered() if stripe_client.is_set_up() else []:
            if plan.kind is PlanKind.SEATS:
                try:
                    self.stdout.write(
                        f"price of {plan.code}: {stripe_client.price_ensure(plan=plan)}"
                    )
                except DomainError as refusal:
                    self.stderr.write(f"price of {plan.code}: {refusal.code}; made when needed")
