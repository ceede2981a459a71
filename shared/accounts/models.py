"""Accounts: staff in the schema of their agency, oversight and citizens in the public schema."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from shared.accounts.enums import Role
from shared.kernel import clock
from shared.limits.models import Counted
from shared.rows.compiled_queries import compiled_query
from shared.rows.value_bounds import values_bounded


class UserManager(BaseUserManager["User"]):
    """The manager of accounts; the e-mail address is the user name."""

    def create_user(self, *, email: str, password: str | None, name: str, role: Role) -> "User":
        """Create an account in this schema; without ``password``, the user must first set one."""
        user = self.model(email=self.normalize_email(email).lower(), name=name, role=role)
        user.created_at = clock.now()
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get(self, *conditions: Any, **names: Any) -> "User":
        """Return one account; a search by ``pk`` alone uses a compiled query.

        ``ModelBackend.get_user`` searches by ``pk`` for every page of a signed-in user.
        """
        if conditions or names.keys() != {"pk"}:
            return super().get(*conditions, **names)
        found = _by_key(key=names["pk"])
        if not found:
            raise self.model.DoesNotExist
        return found[0]


@compiled_query()
def _by_key(*, key: int) -> models.QuerySet["User"]:
    return User.objects.filter(pk=key)


class User(AbstractBaseUser):
    """A person who signs in; the account is only in the schema of the person's host.

    The role decides the permissions, because Django's permissions would add eight tables with equal
    rows to every agency.
    """

    email = models.EmailField(_("E-mail"))
    name = models.CharField(_("Name"), max_length=120)
    role = models.CharField(_("Role"), max_length=16, choices=Role)
    language = models.CharField(max_length=2, default="ar")
    shortcuts = models.BooleanField(
        default=True, help_text=_("Single-key shortcuts in the console (WCAG 2.1.4: can be off).")
    )
    opens_next_case = models.BooleanField(
        default=True,
        db_default=True,
        help_text=_("After sending, open the next case of the same list."),
    )
    is_active = models.BooleanField(_("May sign in"), default=True)
    created_at = models.DateTimeField(editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="user_role_is_known"),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="user_email_is_lower_case"
            ),
            models.UniqueConstraint(fields=["email"], name="user_email_once"),
            values_bounded("user_values", moments=("created_at", "last_login")),
        ]

    def __str__(self) -> str:
        return self.name


class StaffSession(models.Model):
    """A session of a member of staff; this member can see and end the session.

    The row has no IP address, only browser and system of the device (``shared.kernel.devices``).
    """

    id = models.UUIDField(primary_key=True)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    session_key = models.CharField(max_length=40)
    browser = models.CharField(max_length=20, blank=True)
    system = models.CharField(max_length=20, blank=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        # A unique field would add a second index for LIKE.
        constraints = [
            models.UniqueConstraint(fields=["session_key"], name="staff_session_key_once")
        ]


class SignInTry(Counted):
    """A count of tries of staff of this schema to sign in.

    The table is in each schema, because in the public schema an agency could delete the counts of
    other agencies.
    """
