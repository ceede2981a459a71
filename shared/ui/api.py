"""REST: errors in one shape, ``{"errors": [{"code", "field"?, "message"}]}``, and strict fields."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from io import BytesIO
from threading import local
from types import NoneType
from typing import IO, Any, NotRequired, Self, TypedDict, TypeVar, cast, get_args, get_type_hints
from uuid import UUID

from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.db.models import Choices
from django.http import Http404
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import exceptions, serializers
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.validators import ProhibitSurrogateCharactersValidator
from rest_framework.views import set_rollback

from shared.kernel.contacts import national_id_parse, phone_parse
from shared.kernel.errors import DomainError, TooManyAttempts, TryLater
from shared.kernel.text import clean_text
from shared.ui.fields import require_visible
from shared.ui.messages import refusal_message, refusal_status, refusals_as_form_errors

T = TypeVar("T")
S = TypeVar("S", bound=serializers.Serializer[Any])

MAX_JSON_SIZE = 1_048_576
PLAIN_FIELDS: Mapping[type, Callable[..., serializers.Field[Any, Any, Any, Any]]] = {
    str: serializers.CharField,
    bool: serializers.BooleanField,
    int: serializers.IntegerField,
    date: serializers.DateField,
    datetime: serializers.DateTimeField,
    UUID: serializers.UUIDField,
}
_SURROGATE = re.compile("[\ud800-\udfff]")


class ApiError(TypedDict):
    """One error of a response; ``field`` is set where one field of the request causes it."""

    code: str
    message: str
    field: NotRequired[str]


class ErrorSerializer(serializers.Serializer[ApiError]):
    """One error, for the schema."""

    code = serializers.CharField()
    field = serializers.CharField(required=False)
    message = serializers.CharField()


class ErrorsSerializer(serializers.Serializer[Mapping[str, object]]):
    """What every refusal looks like, for the schema."""

    errors = ErrorSerializer(many=True)  # type: ignore[assignment]


def fields_of(data: type, names: str) -> Callable[[type[S]], type[S]]:
    """Return a decorator that sets a serializer's fields to the fields ``names`` of a dataclass.

    A field that the serializer declares is not changed; other fields are made from their types.
    """
    hints = get_type_hints(data)

    def decorate(serializer: type[S]) -> type[S]:
        own = serializer._declared_fields
        serializer._declared_fields = {
            # The type of a property is the return type of its function.
            name: own[name]
            if name in own
            else _field(hints.get(name) or get_type_hints(getattr(data, name).fget)["return"])
            for name in names.split()
        }
        return serializer

    return decorate


def _field(hint: Any) -> serializers.Field[Any, Any, Any, Any]:
    kinds = get_args(hint) or (hint,)
    options: dict[str, Any] = {"allow_null": True} if NoneType in kinds else {}
    if issubclass(kinds[0], Choices):
        return serializers.ChoiceField(kinds[0].choices, **options)
    return PLAIN_FIELDS[kinds[0]](**options)


class StrictJSONParser(JSONParser):
    """Parser of JSON of at most 1 MiB; unreadable JSON is reported as an error of the client."""

    def parse(  # type: ignore[override]  # the stubs say dict; JSON says more
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, object] | None = None,
    ) -> object:
        """Return the decoded body, which may be any JSON value. Raises ``ParseError``."""
        # The size is checked here, because REST framework reads the body without Django's limit.
        content = stream.read(MAX_JSON_SIZE + 1)
        if len(content) > MAX_JSON_SIZE:
            raise exceptions.ParseError(_("The request is larger than 1 MB."))
        try:
            return super().parse(BytesIO(content), media_type, parser_context)
        except RecursionError:
            raise exceptions.ParseError(_("The request is nested too deeply.")) from None


class SingleFormatNegotiation(DefaultContentNegotiation):
    """Content negotiation that sends an address's only format to every client."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        """Return the only renderer, or among several the renderer that the client accepts."""
        only, *others = renderers
        if others:
            return cast(
                tuple[BaseRenderer, str],
                super().select_renderer(request, [only, *others], format_suffix),
            )
        return only, only.media_type


class ReusedSerializer(serializers.Serializer[T]):
    """A serializer that checks many requests: each thread makes the fields only once.

    New fields for each request took a tenth of the time of a submission. Use ``checking``; an
    instance belongs to its thread and to one request at a time.
    """

    _kept = local()

    @classmethod
    def checking(cls, data: object) -> Self:
        """Return this thread's instance with ``data`` to check, without former results."""
        serializer: Self | None = getattr(cls._kept, cls.__name__, None)
        if serializer is None:
            serializer = cls(data=data)
            setattr(cls._kept, cls.__name__, serializer)
        for name in ("_validated_data", "_errors"):
            serializer.__dict__.pop(name, None)
        serializer.initial_data = data
        return serializer


class TextField(serializers.CharField):
    """A string and nothing else: a number or a list is refused, not turned into text."""

    def __init__(self, *, least: int = 1, **options: object) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self.least = least
        # Django's validator checks each character; ``run_validation`` checks the whole text at
        # once.
        self.validators = [
            one
            for one in self.validators
            if not isinstance(one, ProhibitSurrogateCharactersValidator)
        ]

    def to_internal_value(self, data: object) -> str:
        """Return the text in NFC, stripped. Raises ``ValidationError``."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)

    def run_validation(self, data: object = serializers.empty) -> str:
        """Return the cleaned text. Raises ``ValidationError``, also for NUL and lone surrogates."""
        text = super().run_validation(data)
        if not text:
            return text or ""
        if found := _SURROGATE.search(text):
            ProhibitSurrogateCharactersValidator()(found.group())
        cleaned = clean_text(text).strip()
        require_visible(cleaned, least=self.least)
        return cleaned


class LineTextField(TextField):
    """A string on one line."""

    def run_validation(self, data: object = serializers.empty) -> str:
        """Return the line with single spaces."""
        return " ".join(super().run_validation(data).split())


class PhoneTextField(LineTextField):
    """A telephone number in any usual spelling, or nothing."""

    parse = staticmethod(phone_parse)

    def run_validation(self, data: object = serializers.empty) -> str:
        """Return the number in its stored form, such as ``+212612345678``, or a blank text."""
        line = super().run_validation(data)
        with refusals_as_form_errors():
            return self.parse(line) if line else ""


class NationalIdTextField(PhoneTextField):
    """An identity number in any usual spelling, stored as ``AB123456``, or nothing."""

    parse = staticmethod(national_id_parse)


class StrictBooleanField(serializers.BooleanField):
    """A JSON boolean and nothing else: the text "no" is refused."""

    def to_internal_value(self, data: object) -> bool:
        """Return the boolean. Raises ``ValidationError`` for anything but a JSON boolean."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class StrictIntegerField(serializers.IntegerField):
    """A JSON integer and nothing else."""

    def to_internal_value(self, data: object) -> int:
        """Return the integer. Raises ``ValidationError`` for a text, a fraction or a boolean."""
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return data


@extend_schema_field({"type": "string", "format": "binary"})
class UploadField(serializers.FileField):
    """A field for an uploaded file, which the OpenAPI schema would otherwise call a URL."""


def exception_handler(exception: Exception, context: dict[str, object]) -> Response | None:
    """Return the response to an exception; ``None`` for an unexpected exception (status 500)."""
    if isinstance(exception, DomainError):
        return _refusal(exception)
    known = _as_api_exception(exception)
    if known is None:
        return None
    challenge, wait = (getattr(known, name, None) for name in ("auth_header", "wait"))
    return _answer(
        known.status_code,
        _listed(known.get_full_details()),
        challenge=challenge,
        retry_after=int(wait) + 1 if wait else None,
    )


def _as_api_exception(exception: Exception) -> exceptions.APIException | None:
    match exception:
        case exceptions.APIException():
            return exception
        case Http404():
            return exceptions.NotFound()
        case PermissionDenied():
            return exceptions.PermissionDenied()
        case ValidationError():
            return exceptions.ValidationError(serializers.as_serializer_error(exception))
        case SuspiciousOperation() | UnreadablePostError():
            return exceptions.ParseError(_("The request cannot be understood."))
    return None


def _refusal(refusal: DomainError) -> Response:
    status = refusal_status(refusal)
    return _answer(
        status,
        [_error(refusal.code, refusal_message(refusal), getattr(refusal, "field", None))],
        challenge="Bearer" if status == 401 else None,
        retry_after=refusal.retry_after
        if isinstance(refusal, TooManyAttempts | TryLater)
        else None,
    )


def _error(code: str, message: str, field: str | None) -> ApiError:
    error = ApiError(code=code, message=message)
    return {**error, "field": field} if field else error


def _answer(
    status: int, errors: list[ApiError], *, challenge: str | None, retry_after: int | None
) -> Response:
    set_rollback()
    headers = {
        "Cache-Control": "no-store",
        "WWW-Authenticate": challenge,
        "Retry-After": retry_after,
    }
    return Response(
        {"errors": errors},
        status=status,
        headers={name: str(value) for name, value in headers.items() if value is not None},
    )


def _listed(details: object, field: str = "") -> list[ApiError]:
    """Return REST framework's nested errors as a flat list; names of fields are joined by dots."""
    if isinstance(details, list):
        return [error for detail in details for error in _listed(detail, field)]
    if not isinstance(details, dict):
        return []
    if set(details) == {"message", "code"} and not isinstance(details["message"], dict | list):
        # Some messages repeat the sent value, and a lone surrogate in the value would break the
        # response.
        return [_error(str(details["code"]), clean_text(str(details["message"])), field)]
    return [
        error
        for name, detail in details.items()
        for error in _listed(detail, _joined(field, str(name)))
    ]


def _joined(outer: str, name: str) -> str:
    if name == "non_field_errors":
        return outer
    return clean_text(f"{outer}.{name}" if outer else name)
