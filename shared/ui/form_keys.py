"""The signed field of a form, with the reader, the form, and its page.

With this field, a form can be shown again after its reader's session has ended: the typed texts are
kept for that person, form and page alone.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core import signing
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.forms import BaseForm, PasswordInput
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.http import url_has_allowed_host_and_scheme

# If a signed-out person sends a form without this field, no typed text is kept.
FORM_KEY = "form_key"
FORM_KEY_HEADER = "Insaf-Form-Key"
FORM_KEY_SECONDS = 24 * 3600
# The parameter of a page's address that names the kept input.
PARAMETER = "refused"
NOT_TYPED = frozenset({"csrfmiddlewaretoken", FORM_KEY})
# Exceptions that reading a form may raise.
UNREADABLE = (
    BadRequest,
    LookupError,
    MultiPartParserError,
    SuspiciousOperation,
    UnreadablePostError,
    ValueError,
)
# A shorter value, or a value without a space, is a choice or a number and easy to write again.
MIN_TYPED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class FormKey:
    """The signed field: the user (blank for nobody), the form, and the page that shows it.

    ``unkept`` are the names of fields whose values are not kept.
    """

    user: str
    form: str
    path: str
    unkept: tuple[str, ...] = ()


def form_key_sign(request: HttpRequest, form: BaseForm | None) -> str:
    """Return the signed field of a form, with its reader, its name and its page."""
    name, unkept = (form_name(form), unkept_names(form)) if form else ("", [])
    named = [user_number(request), name, page_path(request), unkept]
    return signing.dumps(named, salt=_salt(request))


def form_key_read(request: HttpRequest) -> FormKey | None:
    """Return the signed field of a sent form; ``None`` if no valid field was sent."""
    try:
        signed = request.POST.get(FORM_KEY) or request.headers.get(FORM_KEY_HEADER, "")
        found = signing.loads(signed, salt=_salt(request), max_age=FORM_KEY_SECONDS)
        user, form, path, unkept = found
    # Error pages for unknown hosts or unreadable requests call this function, so it must not fail.
    except (signing.BadSignature, *UNREADABLE, TypeError):
        return None
    if not url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return None
    return FormKey(user=user, form=form, path=path, unkept=tuple(unkept))


def form_name(form: BaseForm) -> str:
    """Return the name of a form, which is unique among all forms and on its page."""
    kind = type(form)
    return f"{kind.__module__}.{kind.__qualname__}:{form.prefix or ''}:{form.auto_id}"


def is_secret(form: BaseForm) -> bool:
    """Return whether the form has a password or a code, so that none of its values may be kept."""
    return any(
        getattr(field, "is_secret", False) or isinstance(field.widget, PasswordInput)
        for field in form.fields.values()
    )


def unkept_names(form: BaseForm) -> list[str]:
    """Return the names of fields whose values are not kept, such as identity numbers."""
    return [
        *getattr(form, "unkept", ()),
        *(
            form.add_prefix(name)
            for name, field in form.fields.items()
            if getattr(field, "is_unkept", False)
        ),
    ]


def typed_texts(request: HttpRequest) -> list[str]:
    """Return the long texts of a sent form of this site, for the page that reports an error."""
    key = form_key_read(request)
    if key is None:
        return []
    left_out = NOT_TYPED.union(key.unkept)
    fields = (values for name, values in request.POST.lists() if name not in left_out)
    return [text for values in fields for text in values if is_text(text)]


def is_text(value: str) -> bool:
    """Return whether a value is a text that is long to write again."""
    return len(value) >= MIN_TYPED and " " in value.strip()


def page_path(request: HttpRequest) -> str:
    """Return the address of this page, without the parameter of kept input."""
    query = request.GET.copy()
    query.pop(PARAMETER, None)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def with_input(request: HttpRequest, page: str) -> str:
    """Return the address of another page, which then shows the kept input of this request."""
    return with_number(page, request.GET.get(PARAMETER, ""))


def with_number(page: str, number: str) -> str:
    """Return an address with the number of kept input, if a number is given."""
    if not number:
        return page
    return f"{page}{'&' if '?' in page else '?'}{urlencode({PARAMETER: number})}"


def user_number(request: HttpRequest) -> str:
    """Return the owner of this page's forms: ``form_owner`` of the request, or the user."""
    owner = getattr(request, "form_owner", "")
    if owner:
        return str(owner)
    user = request.user
    return str(user.pk) if user.is_authenticated else ""


def _salt(request: HttpRequest) -> str:
    # The salt contains the host, because a user's number is another person in another agency.
    return f"shared.forms.form_key:{request.get_host()}"
