"""What makes a password good enough, in our words: Django's own are not all translated."""

from django.contrib.auth import password_validation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

# The library's own sentences on the way to a password: standing here they are in our catalogue,
# which is asked before the library's.
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
    """So many characters at least."""

    def get_error_message(self) -> str:
        """Why it is refused."""
        return ngettext(
            "The password is short: at least %(least)d character.",
            "The password is short: at least %(least)d characters.",
            self.min_length,
        ) % {"least": self.min_length}

    def get_help_text(self) -> str:
        """What is asked for."""
        return ngettext(
            "At least %(least)d character.", "At least %(least)d characters.", self.min_length
        ) % {"least": self.min_length}


class NotAboutOneself(password_validation.UserAttributeSimilarityValidator):
    """Neither one's name nor one's address."""

    def get_error_message(self) -> str:
        """Why it is refused."""
        return _("The password is too much like your name or your e-mail address.")

    def get_help_text(self) -> str:
        """What is asked for."""
        return _("Neither your name nor your e-mail address.")


class NotCommon(password_validation.CommonPasswordValidator):
    """None of those that are tried first."""

    def get_error_message(self) -> str:
        """Why it is refused."""
        return _("This password is one of those that are tried first. Choose another one.")

    def get_help_text(self) -> str:
        """What is asked for."""
        return _("A few words that only you would put together are easy to keep in mind.")
