"""A reply and a refusal must say something in each of their parts, and not the same twice."""

from dataclasses import replace

import pytest

from shared.complaints import services
from shared.complaints.enums import Ground, Outcome, Status
from shared.complaints.errors import PartRepeated, PartTooShort
from shared.complaints.selectors import case_events, complaint_get
from shared.complaints.services import part_faults
from shared.complaints.types import RefusalDraft, ReplyDraft
from shared.kernel.errors import InvalidInput
from shared.mail.models import Mail
from tests.support.factories import filed, officer_actor, staff

pytestmark = pytest.mark.django_db

GOOD = ReplyDraft(
    outcome=Outcome.UPHELD,
    facts="The lamp has been out since March.",
    rule="Organic law 113-14, article 83.",
    decision="It must be repaired.",
    remedy="The team comes on Monday.",
)
GOOD_REFUSAL = RefusalDraft(
    ground=Ground.BEFORE_COURTS,
    explanation="A judgment on this is pending.",
    way_on="The court of first instance.",
)
ARABIC = ReplyDraft(
    outcome=Outcome.UPHELD,
    facts="أكدت المعاينة كسر القفل.",
    rule="المادة 83 من القانون التنظيمي.",
    decision="اقتراحكم وجيه.",
    remedy="سيتم الإصلاح غدا.",
)
EMPTY_WORDS = [
    "xxx",
    "x" * 200,
    "lamp " * 40,
    "LAMP lamp Lamp lâmp",
    "abcabcabcabcabcabcabcabcabc",
    "1234567890 9876543210 5555",
    "…………… !!!!!!! ------- ??????",
    "م" * 60,
    "تم تم تم تم تم تم تم تم",
    "ك\u0640\u0640\u0640\u0640\u0640\u0640\u0640\u0640\u0640\u0640\u0640\u0640\u0640\u0640ل",
    "\u200f\u200f\u200f\u200f\u200f\u200f\u200f\u200f\u200f\u200f\u200f\u200f\u200f\u200f\u200f",
    "",
    "   \n ",
]


def named(draft, **changes):
    """Field and code of each fault."""
    parts = {name: getattr(draft, name) for name in draft.__slots__} | changes
    return [(fault.field, fault.code) for fault in part_faults(parts=parts)]


@pytest.mark.parametrize("draft", [GOOD, replace(GOOD, remedy=""), GOOD_REFUSAL, ARABIC])
def test_what_says_something_is_not_refused(draft):
    assert named(draft) == []


@pytest.mark.parametrize("text", EMPTY_WORDS)
@pytest.mark.parametrize("field", ["facts", "rule", "decision"])
def test_a_part_of_a_reply_that_says_nothing_is_refused(field, text):
    assert named(GOOD, **{field: text}) == [(field, "part_too_short")]


@pytest.mark.parametrize("text", [text for text in EMPTY_WORDS if text.strip()])
def test_what_will_be_done_may_be_left_out_but_not_filled_with_nothing(text):
    assert named(GOOD, remedy=text) == [("remedy", "part_too_short")]


@pytest.mark.parametrize("text", EMPTY_WORDS)
def test_a_refusal_that_explains_nothing_is_refused(text):
    assert named(GOOD_REFUSAL, explanation=text) == [("explanation", "part_too_short")]


@pytest.mark.parametrize("text", [text for text in EMPTY_WORDS if not text.startswith("123")])
def test_a_way_on_that_says_nothing_is_refused(text):
    assert named(GOOD_REFUSAL, way_on=text) == [("way_on", "contact_too_short")]


@pytest.mark.parametrize(
    "text",
    [
        "05 37 12 34 89",
        "0522 22 22 22",
        "05 05 05 05 05",
        "0800 00 00 00",
        "www.agriculture.gov.ma",
        "www.onee.ma",
        "المحكمة الابتدائية",
    ],
)
def test_a_number_or_an_address_says_how_to_reach_somebody(text):
    assert named(GOOD_REFUSAL, way_on=text) == []


@pytest.mark.parametrize(
    "copy",
    [
        "It must be repaired.",
        "  IT   must be\n\nrepaired",
        "It must be repaired…",
    ],
)
def test_no_part_repeats_another_however_it_is_typed(copy):
    assert named(GOOD, remedy=copy) == [("remedy", "part_repeated")]


def test_an_arabic_part_repeated_with_other_signs_is_refused():
    copy = "إقتِراحُكم وجيهٌ"

    assert named(ARABIC, remedy=copy) == [("remedy", "part_repeated")]


def test_every_part_that_is_wrong_is_named_once():
    parts = {"facts": "xxx", "rule": GOOD.rule, "decision": GOOD.rule, "remedy": "xxx"}

    assert named(GOOD, **parts) == [
        ("facts", "part_too_short"),
        ("decision", "part_repeated"),
        ("remedy", "part_too_short"),
    ]


def test_arabic_needs_fewer_letters_than_latin():
    # Eleven letters: enough for a decision in Arabic, one short of it in French.
    assert named(GOOD, decision="يتم الإصلاح") == []
    assert named(GOOD, decision="à réparer vu") == [("decision", "part_too_short")]


@pytest.mark.parametrize(
    ("draft", "error", "field"),
    [
        (replace(GOOD, facts="xxx"), PartTooShort, "facts"),
        (replace(GOOD, remedy=GOOD.facts), PartRepeated, "remedy"),
        (replace(GOOD_REFUSAL, way_on="Court."), PartTooShort, "way_on"),
        (replace(GOOD_REFUSAL, way_on=GOOD_REFUSAL.explanation), PartRepeated, "way_on"),
    ],
)
def test_the_service_refuses_it_and_nothing_is_sent(in_roads, draft, error, field):
    officer, reference = staff(in_roads), filed(in_roads).reference
    service = (
        services.complaint_reply if isinstance(draft, ReplyDraft) else services.complaint_refuse
    )
    services.complaint_assign(reference=reference, officer=officer, actor=officer_actor(officer))
    letters = Mail.objects.count()

    with pytest.raises(error) as refusal:
        service(reference=reference, draft=draft, officer=officer, actor=officer_actor(officer))

    case = complaint_get(reference=reference)
    assert isinstance(refusal.value, InvalidInput)
    assert refusal.value.field == field
    assert (case.status, case.messages.count()) == (Status.IN_PROGRESS, 0)
    assert [event.kind for event in case_events(case)] == ["received", "assigned"]
    assert Mail.objects.count() == letters
