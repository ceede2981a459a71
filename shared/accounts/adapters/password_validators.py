"""Validators of passwords with our own texts, because Django's texts are not all translated."""

import re

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _, gettext_noop, ngettext

# Texts of allauth's password pages. This list adds the texts to our translation catalogue, which
# has precedence over allauth's catalogue.
OF_THE_LIBRARY = (
    gettext_noop("Forgot your password?"),
    gettext_noop("Incorrect code."),
    gettext_noop("Code"),
    gettext_noop("Email"),
    gettext_noop("Email address"),
    gettext_noop("Current Password"),
    gettext_noop("New Password"),
    gettext_noop("New Password (again)"),
    gettext_noop("You must type the same password each time."),
    gettext_noop("Please type your current password."),
    gettext_noop("Incorrect password."),
    gettext_noop("The email address and/or password you specified are not correct."),
    gettext_noop("Too many failed login attempts. Try again later."),
    gettext_noop("Password successfully changed."),
    gettext_noop("Use your password"),
    gettext_noop("Use authenticator app or code"),
)


class LongEnough(password_validation.MinimumLengthValidator):
    """A validator that requires a minimum number of characters."""

    def get_error_message(self) -> str:
        """Return why a short password is refused."""
        return ngettext(
            "The password is short: at least %(least)d character.",
            "The password is short: at least %(least)d characters.",
            self.min_length,
        ) % {"least": self.min_length}

    def get_help_text(self) -> str:
        """Return the minimum length as help text."""
        return ngettext(
            "At least %(least)d character.", "At least %(least)d characters.", self.min_length
        ) % {"least": self.min_length}


class NotAboutOneself(password_validation.UserAttributeSimilarityValidator):
    """A validator that refuses passwords similar to the user's name or e-mail address."""

    def get_error_message(self) -> str:
        """Return why a password like the user's data is refused."""
        return _("The password is too much like your name or your e-mail address.")

    def get_help_text(self) -> str:
        """Return the rule about name and e-mail address as help text."""
        return _("Neither your name nor your e-mail address.")


# The least number of letters besides known words, and the least number of different characters.
FEW = 4
# Words of the portal, its sites and its roles: a password must not consist of these words alone.
OF_THE_PORTAL = (
    "insaf", "إنصاف", "انصاف", "shikaya", "chikaya", "شكاية", "شكايات", "complaint", "complaints",
    "reclamation", "réclamation", "reclamations", "réclamations", "portal", "portail", "بوابة",
    "oversight", "supervision", "administration", "إدارة", "admin", "operator", "analyst", "agent",
    "supervisor", "maroc", "morocco", "المغرب", "gov", "demo", "password", "passphrase",
    "motdepasse", "secret", "welcome", "bienvenue", "azerty", "qwerty", "مرحبا",
)  # fmt: skip


class NotCommon(password_validation.CommonPasswordValidator):
    """A validator that refuses common passwords, also if repeated or mixed with digits or signs."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ``ValidationError`` for a common password.

        A password of known words alone, or of few different characters, counts as common too.
        """
        super().validate(password, user)  # type: ignore[arg-type]
        words = [
            *OF_THE_PORTAL,
            *str(getattr(connection, "schema_name", "")).removeprefix("a_").split("_"),
        ]
        known = "|".join(sorted(map(re.escape, filter(None, words)), key=len, reverse=True))
        typed = password.lower()
        left = re.sub(known, "", typed)
        letters = re.sub(r"[\W\d_]+", "", left)
        once = re.sub(r"^(.+?)\1+$", r"\1", letters)
        is_of_words = left != typed and len(letters) < FEW
        if is_of_words or once in self.passwords or len(set(typed)) < FEW:
            raise ValidationError(self.get_error_message(), code="password_too_common")

    def get_error_message(self) -> str:
        """Return why a common password is refused."""
        return _("This password is one of those that are tried first. Choose another one.")

    def get_help_text(self) -> str:
        """Return advice for a good password as help text."""
        return _("A few words that only you would put together are easy to keep in mind.")
