"""The same longer form in two windows: neither loses what was typed into it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django import forms

from agency_console.assisted_filing.forms import RequestForm
from agency_console.casework.forms.decisions import InterimForm, RefusalForm, ReplyForm
from agency_console.casework.forms.direction import DirectionForm
from agency_console.casework.forms.texts import MessageForm, NoteForm
from agency_console.reply_templates.forms import TemplateForm
from agency_console.routing.forms import RuleForm
from agency_console.transfers.forms import OfferForm, SplitForm
from agency_console.units.forms import CaseMoveForm
from public_portal.knowledge_base.forms import VoteForm
from public_portal.oversight.articles.forms import ArticleForm, NewArticleForm
from public_portal.oversight.identity.forms import IdentityForm
from shared.complaints.enums import Privacy
from shared.kernel import clock
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.agency_console.conftest import REFUSAL, WORDS
from tests.all_forms.longer_forms import ROWS, TEXT
from tests.all_forms.test_typed_text import follow, is_there
from tests.public_portal.knowledge_base.samples import new_article
from tests.support.custody import NOTE, schemas_by_text
from tests.support.factories import filed, organisation_of
from tests.support.units import unit

pytestmark = pytest.mark.django_db

OTHER = "Nobody has mended the lamp that stands before the school since then."
Fields = dict[str, str]


def interim(_roads: Agency, _water: Agency) -> Fields:
    until = clock.today() + timedelta(days=20)
    return {"delay": "The part is made abroad and comes by ship.", "until": until.isoformat()}


def elsewhere(_roads: Agency, water: Agency) -> Fields:
    return {"organisation_code": organisation_of(water).code, "note": NOTE}


def another_unit(roads: Agency, _water: Agency) -> Fields:
    with agency_context(roads):
        return {"parent": str(unit("Lamps"))}


def person(_roads: Agency, _water: Agency) -> Fields:
    no_day = {f"happened_on_{part}": "" for part in ("day", "month", "year")}
    return {"category": "", "phone": "0612345678", "email": "", "send": "yes", **no_day}


def reviewed(_roads: Agency, _water: Agency) -> Fields:
    return {"organisation": "", "reviewed_on": clock.today().isoformat(), "save": "yes"}


def identity(roads: Agency, _water: Agency) -> Fields:
    return {"reference": filed(roads, privacy=Privacy.CONFIDENTIAL).reference}


def fixed(**fields: str) -> Callable[[Agency, Agency], Fields]:
    return lambda _roads, _water: fields


# Sent through the same view as another form of the table.
SAME_VIEW = {NoteForm, MessageForm, DirectionForm}
TRIED = [
    pytest.param(row, marks=[pytest.mark.slow] if row.kind in SAME_VIEW else []) for row in ROWS
]
# What a form needs beside its text to be accepted, and a browser does not send by itself.
ACCEPTED: dict[type[forms.Form], Callable[[Agency, Agency], Fields]] = {
    ReplyForm: fixed(**WORDS),
    RefusalForm: fixed(**REFUSAL),
    DirectionForm: fixed(**{**REFUSAL, "ground": "not_competent"}),
    InterimForm: interim,
    OfferForm: elsewhere,
    SplitForm: elsewhere,
    CaseMoveForm: another_unit,
    TemplateForm: fixed(promised_days="", outcome="upheld", step="save"),
    RuleForm: fixed(unit="agency", officer=""),
    RequestForm: person,
    NewArticleForm: fixed(**new_article(save="yes")),
    ArticleForm: reviewed,
    IdentityForm: identity,
}


@pytest.mark.parametrize("row", TRIED, ids=lambda row: row.kind.__name__)
def test_what_was_typed_in_two_windows_is_never_lost(row, roads, water):
    typist, path = row.make(roads, water)
    windows = [typist.form(path, row.field) for _window in range(2)]
    action = windows[0].action.partition("#")[0] or path
    beside = {"step": "send", **ACCEPTED.get(row.kind, fixed())(roads, water)}

    done = typist.post(action, {**windows[0].filled(), **beside, row.field: OTHER})
    answer = typist.post(action, {**windows[1].filled(), **beside, row.field: TEXT})

    assert (done.status_code, "refused=" in done.headers.get("Location", "")) == (302, False)
    shown = is_there(follow(typist, answer))
    stored = schemas_by_text([OTHER, TEXT])
    assert shown or stored[TEXT]
    # A reader's second opinion takes the place of the first: their page says so.
    assert bool(stored[OTHER]) is (row.kind is not VoteForm)
