"""The signed field of a form: the reader, the form, and its page.

The field allows a form to be shown again after the session of its reader has ended: what they typed
is kept for that person, that form and that page, and for nobody else.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core import signing
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.forms import BaseForm, PasswordInput
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.http import url_has_allowed_host_and_scheme

# Without this field nothing is kept of a form that is sent by somebody who is signed out.
FORM_KEY = "form_key"
FORM_KEY_HEADER = "Insaf-Form-Key"
FORM_KEY_SECONDS = 24 * 3600
# The parameter of a page's address that names the kept input.
PARAMETER = "refused"
NOT_TYPED = frozenset({"csrfmiddlewaretoken", FORM_KEY})
# What reading a form may raise.
UNREADABLE = (
    BadRequest,
    LookupError,
    MultiPartParserError,
    SuspiciousOperation,
    UnreadablePostError,
    ValueError,
)
# A value without a space is a choice, a number or a token, which nobody copies.
MIN_TYPED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class FormKey:
    """The signed field: the user (blank for nobody), the form, and the page that shows it.

    ``unkept`` are the names of the form's fields that are not kept.
    """

    user: str
    form: str
    path: str
    unkept: tuple[str, ...] = ()


def form_key_sign(request: HttpRequest, form: BaseForm | None) -> str:
    """Return the signed field of a form: its reader, its name and its page."""
    name, unkept = (form_name(form), unkept_names(form)) if form else ("", [])
    named = [user_number(request), name, page_path(request), unkept]
    return signing.dumps(named, salt=_salt(request))


def form_key_read(request: HttpRequest) -> FormKey | None:
    """Return the signed field of a form that was sent; ``None`` where no valid one came."""
    try:
        signed = request.POST.get(FORM_KEY) or request.headers.get(FORM_KEY_HEADER, "")
        found = signing.loads(signed, salt=_salt(request), max_age=FORM_KEY_SECONDS)
        user, form, path, unkept = found
    # Pages that refuse an unknown host or an unreadable request read this too, and must not fail.
    except (signing.BadSignature, *UNREADABLE, TypeError):
        return None
    if not url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return None
    return FormKey(user=user, form=form, path=path, unkept=tuple(unkept))


def form_name(form: BaseForm) -> str:
    """Return the name of a form among all forms, and among several of one kind on a page."""
    kind = type(form)
    return f"{kind.__module__}.{kind.__qualname__}:{form.prefix or ''}:{form.auto_id}"


def is_secret(form: BaseForm) -> bool:
    """Return whether the form has a password or a code, so that nothing of it is ever kept."""
    return any(
        getattr(field, "is_secret", False) or isinstance(field.widget, PasswordInput)
        for field in form.fields.values()
    )


def unkept_names(form: BaseForm) -> list[str]:
    """Return the fields that are left out of what is kept: national numbers are typed again."""
    return [
        *getattr(form, "unkept", ()),
        *(
            form.add_prefix(name)
            for name, field in form.fields.items()
            if getattr(field, "is_unkept", False)
        ),
    ]


def typed_texts(request: HttpRequest) -> list[str]:
    """Return texts typed into a form of this site, for the page that says why it was refused."""
    key = form_key_read(request)
    if key is None:
        return []
    left_out = NOT_TYPED.union(key.unkept)
    fields = (values for name, values in request.POST.lists() if name not in left_out)
    return [text for values in fields for text in values if is_text(text)]


def is_text(value: str) -> bool:
    """Return whether a value is a text that would be tedious to write again."""
    return len(value) >= MIN_TYPED and " " in value.strip()


def page_path(request: HttpRequest) -> str:
    """Return the address of this page, without the parameter of kept input."""
    query = request.GET.copy()
    query.pop(PARAMETER, None)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def with_input(request: HttpRequest, page: str) -> str:
    """Return the address of another page, which shows the kept input of this one."""
    return with_number(page, request.GET.get(PARAMETER, ""))


def with_number(page: str, number: str) -> str:
    """Return an address with the number of kept input, where there is one."""
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
    # Of one host alone: a number of a user means somebody else in another agency.
    return f"shared.forms.form_key:{request.get_host()}"
