"""The page on which a customer manages the subscription."""

from fake_stripe.endpoints import Call, endpoint
from fake_stripe.refusals import Json

LOCALES = ("auto", "ar", "fr", "en")


@endpoint("POST", "/v1/billing_portal/sessions", "customer return_url locale")
def portal_session_create(call: Call) -> Json:
    """Create a portal session for a customer; the session contains the page's address."""
    state, params = call.state, call.params
    customer = state.get("customer", params.need("customer"), param="customer")
    row = state.add(
        "billing_portal.session", configuration="bpc_stand_in", customer=customer["id"],
        customer_account=None, flow=None, locale=params.one_of("locale", LOCALES, "auto"),
        on_behalf_of=None, return_url=params.text("return_url"), after_expiration=None,
    )  # fmt: skip
    row["url"] = f"{state.base}/p/session/{row['id']}"
    return row
