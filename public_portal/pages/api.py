"""REST interface of the directory: organisations, and the categories of their requests."""

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from public_portal.pages.selectors import organisations_with_agency
from public_portal.pages.types import ListedOrganisation, ListedSearch, ListedTopic
from shared.catalogue.enums import QuestionKind
from shared.catalogue.selectors import categories_for
from shared.catalogue.types import CategoryInfo, OptionInfo, QuestionInfo
from shared.directory.enums import OrganisationKind
from shared.directory.selectors.organisation_search import QUERY_LENGTH
from shared.directory.selectors.organisations import organisation_get
from shared.kernel.text import Wording
from shared.register.enums import RequestKind
from shared.ui.api import ErrorsSerializer, fields_of
from shared.ui.cache_control import public_page
from tenants.agencies.types import AgencyInfo


@fields_of(Wording, "ar fr en")
class WordingSerializer(serializers.Serializer[Wording]):
    """One text in the three languages."""


class AgencyNameSerializer(serializers.Serializer[AgencyInfo]):
    """The name of an agency in the three languages."""

    ar = serializers.CharField(source="name_ar")
    fr = serializers.CharField(source="name_fr")
    en = serializers.CharField(source="name_en")


class AgencySerializer(serializers.Serializer[AgencyInfo]):
    """The administration that answers for a body."""

    code = serializers.CharField()
    name = AgencyNameSerializer(source="*")


class OrganisationSerializer(serializers.Serializer[ListedOrganisation]):
    """One public body; ``agency`` is null where nobody receives requests about it.

    Where the body has no agency of its own, ``agency`` is that of the nearest body above it; only
    where there is none, the orientation desk.
    """

    code = serializers.CharField()
    name = WordingSerializer(source="names")
    kind = serializers.ChoiceField(OrganisationKind.choices)
    accepts = serializers.BooleanField(help_text="Whether the portal may pass a request to it.")
    agency = AgencySerializer(source="recipient.agency", allow_null=True, default=None)


class OrganisationQuerySerializer(serializers.Serializer[dict[str, str]]):
    """What to look for."""

    q = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=QUERY_LENGTH,
        help_text=(
            "What it is about or a name, with a place or without, in Arabic, French, English or "
            "darija in either script: 'poubelle kenitra', 'CNSS'."
        ),
    )
    kind = serializers.ChoiceField(OrganisationKind.choices, required=False)
    parent = serializers.SlugField(  # type: ignore[assignment]  # the parameter's public name
        required=False, max_length=64, help_text="Code of the body right above."
    )


class TopicSerializer(serializers.Serializer[ListedTopic]):
    """One subject that the words are about.

    ``organisation`` is the body that handles it. It is null where the place decides and the words
    name none; ``kinds`` then says of which kinds of body to ask the person for the one of the
    place. It is empty where bodies are named, or companies and offices of a region.
    """

    code = serializers.CharField()
    label = WordingSerializer(source="labels")  # type: ignore[assignment]  # its public name
    kinds = serializers.ListField(child=serializers.ChoiceField(OrganisationKind.choices))
    organisation = serializers.CharField(allow_null=True)


class OrganisationsSerializer(serializers.Serializer[ListedSearch]):
    """The bodies found, best first, at most 200, and the subjects that the words are about.

    A body whose name was given comes first, then what the subjects lead to. Where a subject needs a
    place that the words do not name, the ten largest bodies of its kinds stand there; with ``kind``
    those of that kind, with ``parent`` those right under that body. With the name of the place in
    ``q``, the one of the place is found.
    """

    results = OrganisationSerializer(many=True)
    topics = TopicSerializer(many=True)


class OptionSerializer(serializers.Serializer[OptionInfo]):
    """One answer that a question offers."""

    code = serializers.CharField()
    text = WordingSerializer(source="texts")


class QuestionSerializer(serializers.Serializer[QuestionInfo]):
    """One extra question; ``options`` is empty unless ``kind`` is choice or many."""

    code = serializers.CharField()
    kind = serializers.ChoiceField(QuestionKind.choices)
    text = WordingSerializer(source="texts")
    options = OptionSerializer(many=True)


class CategorySerializer(serializers.Serializer[CategoryInfo]):
    """One thing that a request may be about."""

    code = serializers.CharField()
    name = WordingSerializer(source="names")
    kinds = serializers.ListField(child=serializers.ChoiceField(RequestKind.choices))
    questions = QuestionSerializer(many=True)


@public_page
@extend_schema(
    operation_id="organisation_list",
    tags=["organisations"],
    auth=[],
    parameters=[OrganisationQuerySerializer],
    responses={200: OrganisationsSerializer, 400: ErrorsSerializer},
)
@api_view(["GET"])
def organisations(request: Request) -> Response:
    """Find public bodies by words, by kind, or under another body."""
    query = OrganisationQuerySerializer(data=request.query_params)
    query.is_valid(raise_exception=True)
    found = organisations_with_agency(
        text=query.validated_data["q"],
        kind=query.validated_data.get("kind"),
        parent=query.validated_data.get("parent"),
        language=get_language() or "ar",
    )
    return Response(OrganisationsSerializer(found).data)


@public_page
@extend_schema(
    operation_id="organisation_categories",
    tags=["organisations"],
    auth=[],
    responses={200: CategorySerializer(many=True), 404: ErrorsSerializer},
)
@api_view(["GET"])
def categories(request: Request, code: str) -> Response:
    """What a request to one body may be about, with the extra questions of each."""
    body = organisation_get(code=code)
    found = categories_for(organisation_code=body.code, organisation_kind=body.kind)
    # The library's type stubs do not allow a list of instances.
    return Response(CategorySerializer(found, many=True).data)  # type: ignore[arg-type]
