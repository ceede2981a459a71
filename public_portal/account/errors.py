"""Domain errors of the citizens' account."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, NotFound


class TooManyPasskeys(Conflict):
    sentence = _("An account holds ten passkeys at most. Remove one that you no longer use.")


class PasskeyNotFound(NotFound):
    sentence = _("There is no such passkey in your account.")
