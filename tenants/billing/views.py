"""The view that receives the webhook requests of Stripe."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tenants.billing.errors import InvalidSignature
from tenants.billing.services.stripe_webhooks import event_receive

MAX_EVENT_SIZE = 512 * 1024


@csrf_exempt
@require_POST
def take_event(request: HttpRequest) -> HttpResponse:
    """Store a signed event of Stripe and answer at once; a task applies the event later."""
    # Django refuses a body over DATA_UPLOAD_MAX_MEMORY_SIZE before reading it.
    if len(request.body) > MAX_EVENT_SIZE:
        return HttpResponse(status=413)
    try:
        event_receive(payload=request.body, signature=request.headers.get("Stripe-Signature", ""))
    except InvalidSignature:
        return HttpResponse(status=400)
    return HttpResponse(status=200)
