"""``GET /api/v1/statistics/``: the public figures, for programs."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from public_portal.statistics.enums import Grouping
from public_portal.statistics.forms import FiguresForm
from public_portal.statistics.selectors import figures_answer
from public_portal.statistics.types import FiguresAnswer
from shared.register.api import (
    FIGURES_HELP,
    FigureSerializer,
    GroupSerializer,
    figures_body,
    group_body,
    require_valid,
)
from shared.register.enums import RequestKind
from shared.ui.api import ErrorsSerializer
from shared.ui.cache_control import public_page, weak_tag
from shared.ui.links import page_language
from tenants.agencies.selectors import agency_infos

PARAMETERS = [
    OpenApiParameter(
        "from", {"type": "string", "format": "date"}, description="A day of the first month."
    ),
    OpenApiParameter(
        "to",
        {"type": "string", "format": "date"},
        description="A day of the last month; whole months are counted, the answer says which.",
    ),
    OpenApiParameter("agency", str, description="Code of one agency; all without it."),
    OpenApiParameter("kind", str, enum=RequestKind.values, description="All kinds without it."),
    OpenApiParameter("group", str, enum=Grouping.values, description="Also split the figures."),
]


class StatisticsSerializer(serializers.Serializer[dict[str, object]]):
    """The answer, for the schema."""

    date_from = serializers.DateField()
    date_to = serializers.DateField()
    agency = serializers.CharField(allow_null=True)
    kind = serializers.CharField(allow_null=True)
    as_of = serializers.DateTimeField()
    figures = serializers.DictField(child=FigureSerializer(), help_text=FIGURES_HELP)
    groups = GroupSerializer(many=True)


@public_page
@extend_schema(
    operation_id="statistics_read",
    tags=["statistics"],
    auth=[],
    parameters=PARAMETERS,
    responses={200: StatisticsSerializer, 400: ErrorsSerializer},
)
@api_view(["GET"])
def read_statistics(request: Request) -> Response:
    """The figures of a period, national or of one agency, as known now."""
    agencies = agency_infos()
    form = FiguresForm(request.query_params, agencies=agencies, language=page_language())
    require_valid(form)
    body = _body(figures_answer(question=form.to_question(), agencies=agencies))
    # With the time ``as_of``, which changes with every request, no ETag would ever match.
    return Response(body, headers={"ETag": weak_tag(body, without="as_of")})


def _body(answer: FiguresAnswer) -> dict[str, object]:
    return {
        "date_from": answer.scope.date_from.isoformat(),
        "date_to": answer.scope.date_to.isoformat(),
        "agency": answer.scope.agency_code,
        "kind": answer.scope.kind,
        "as_of": answer.as_of.isoformat(),
        "figures": figures_body(answer.whole.lines),
        "groups": [group_body(group) for group in answer.groups],
    }
