"""``GET /api/v1/comparison/`` on the oversight host: the comparison, for programmes."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from public_portal.oversight.comparison.forms import ComparisonForm
from public_portal.oversight.comparison.selectors import average_lines, compared, compared_groups
from public_portal.oversight.comparison.types import Compared
from shared.accounts.permissions import may_oversee
from shared.register.api import (
    FigureSerializer,
    GroupSerializer,
    figures_body,
    group_body,
    require_valid,
)
from shared.register.enums import Measure
from shared.ui.api import ErrorsSerializer


class IsOversight(BasePermission):
    """The permission of national oversight alone."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return whether the person signed in has that role."""
        user = request.user
        return bool(user and user.is_authenticated and may_oversee(user.role))


class ComparisonSerializer(serializers.Serializer[dict[str, object]]):
    """The answer, for the schema."""

    date_from = serializers.DateField()
    date_to = serializers.DateField()
    kind = serializers.CharField(allow_null=True)
    body = serializers.CharField(allow_null=True)
    as_of = serializers.DateTimeField()
    average = FigureSerializer()
    average_reasoned = FigureSerializer()
    average_refused = FigureSerializer()
    agencies = GroupSerializer(many=True)


@extend_schema(
    operation_id="comparison_read",
    tags=["oversight"],
    responses={200: ComparisonSerializer, 400: ErrorsSerializer, 403: ErrorsSerializer},
)
@api_view(["GET"])
@authentication_classes([SessionAuthentication])
@permission_classes([IsOversight])
def read_comparison(request: Request) -> Response:
    """Agencies side by side: no rank, and every share with what it rests on."""
    form = ComparisonForm(request.query_params)
    require_valid(form)
    return Response(_body(compared(question=form.to_question())))


def _body(found: Compared) -> dict[str, object]:
    scope = found.question.scope
    averages = figures_body(average_lines(found))
    groups = compared_groups(compared=found, agencies=found.agencies)
    return {
        "date_from": scope.date_from.isoformat(),
        "date_to": scope.date_to.isoformat(),
        "kind": scope.kind,
        "body": found.question.body,
        "as_of": found.figures.as_of.isoformat(),
        "average": averages[Measure.IN_TIME],
        "average_reasoned": averages[Measure.REASONED_IN_TIME],
        "average_refused": averages[Measure.REFUSED],
        "agencies": [group_body(group) for group in groups],
    }
