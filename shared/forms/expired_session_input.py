"""Saved input: the values of a form that was not accepted or not sent yet.

A refused form is answered with a redirect, so that the browser never asks to send the form again.
The next page reads the values from the session, where they are stored encrypted: ten minutes for a
refused form, an hour for a form that was sent after its session had ended or that a person is still
filling in (saved every few seconds). The values of an accepted form are deleted at once.
"""

import hashlib
import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.utils import ErrorList
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

from shared.kernel import clock
from shared.kernel.encryption import InvalidCiphertext, decrypt, encrypt
from shared.kernel.errors import DomainError
from shared.ui.form_keys import (
    NOT_TYPED,
    PARAMETER,
    FormKey,
    form_key_read,
    form_name,
    is_secret,
    is_text,
    page_path,
    unkept_names,
    user_number,
    with_number,
)
from shared.ui.links import page_language

SESSION_KEY = "saved_input"
# The name of the attribute that is set on a request when its form is saved.
KEPT_NOW = "input_kept"
# The value of the parameter in the address of a page that must show empty forms.
ANEW = "no"
REFUSED_SECONDS, SIGNED_OUT_SECONDS, BEGUN_SECONDS = 600, 3600, 3600
# The largest count of forms that are saved in a session.
MAX_ENTRIES = 5
MAX_BYTES = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedInput:
    """The saved values and errors of a form; no errors if the form was not validated.

    ``language``: the language of the errors. ``begun_at``: the time of the last saving (seconds
    since 1970) if the form was never sent. ``refusal``: the code of a domain error, or blank.
    """

    form: str
    data: QueryDict
    errors: Mapping[str, list[dict[str, str]]]
    language: str
    begun_at: float | None = None
    refusal: str = ""

    @property
    def is_refused(self) -> bool:
        """Return whether the form was validated and had errors."""
        return bool(self.errors)


def input_of_refused(request: HttpRequest, form: forms.BaseForm) -> str:
    """Save a refused form; return the address of a page with the form, or "" if it is not saved."""
    if is_secret(form) or unkept_names(form):
        return ""
    errors = {
        name or "": [
            {"message": str(message), "code": error.code or ""}
            for error in errors.as_data()
            for message in error.messages
        ]
        for name, errors in form.errors.items()
    }
    return _save(
        request,
        user=user_number(request),
        form=form_name(form),
        data=form.data,
        errors=errors,
        refusal=getattr(getattr(form, "refusal", None), "code", ""),
        path=page_path(request),
        seconds=REFUSED_SECONDS,
    )


def input_of_unjudged(request: HttpRequest) -> str:
    """Save a sent form that was not validated; return the address of a page with the form.

    Returns "" for a form that is too long or has no valid signed field, because a form without the
    field may be from another site.
    """
    key = form_key_read(request) if request.method == "POST" else None
    return _save_unjudged(request, key, seconds=SIGNED_OUT_SECONDS) if key else ""


def input_of_begun(request: HttpRequest) -> bool:
    """Save an unfinished form; return ``False`` if it is too long or not signed for this user."""
    key = form_key_read(request)
    # A key of a tracking page has no user id (digits), and is accepted without a check of the user.
    if key is None or (key.user.isdecimal() and key.user != user_number(request)):
        return False
    return bool(_save_unjudged(request, key, seconds=BEGUN_SECONDS, number=_begun_number(key)))


def input_led(request: HttpRequest, page: str) -> str:
    """Save a form whose page cannot be opened any more; return the address of ``page`` instead.

    ``page`` then shows the typed texts, so that the person can copy the texts.
    """
    kept = input_of_unjudged(request)
    _path, _mark, number = kept.rpartition(f"{PARAMETER}=")
    return with_number(page, number) if kept else page


def saved_input(request: HttpRequest) -> SavedInput | None:
    """Return the saved input that the address names, otherwise the unfinished form of this page.

    Returns ``None`` if this user has no such saved input.
    """
    if request.method == "POST" or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    number = request.GET.get(PARAMETER, "")
    # Everybody who uses this browser may see saved input without a user.
    users, here = ("", user_number(request)), _digest(page_path(request))
    own = [one for one in _entries(request) if one["user"] in users]
    kind, wanted = ("number", number) if number else ("begun_on", here)
    entry = next((one for one in own if one[kind] == wanted), None)
    if entry is None:
        return None
    try:
        content = decrypt(b64decode(entry["content"]), key=_key(), about=_about(entry))
    except (InvalidCiphertext, ValueError):
        return None
    found = json.loads(content)
    data = QueryDict(mutable=True)
    for name, values in found["data"]:
        data.setlist(name, values)
    return SavedInput(
        form=entry["form"],
        data=data,
        errors=found["errors"],
        language=entry["language"],
        begun_at=entry["until"] - BEGUN_SECONDS if entry["begun_on"] else None,
        refusal=found["refusal"],
    )


def input_forget(request: HttpRequest) -> None:
    """Delete the saved input of a form that was accepted."""
    if not request.session.get(SESSION_KEY):
        return
    key = form_key_read(request)
    numbers = {request.GET.get(PARAMETER, ""), _begun_number(key) if key else ""}
    request.session[SESSION_KEY] = [
        one
        for one in _entries(request)
        if one["number"] not in numbers and one["sent_to"] != _digest(request.path)
    ]


def input_expire(request: HttpRequest) -> None:
    """Delete the expired saved input of the session."""
    kept = request.session.get(SESSION_KEY)
    if kept and any(one["until"] <= clock.timestamp() for one in kept):
        request.session[SESSION_KEY] = list(_entries(request))


def forms_refill(saved: SavedInput, shown: Iterable[forms.BaseForm]) -> forms.BaseForm | None:
    """Fill the form of the saved input with the saved values, and return the form.

    Returns ``None`` if the form is not in ``shown``.
    """
    form = _form_of(saved, list(shown))
    if form is None:
        return None
    if saved.is_refused:
        form.is_bound, form.data, form.files = True, saved.data, MultiValueDict()
    else:
        _begin_with(form, saved)
    if again := getattr(form, "offer_again", None):
        # The choices of some fields depend on the saved values.
        again()
    if saved.is_refused:
        _judge_again(form, saved)
    return form


def unplaced_input(saved: SavedInput) -> dict[str, list[str]]:
    """Return the typed texts and the errors, for a page that does not have the form."""
    texts = [text for _name, values in saved.data.lists() for text in values if is_text(text)]
    refusals = [one["message"] for kept in saved.errors.values() for one in kept]
    return {"texts": texts, "refusals": refusals}


def _begin_with(form: forms.BaseForm, saved: SavedInput) -> None:
    """Set the saved values as initial values of a form that was not validated.

    Idempotency keys are left out, because an action with a used key would not be done.
    """
    left_out = unkept_names(form)
    for name, field in form.fields.items():
        sent_as = form.add_prefix(name)
        is_key = field.widget.is_hidden and name in ("key", "token", "approval")
        is_absent = field.widget.value_omitted_from_data(saved.data, MultiValueDict(), sent_as)
        if is_key or is_absent or field.disabled or sent_as in left_out:
            continue
        form.initial[name] = field.widget.value_from_datadict(saved.data, MultiValueDict(), sent_as)


def _judge_again(form: forms.BaseForm, saved: SavedInput) -> None:
    """Validate a refilled form again, and add the saved errors that the validation did not find."""
    form.full_clean()
    for name, field in form.fields.items():
        # Files are not saved, so only the saved errors of a file field are right.
        if isinstance(field, forms.FileField):
            form.errors.pop(name, None)
    for name, kept in saved.errors.items():
        found = form.errors.get(name, ErrorList())
        said = {error.code for error in found.as_data()} - {None, ""} | set(found)
        for one in kept:
            if one["code"] not in said and one["message"] not in said:
                error = ValidationError(one["message"], code=one["code"])
                form.add_error(name if name in form.fields else None, error)
    if saved.refusal:
        # Pages read only the code, because the form has the text of the refusal already.
        refusal = DomainError()
        refusal.code = saved.refusal  # type: ignore[misc]
        form.refusal = refusal  # type: ignore[attr-defined]


def _form_of(saved: SavedInput, shown: list[forms.BaseForm]) -> forms.BaseForm | None:
    kind, _colon, _ids = saved.form.rpartition(":")
    alike = [one for one in shown if form_name(one).rpartition(":")[0] == kind]
    exact = next((one for one in alike if form_name(one) == saved.form), None)
    # If a page has the form once for each row, only the form of the same row is used.
    return exact or (alike[0] if len(alike) == 1 else None)


def _save_unjudged(request: HttpRequest, key: FormKey, *, seconds: int, number: str = "") -> str:
    return _save(
        request,
        user=key.user,
        form=key.form,
        data=request.POST,
        errors={},
        path=key.path,
        unkept=key.unkept,
        seconds=seconds,
        number=number,
    )


def _save(
    request: HttpRequest,
    *,
    user: str,
    form: str,
    data: Mapping[str, Any],
    errors: Mapping[str, list[dict[str, str]]],
    path: str,
    seconds: int,
    unkept: Sequence[str] = (),
    refusal: str = "",
    number: str = "",
) -> str:
    sent = data if isinstance(data, QueryDict) else QueryDict(urlencode(data))
    left_out = NOT_TYPED.union(unkept)
    kept = [[name, values] for name, values in sent.lists() if name not in left_out]
    content = json.dumps(
        {"data": kept, "errors": errors, "refusal": refusal}, ensure_ascii=False
    ).encode()
    if len(content) > MAX_BYTES:
        return ""
    entry = {
        "number": number or secrets.token_urlsafe(9),
        "user": user,
        "form": form,
        # Only a digest is stored, because the address may contain the secret of a link.
        "sent_to": "" if number else _digest(request.path),
        "begun_on": _digest(path) if number else "",
        "until": clock.timestamp() + seconds,
        "language": page_language(),
    }
    entry["content"] = b64encode(encrypt(content, key=_key(), about=_about(entry))).decode()
    # The earlier saved input of the same form is replaced.
    former = {request.GET.get(PARAMETER, ""), number}
    with _session_written(request, is_alone=bool(number)) as values:
        others = [one for one in _living(values) if one["number"] not in former]
        values[SESSION_KEY] = [entry, *others][:MAX_ENTRIES]
    setattr(request, KEPT_NOW, True)
    return with_number(path, str(entry["number"]))


@contextmanager
def _session_written(request: HttpRequest, *, is_alone: bool) -> Iterator[MutableMapping[str, Any]]:
    """Yield the values of the session, which the block may change.

    With ``is_alone``, the stored session is read, changed and written at once: otherwise the
    frequent saving of unfinished forms would overwrite the changes of other requests.
    """
    session = cast(SessionStore, request.session)
    if not (is_alone and session.session_key):
        yield cast(MutableMapping[str, Any], session)
        return
    with transaction.atomic():
        rows = Session.objects.select_for_update().filter(session_key=session.session_key)
        if (row := rows.first()) is None:
            yield cast(MutableMapping[str, Any], session)
            return
        values = row.get_decoded()
        yield values
        row.session_data = session.encode(values)
        row.save(update_fields=["session_data"])
        # Without this line, a later write of the session would remove the new values.
        session._session[SESSION_KEY] = values[SESSION_KEY]  # type: ignore[attr-defined]


def _digest(path: str) -> str:
    return hashlib.sha256(path.encode()).hexdigest()[:32]


def _begun_number(key: FormKey) -> str:
    """Return the number under which unfinished input of a form of a page is saved."""
    return hashlib.sha256(f"{key.user}\n{key.form}\n{key.path}".encode()).hexdigest()[:16]


def _entries(request: HttpRequest) -> Iterator[dict[str, Any]]:
    return _living(cast(Mapping[str, Any], request.session))


def _living(values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    now = clock.timestamp()
    return (one for one in values.get(SESSION_KEY) or () if one["until"] > now)


def _about(entry: Mapping[str, object]) -> str:
    return f"{entry['number']}:{entry['user']}:{entry['form']}"


def _key() -> bytes:
    return hashlib.sha256(b"insaf saved input:" + settings.SECRET_KEY.encode()).digest()
