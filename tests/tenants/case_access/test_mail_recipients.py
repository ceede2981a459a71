"""Every letter of the list, written by an agency's role with a trap wherever it may write words."""

from itertools import product

import pytest
from django_tasks_db.models import DBTaskResult

from shared.accounts.enums import Role
from shared.jobs.models import QueuePause
from shared.jobs.services.schema_tasks import task_row
from shared.mail.models import Mail
from shared.mail.permissions.mail_kinds import LETTERS, Origin
from shared.mail.services import mail_row, mail_send
from shared.mail.tasks import deliver_mail
from tenants.isolation.schema_switch import agency_context
from tests.public_portal.tracking.visits import EMAIL
from tests.shared.jobs.workers import run_queue
from tests.support.factories import filed, staff
from tests.support.sampling import repeats
from tests.support.seams import supply

pytestmark = pytest.mark.django_db

TRAP = "https://trap.example/steal"
VICTIM = "victim@example.org"
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
every_letter = pytest.mark.parametrize("name", sorted(LETTERS))
# One of each origin and of each kind of words.
APART = ("directed", "case_notice", "standing", "billing", "link")
LISTED = [*APART, *sorted(LETTERS.keys() - set(APART))]


def words_of_all():
    """Every word that some letter shows, and the links of former letters."""
    named = {key for one in LETTERS.values() for key in (*one.words, *one.told)}
    pages = {f"{page}_url" for page in ("open", "rate", "promise", "email", "tracking", "request")}
    shown = {"agency", "agency_name", "sealed", "oversight", "queued", "due_day", "promised_day"}
    return named | pages | shown


def sent(agency, mailoutbox, *, name, reference, to=VICTIM, context=None):
    """What leaves when an agency's role writes such a letter."""
    mailoutbox.clear()
    with agency_context(agency):
        row = mail_row(to=to, letter=name, language="en", reference=reference, context={})
        row.context = dict.fromkeys(words_of_all(), TRAP) if context is None else context
        row.save(force_insert=True)
        mail_send(mail_id=row.pk)
    return [
        f"{one.subject} {one.body} {one.alternatives[0].content} {one.extra_headers}"
        for one in mailoutbox
    ]


def references(own, theirs):
    foreign = [
        theirs,
        theirs[:15],
        theirs.translate(ARABIC),
        f"{theirs[:-1]} ",
        own.translate(ARABIC),
    ]
    return ["", *foreign, own]


@pytest.mark.parametrize("name", repeats(LISTED, keep=len(APART)))
def test_no_word_of_a_trap_leaves_in_a_letter_of_an_agency(roads, water, mailoutbox, name):
    own, theirs = filed(roads).reference, filed(water).reference
    for to in (VICTIM, EMAIL, staff(roads, Role.AGENT, "own@roads.example").email):
        for reference in references(own, theirs):
            for letter in sent(roads, mailoutbox, name=name, reference=reference, to=to):
                assert "trap.example" not in letter
                assert theirs[:15] not in letter
                assert theirs.translate(ARABIC)[:15] not in letter


@pytest.mark.parametrize(
    "spelling", repeats(["../emails/{}", "{}\n", "./{}", "{}/", "{}/.", "{} "])
)
def test_another_spelling_of_a_letters_name_leaves_nothing(roads, mailoutbox, spelling):
    own = filed(roads).reference

    for name, reference in product(LETTERS, ("", own)):
        assert sent(roads, mailoutbox, name=spelling.format(name), reference=reference) == []


@every_letter
def test_a_letter_that_an_agency_may_not_write_fails_at_once(roads, mailoutbox, name):
    own = filed(roads).reference
    is_of_case = LETTERS[name].origin is Origin.CASE

    assert sent(roads, mailoutbox, name=name, reference="" if is_of_case else own) == []

    with agency_context(roads):
        row = Mail.objects.get(to=VICTIM)
    assert (row.failure, row.sent_at) == ("malformed", None)


@pytest.mark.parametrize(
    "context", [[], [1], "x", 5, True, {"due_on": 5}, {"due_on": "5000000-1-1"}]
)
def test_a_context_of_another_shape_is_left_out(roads, mailoutbox, context):
    own = filed(roads).reference

    (letter,) = sent(roads, mailoutbox, name="received", reference=own, context=context)

    assert own in letter


@pytest.mark.parametrize("language", ["zz", "..", "//", ""])
def test_a_language_that_there_is_not_fails(roads, mailoutbox, language):
    own = filed(roads).reference
    with agency_context(roads):
        row = mail_row(to="", letter="received", language=language, reference=own, context={})
        row.save(force_insert=True)
        mail_send(mail_id=row.pk)
        row.refresh_from_db()

    assert (mailoutbox, row.failure) == ([], "malformed")


@pytest.mark.parametrize(
    "name", repeats(["_end.txt", "_end.txt/.", "received/body.txt", "", "draft"], keep=1)
)
def test_letters_that_there_are_not_hold_up_nobody(roads, water, mailoutbox, name):
    with agency_context(roads):
        for _number in range(5):
            row = mail_row(to=VICTIM, letter=name, language="fr", reference="", context={})
            row.save(force_insert=True)
            task_row(deliver_mail, mail_id=str(row.pk)).save(force_insert=True)
    filed(water)

    run_queue()

    assert [one.to for one in mailoutbox] == [[EMAIL]]
    assert not QueuePause.objects.filter(failures__gt=0).exists()
    with agency_context(roads):
        assert set(Mail.objects.values_list("failure", flat=True)) == {"malformed"}
    waiting = DBTaskResult.objects.filter(task_path="shared.mail.tasks.deliver_mail")
    assert not waiting.filter(status="READY").exists()


def nowhere(**_asked):
    """The file system says no before the mail server was asked for anything."""
    raise NotADirectoryError


def test_only_handing_over_finds_the_mail_server_away(roads, monkeypatch):
    supply(monkeypatch, mail_resolver=f"{__name__}.nowhere")
    for _number in range(5):
        filed(roads)

    run_queue()

    assert not QueuePause.objects.filter(failures__gt=0).exists()
    with agency_context(roads):
        assert set(Mail.objects.values_list("last_error", flat=True)) == {"NotADirectoryError"}


def test_every_folder_of_templates_is_on_the_list(settings):
    folders = {
        one.name for one in (settings.BASE_DIR / "templates/emails").iterdir() if one.is_dir()
    }

    assert folders == set(LETTERS)
