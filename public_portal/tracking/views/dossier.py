"""The file of a request, to take along."""

import json

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from public_portal.tracking.presenters import dossier_data
from public_portal.tracking.selectors import tracking_page_get
from public_portal.tracking.services import dossier_print
from public_portal.tracking.views.sign_in import tracking_required
from shared.kernel import clock
from shared.ui.downloads import download_response
from shared.ui.links import page_language


@require_safe
@tracking_required
def download_dossier(request: HttpRequest, token: str) -> HttpResponse:
    """Everything of the request as a document, to be kept or handed on."""
    dossier = dossier_print(token=token, language=page_language())
    return download_response(
        content=dossier.content,
        filename=f"insaf-{dossier.reference}.pdf",
        content_type="application/pdf",
    )


@require_safe
@tracking_required
def download_data(request: HttpRequest, token: str) -> HttpResponse:
    """The same for programs."""
    space = tracking_page_get(token=token, language=page_language())
    data = dossier_data(space=space, language=page_language(), made_at=clock.now())
    return download_response(
        content=json.dumps(data, ensure_ascii=False, indent=2).encode(),
        filename=f"insaf-{space.case.reference}.json",
        content_type="application/json",
    )
