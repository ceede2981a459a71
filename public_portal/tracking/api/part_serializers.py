"""The shapes of an administration and of the parts of a request over REST."""

from rest_framework import serializers

from shared.complaints.enums import Status
from shared.ui.api import fields_of
from tenants.agencies.types import AgencyInfo
from tenants.case_access.types import CasePart, CaseParts


class HolderNameSerializer(serializers.Serializer[AgencyInfo]):
    """The holder's name in the three languages."""

    ar = serializers.CharField(source="name_ar")
    fr = serializers.CharField(source="name_fr")
    en = serializers.CharField(source="name_en")


class HolderSerializer(serializers.Serializer[AgencyInfo]):
    """The administration that holds the case and its clock."""

    code = serializers.CharField()
    name = HolderNameSerializer(source="*")


@fields_of(
    CasePart,
    "reference subject status agency cut_by is_opened is_main is_answered is_given_back "
    "object_until",
)
class PartSerializer(serializers.Serializer[CasePart]):
    """One part of a request that was split; the first is the whole, without what was cut out."""

    subject = serializers.CharField(source="summary.subject")
    cut_by = HolderSerializer(
        allow_null=True,
        help_text="The administration whose officer wrote the subject and the text: they are not "
        "the citizen's. Null of the whole request.",
    )
    is_main = serializers.BooleanField(help_text="Whether it is the request that was split.")
    is_answered = serializers.BooleanField()
    is_given_back = serializers.BooleanField(
        source="summary.is_given_back", help_text="The whole request answers it."
    )
    object_until = serializers.DateField(
        allow_null=True,
        help_text="Last day on which the citizen can give it back to the whole request.",
    )

    reference = serializers.CharField(source="summary.reference")
    status = serializers.ChoiceField(Status.choices, source="summary.status")
    agency = HolderSerializer()
    is_opened = serializers.BooleanField(help_text="Whether it is the one that the token opens.")


@fields_of(CaseParts, "answered total is_answered")
class PartsStateSerializer(serializers.Serializer[CaseParts]):
    """A request that was split as a whole: it is answered when its last part is."""

    answered = serializers.IntegerField()
    total = serializers.IntegerField(
        help_text="Parts that are answered or wait: neither withdrawn nor given back."
    )
    is_answered = serializers.BooleanField()
