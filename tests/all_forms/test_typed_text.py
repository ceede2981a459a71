"""Whatever happens while somebody types into a longer form, nothing that they typed is lost."""

import html
import re

import pytest
from django import forms
from django.db import OperationalError
from django.http import HttpResponse
from django.urls import URLResolver, get_resolver

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.accounts.services.users import user_create
from shared.complaints.services import complaint_assign
from shared.kernel.actors import SYSTEM
from tenants.isolation.schema_switch import agency_context
from tests.all_forms.longer_forms import ELSEWHERE, ROWS, TEXT, Row
from tests.all_forms.typists import Typist, target_of
from tests.support.factories import (
    PASSWORD,
    officer_actor,
    staff,
)

pytestmark = pytest.mark.django_db


def forms_of_code() -> set[type[forms.BaseForm]]:
    """Every form of this code."""
    for urlconf in ("config.urls_public", "config.urls_agency", "config.urls_oversight"):
        _loaded(get_resolver(urlconf))
    return {one for one in _below(forms.BaseForm) if _is_ours(one)}


def _below(kind: type) -> set[type]:
    below: set[type] = set(kind.__subclasses__())
    return below.union(*(_below(one) for one in below))


def _loaded(resolver: URLResolver) -> None:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            _loaded(pattern)


def _is_ours(kind: type) -> bool:
    return not kind.__module__.startswith(("django", "allauth", "tests"))


def _is_longer(kind: type) -> bool:
    """Whether somebody writes more than a line in it."""
    fields = getattr(kind, "base_fields", {}).values()
    return any(isinstance(one.widget, forms.Textarea) for one in fields)


def test_every_longer_form_is_tried():
    longer = {one for one in forms_of_code() if _is_longer(one)}
    assert longer == {row.kind for row in ROWS} | set(ELSEWHERE)


def is_there(page: HttpResponse) -> bool:
    """Whether the text stands on a page, in a form or to be copied."""
    return TEXT in html.unescape(page.content.decode())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.kind.__name__)
def test_what_was_typed_is_never_lost(row, roads, water, monkeypatch):
    typist, path = row.make(roads, water)
    form = typist.form(path, row.field)
    sent = {**form.filled(), row.field: TEXT}
    action = form.action.partition("#")[0] or path

    server_is_dead(typist, action, sent, monkeypatch)
    if row.has_token:
        token_was_renewed(typist, action, sent)
    if row.has_session:
        session_has_ended(typist, action, sent)
    if not row.has_draft:
        browser_was_killed(typist, path, sent)
    # Last: a refused text of a case is a draft, which colleagues read.
    if row.bad is not None:
        is_refused(typist, action, {**sent, **row.bad, "step": "send"}, row)
    if typist.agency is not None and (case := re.search(r"\d{16}", path)):
        colleague_took_over(typist, action, sent, case.group())


def server_is_dead(typist: Typist, action: str, sent: dict[str, str], monkeypatch) -> None:
    """The database does not answer: the page of the failure shows the text."""

    def fail(*_args: object) -> None:
        raise OperationalError("the database does not answer")

    with monkeypatch.context() as patched:
        patched.setattr("django.core.handlers.base.BaseHandler.resolve_request", fail)
        page = typist.post(action, sent)
    assert (page.status_code, is_there(page)) == (503, True)


def token_was_renewed(typist: Typist, action: str, sent: dict[str, str]) -> None:
    """Somebody signed in again in another tab: the form is shown once more."""
    typist.client.handler.enforce_csrf_checks = True
    answer = typist.post(action, {**sent, "csrfmiddlewaretoken": ""})
    typist.client.handler.enforce_csrf_checks = False
    assert answer.status_code == 303
    assert is_there(follow(typist, answer))


def is_refused(typist: Typist, action: str, sent: dict[str, str], row: Row) -> None:
    """Refused, it is a page like any other, and Back leads to it."""
    answer = typist.post(action, sent)
    text = row.bad.get(row.field, TEXT)
    assert answer.status_code == 303
    for _time in ("shown", "after Back"):
        page = follow(typist, answer)
        assert page.status_code == 200
        assert text in html.unescape(page.content.decode())
        assert b'class="error-summary"' in page.content


def browser_was_killed(typist: Typist, path: str, sent: dict[str, str]) -> None:
    """What was saved last while somebody typed is in the form again."""
    saved = typist.post("/typed/" if typist.user else "/en/typed/", sent)
    assert saved.status_code == 200
    assert is_there(typist.get(path))
    assert not is_there(typist.get(f"{path}{'&' if '?' in path else '?'}refused=no"))


def session_has_ended(typist: Typist, action: str, sent: dict[str, str]) -> None:
    """The same person finds it after coming in again, and nobody else does."""
    typist.end_session()
    target = target_of(typist.post(action, sent))
    if typist.user is not None:
        typist.sign_in(other_person(typist))
        assert not is_there(typist.get(target))
        typist.end_session()
        target = target_of(typist.post(action, sent))
    # A citizen is led to it when they have opened the request again.
    page = typist.sign_in() or typist.get(target)
    assert is_there(page)


def other_person(typist: Typist) -> User:
    """Somebody else who may sign in there as well."""
    if typist.agency is not None:
        return staff(typist.agency, Role.SUPERVISOR, "other@roads.example")
    return user_create(
        email="other@oversight.example",
        name="O",
        role=Role(typist.person.role),
        password=PASSWORD,
        actor=SYSTEM,
    )


def colleague_took_over(typist: Typist, action: str, sent: dict[str, str], case: str) -> None:
    """The case was given to a colleague meanwhile: the text is there, sent or to be copied."""
    assert typist.agency is not None
    colleague = staff(typist.agency, Role.AGENT, "colleague@roads.example")
    with agency_context(typist.agency):
        actor = officer_actor(typist.person)
        complaint_assign(reference=case, officer=colleague, actor=actor)
    assert is_there(follow(typist, typist.post(action, {**sent, "step": "send"})))


def follow(typist: Typist, answer: HttpResponse) -> HttpResponse:
    """The page to which an answer leads in the end."""
    page = typist.get(answer["Location"])
    while page.status_code in (301, 302, 303):
        page = typist.get(page["Location"])
    return page
