"""What stands at the end of an e-mail: staff have no receipt code, and are not warned of one."""

import pytest
from django.core import mail
from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from shared.mail.permissions.mail_kinds import LETTERS, Origin
from shared.mail.services import mail_row, mail_send
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db

STAFF = sorted({name for name, one in LETTERS.items() if one.origin is Origin.STAFF} | {"billing"})
LANGUAGES = ("ar", "fr", "en")
OF_CITIZENS = (
    "Do not reply to this e-mail: nobody reads the answers. No officer will ever ask you for your "
    "receipt code, by e-mail or on the telephone."
)
OF_STAFF = (
    "Do not reply to this e-mail: nobody reads the answers. Nobody will ever ask you for your "
    "password or a code, by e-mail or on the telephone."
)


def sent(name, language):
    """The plain text and the HTML of an e-mail, as it left."""
    row = mail_row(
        to="someone@example.org", letter=name, language=language, reference="", context={}
    )
    row.save(force_insert=True)
    assert mail_send(mail_id=row.pk)
    return mail.outbox[-1].body, mail.outbox[-1].alternatives[0].content


@pytest.mark.parametrize("name", STAFF)
@pytest.mark.parametrize("language", repeats(LANGUAGES, keep=1))
def test_email_to_staff_warns_of_passwords_and_not_of_receipt_codes(name, language):
    texts = sent(name, language)

    with override(language):
        citizens, staff = gettext(OF_CITIZENS), gettext(OF_STAFF)
    assert language == "en" or staff != OF_STAFF
    assert [(citizens in text, staff in text) for text in texts] == [(False, True)] * 2


@pytest.mark.parametrize("name", ["account_notice", "account_code"])
def test_email_to_a_citizen_warns_of_the_receipt_code(name):
    assert [OF_CITIZENS in text for text in sent(name, "en")] == [True, True]


@pytest.mark.parametrize("form", ["txt", "html"])
def test_code_to_choose_a_password_warns_of_no_receipt_code(form):
    with override("en"):
        text = render_to_string(
            f"account/email/password_reset_code_message.{form}",
            {"code": "ABCDEF", "language": "en", "direction": "ltr"},
        )

    assert (OF_CITIZENS in text, OF_STAFF in text) == (False, True)
