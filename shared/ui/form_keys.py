"""The signed field of a form, with the user, the form and the page.

If a form is sent after the session's end, the server stores the texts of the form, and shows them
again only to the same user in the same form and page.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core import signing
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.forms import BaseForm, PasswordInput
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.http import url_has_allowed_host_and_scheme

# Without this field, no texts are stored when a signed-out person sends a form.
FORM_KEY = "form_key"
FORM_KEY_HEADER = "Insaf-Form-Key"
FORM_KEY_SECONDS = 24 * 3600
# The parameter of a page's address that names the stored input.
PARAMETER = "refused"
NOT_TYPED = frozenset({"csrfmiddlewaretoken", FORM_KEY})
# Exceptions that may be raised while a form is read.
UNREADABLE = (
    BadRequest,
    LookupError,
    MultiPartParserError,
    SuspiciousOperation,
    UnreadablePostError,
    ValueError,
)
# Shorter values, and values without a space, are choices or numbers and easy to write again.
MIN_TYPED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class FormKey:
    """Content of the signed field: user (blank for nobody), form, and page that shows the form.

    ``unkept`` are the names of fields whose values are not stored.
    """

    user: str
    form: str
    path: str
    unkept: tuple[str, ...] = ()


def form_key_sign(request: HttpRequest, form: BaseForm | None) -> str:
    """Return the signed field of a form, with its user, its name and its page."""
    name, unkept = (form_name(form), unkept_names(form)) if form else ("", [])
    named = [user_number(request), name, page_path(request), unkept]
    return signing.dumps(named, salt=_salt(request))


def form_key_read(request: HttpRequest) -> FormKey | None:
    """Return the signed field of a sent form; ``None`` if the field is missing or invalid."""
    try:
        signed = request.POST.get(FORM_KEY) or request.headers.get(FORM_KEY_HEADER, "")
        found = signing.loads(signed, salt=_salt(request), max_age=FORM_KEY_SECONDS)
        user, form, path, unkept = found
    # Error pages for unknown hosts or unreadable requests call this function, so no error may leave
    # the function.
    except (signing.BadSignature, *UNREADABLE, TypeError):
        return None
    if not url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return None
    return FormKey(user=user, form=form, path=path, unkept=tuple(unkept))


def form_name(form: BaseForm) -> str:
    """Return the unique name of a form."""
    kind = type(form)
    return f"{kind.__module__}.{kind.__qualname__}:{form.prefix or ''}:{form.auto_id}"


def is_secret(form: BaseForm) -> bool:
    """Return whether a form has a password or a code; no input of such a form may be stored."""
    return any(
        getattr(field, "is_secret", False) or isinstance(field.widget, PasswordInput)
        for field in form.fields.values()
    )


def unkept_names(form: BaseForm) -> list[str]:
    """Return the names of fields whose values are not stored, such as identity numbers."""
    return [
        *getattr(form, "unkept", ()),
        *(
            form.add_prefix(name)
            for name, field in form.fields.items()
            if getattr(field, "is_unkept", False)
        ),
    ]


def typed_texts(request: HttpRequest) -> list[str]:
    """Return the long texts of a sent form of this site, to show them on an error page."""
    key = form_key_read(request)
    if key is None:
        return []
    left_out = NOT_TYPED.union(key.unkept)
    fields = (values for name, values in request.POST.lists() if name not in left_out)
    return [text for values in fields for text in values if is_text(text)]


def is_text(value: str) -> bool:
    """Return whether a value has a space, and is so long that writing it again would be hard."""
    return len(value) >= MIN_TYPED and " " in value.strip()


def page_path(request: HttpRequest) -> str:
    """Return the address of this page, without the parameter of stored input."""
    query = request.GET.copy()
    query.pop(PARAMETER, None)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def with_input(request: HttpRequest, page: str) -> str:
    """Return the address of another page, with this page's parameter of stored input."""
    return with_number(page, request.GET.get(PARAMETER, ""))


def with_number(page: str, number: str) -> str:
    """Return an address with the id of stored input, if an id is given."""
    if not number:
        return page
    return f"{page}{'&' if '?' in page else '?'}{urlencode({PARAMETER: number})}"


def user_number(request: HttpRequest) -> str:
    """Return the owner of this page's forms: ``form_owner`` of the request, or the user's id."""
    owner = getattr(request, "form_owner", "")
    if owner:
        return str(owner)
    user = request.user
    return str(user.pk) if user.is_authenticated else ""


def _salt(request: HttpRequest) -> str:
    # The salt contains the host, because users of two agencies may have the same id.
    return f"shared.forms.form_key:{request.get_host()}"
