"""People who sign in: staff in their agency's schema, oversight in the public one."""

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
    """Makes people; the e-mail is the name under which they sign in."""

    def create_user(self, *, email: str, password: str | None, name: str, role: Role) -> "User":
        """Return a person of this schema, with a usable password or with none until they set
        one.
        """
        user = self.model(email=self.normalize_email(email).lower(), name=name, role=role)
        user.created_at = clock.now()
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get(self, *conditions: Any, **names: Any) -> "User":
        """Get a row as Django does; with nothing but ``pk`` its statement is written once.

        So every page of somebody who is signed in asks for them (``ModelBackend.get_user``).
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
    """A person who signs in, known only in the schema of their host.

    What a person may do follows from the role: Django's permissions would be eight tables more in
    every agency, filled alike in each.
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
    """A browser in which somebody of staff is signed in, for its owner to see and to end.

    No address is kept of it, and of the device two words (``shared.kernel.devices``).
    """

    id = models.UUIDField(primary_key=True)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    session_key = models.CharField(max_length=40, unique=True)
    browser = models.CharField(max_length=20, blank=True)
    system = models.CharField(max_length=20, blank=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()


class SignInTry(Counted):
    """What was tried at the sign-in of this schema's staff.

    Here and not in the public schema, where an agency could wipe out the counts of the others.
    """
