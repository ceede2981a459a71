"""The boundary between units beside the page of a case: lists, hints, drafts, labels, files."""

import csv
import re
from io import StringIO

import pytest

from agency_console.bulk_actions.models import BulkAction
from agency_console.casework.models import CaseDraft
from shared.accounts.enums import Role
from shared.complaints.enums import Author
from shared.complaints.services import attachment_add, case_label, case_unit_change, label_create
from shared.complaints.types import UploadedContent
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.kernel.identifiers import uuid7
from shared.kernel.references import reference_group
from shared.units.models import UnitMember
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.bulk_actions.conftest import bulk, path_of
from tests.agency_console.conftest import text_of
from tests.agency_console.test_unit_rights import SUBJECT, case_here, member, tree
from tests.support.factories import filed, filed_and_proved, mailbox_answered, staff
from tests.support.samples import PDF
from tests.support.units import join

__all__ = ["bulk", "case_here", "tree"]

pytestmark = pytest.mark.django_db

OWN = "Lamp of the southern quarter"
HIDDEN_FROM = ("sibling", "child")


@pytest.fixture
def case_there(roads, tree):
    """A case of the unit beside, by the same person, about the same thing."""
    reference = filed_and_proved(roads, subject=OWN).reference
    with agency_context(roads):
        case_unit_change(reference=reference, unit_id=tree["sibling"], actor=SYSTEM)
    return reference


def colleague(console, tree, where, email):
    """Somebody of a unit, who is not signed in."""
    user = staff(console.agency, Role.SUPERVISOR, email)
    with agency_context(console.agency):
        join(tree[where], user)
    return user


def listed(console, action):
    """The references in the file of a list."""
    assert console.get(f"{path_of(action)}file/").status_code == 200
    lines = list(csv.reader(StringIO(console.received.decode("utf-8-sig"))))
    return [line[0] for line in lines[1:]]


@pytest.mark.parametrize(
    "which",
    [
        {"which": "matching", "query": "view=all"},
        {"which": "matching", "query": "view=all&q=quarter"},
        {"which": "page"},
        {"which": "chosen"},
    ],
    ids=["all", "search", "page", "chosen"],
)
def test_list_as_a_file_holds_no_case_of_a_unit_beside(
    console, bulk, tree, case_here, case_there, which
):
    member(console, tree, "agent", "sibling")
    if which["which"] == "page":
        which = {**which, "shown": f"{case_here} {case_there}"}

    action = bulk.done("export", [case_here, case_there], **which, format="csv")

    assert listed(console, action) == [reference_group(case_there)]
    assert SUBJECT.encode() not in console.received
    # Nor is it counted as left out: chosen it never was.
    assert (action.case_ids, action.skipped) == ([console.case(case_there).pk], [])


def test_list_as_a_file_is_made_by_the_units_of_the_moment(
    console, bulk, tree, case_here, case_there
):
    user = member(console, tree, "agent", "same")
    with agency_context(console.agency):
        join(tree["sibling"], user)
    path = bulk.previewed("export", [case_here, case_there], format="csv")
    with agency_context(console.agency):
        UnitMember.objects.filter(user=user, unit_id=tree["same"]).delete()

    console.post(f"{path}start/")

    assert listed(console, bulk.row(path)) == [reference_group(case_there)]


@pytest.mark.parametrize("page", ["", "file/", "skipped/"])
def test_list_of_a_colleague_of_another_unit_is_not_there(console, bulk, tree, case_here, page):
    console.sign_in(colleague(console, tree, "same", "same@roads.example"))
    action = bulk.done("export", [case_here], format="csv")
    console.sign_in(colleague(console, tree, "sibling", "beside@roads.example"))

    outside = console.get(f"{path_of(action)}{page}")
    taken = [console.post(f"{path_of(action)}{act}/") for act in ("start", "cancel", "undo")]

    assert {one.status_code for one in (outside, *taken)} == {404}
    with agency_context(console.agency):
        assert BulkAction.objects.get().state == action.state


@pytest.mark.parametrize("where", HIDDEN_FROM)
def test_hints_and_choice_of_cases_to_merge_name_no_case_of_another_unit(
    console, tree, case_here, roads, where
):
    own = filed(roads, subject=SUBJECT).reference
    with agency_context(roads):
        case_unit_change(reference=own, unit_id=tree[where], actor=SYSTEM)
    mailbox_answered(own, case_here)
    pages = (f"/cases/{own}/", f"/cases/{own}/similar/", f"/cases/{own}/merge/")

    console.sign_in(colleague(console, tree, "parent", "above@roads.example"))
    above = [text_of(console.get(page)) for page in pages]
    console.sign_in(colleague(console, tree, where, "here@roads.example"))
    outside = [text_of(console.get(page)) for page in pages]

    assert any(case_here in page for page in above)
    assert not any(case_here in page or reference_group(case_here) in page for page in outside)


@pytest.mark.parametrize("step", ["", "ask", "merge"])
def test_case_is_not_merged_with_one_of_a_unit_beside(console, tree, case_here, case_there, step):
    mailbox_answered(case_here, case_there)
    console.sign_in(colleague(console, tree, "sibling", "beside@roads.example"))
    versions = {
        "version": console.case(case_there).version,
        "other_version": console.case(case_here).version,
    }

    shown = console.get(f"/cases/{case_there}/merge/?with={case_here}")
    sent = [
        console.post(
            f"/cases/{one}/merge/", {**versions, "other": other, "step": step, "main": case_there}
        )
        for one, other in ((case_there, case_here), (case_here, case_there))
    ]

    assert [page.status_code for page in (shown, *sent)] == [404, 404, 404]
    assert console.case(case_here).merged_into_id is console.case(case_there).merged_into_id is None


def test_draft_of_another_unit_is_neither_read_nor_changed_by_its_number(console, tree, case_here):
    console.sign_in(colleague(console, tree, "same", "same@roads.example"))
    console.post(f"/cases/{case_here}/draft/reply/", {"facts": "The lamp is out", "version": "1"})
    with agency_context(console.agency):
        draft = CaseDraft.objects.get()
    console.sign_in(colleague(console, tree, "sibling", "beside@roads.example"))
    drafts, approvals = f"/cases/drafts/{draft.pk}/", f"/cases/approvals/{draft.pk}/"

    pages = [
        console.get(approvals),
        *[console.post(f"{approvals}{act}/", {"reason": "No"}) for act in ("approve", "return")],
        *[console.post(f"{drafts}{act}/") for act in ("take-back", "copy", "discard")],
        console.get("/cases/approvals/"),
        console.get("/cases/held/"),
    ]

    told = " ".join(text_of(page) + page.get("Location", "") for page in pages)
    assert [page.status_code for page in pages[:3]] == [404, 404, 404]
    assert not any(secret in told for secret in ("The lamp is out", case_here, SUBJECT))
    with agency_context(console.agency):
        same = CaseDraft.objects.get()
    assert (same.saved_at, same.officer_id, same.parts) == (
        draft.saved_at, draft.officer_id, draft.parts,
    )  # fmt: skip


def test_count_beside_a_label_tells_nothing_of_a_unit_beside(
    console, tree, case_here, case_there, roads
):
    with agency_context(roads):
        label = label_create(name="Clinic").pk
        for one in (case_here, case_there):
            case_label(reference=one, actor=SYSTEM, add=[label])
    counted = {}

    for where in ("parent", "same", "sibling", "child"):
        console.sign_in(colleague(console, tree, where, f"{where}@roads.example"))
        shown = text_of(console.get("/labels/"))
        counted[where] = int(re.search(r"Clinic\D*?(\d+)", re.sub(r"<[^>]+>", " ", shown)).group(1))
        rows = text_of(console.get(f"/?view=all&label={label}"))
        assert (case_here in rows) == (where in ("parent", "same"))

    assert counted == {"parent": 2, "same": 1, "sibling": 1, "child": 0}


@pytest.mark.parametrize("page", ["", "view/"])
@pytest.mark.parametrize("through", ["its case", "a case of one's own"])
def test_file_of_a_unit_beside_is_not_opened(
    console, tree, case_here, case_there, roads, page, through
):
    with agency_context(roads):
        added = attachment_add(
            reference=case_here,
            upload=UploadedContent(name="proof.pdf", content=PDF),
            author=Author.CITIZEN,
            actor=CITIZEN,
        )
    reference = case_here if through == "its case" else case_there
    console.sign_in(colleague(console, tree, "same", "same@roads.example"))
    inside = console.get(f"/cases/{case_here}/files/{added.pk}/{page}")
    console.sign_in(colleague(console, tree, "sibling", "beside@roads.example"))

    outside = console.get(f"/cases/{reference}/files/{added.pk}/{page}")
    none = console.get(f"/cases/{case_there}/files/{uuid7()}/{page}")

    assert (inside.status_code, outside.status_code, none.status_code) == (200, 404, 404)
