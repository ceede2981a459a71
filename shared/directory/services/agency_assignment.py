"""Say which workspace answers for a body."""

from collections.abc import Collection

from django.db import transaction

from shared.directory.errors import OrganisationNotFound, OrganisationTaken
from shared.directory.models import Organisation
from shared.kernel.actors import Actor
from shared.rows.selectors import first_or_refuse


@transaction.atomic
def organisation_assign_agency(
    *, organisation_code: str, agency_code: str, actor: Actor, only_if_free: bool = False
) -> Organisation:
    """Let one workspace answer for a body; a blank code gives its cases back to its parent's.

    Raises ``OrganisationNotFound``, ``OrganisationTaken`` where it must be free.
    """
    organisation = first_or_refuse(
        Organisation.objects.select_for_update().filter(code=organisation_code, is_active=True),
        OrganisationNotFound(organisation_code),
    )
    if only_if_free and organisation.agency_code not in ("", agency_code):
        raise OrganisationTaken(organisation_code)
    organisation.agency_code = agency_code
    organisation.save(update_fields=["agency_code"])
    return organisation


@transaction.atomic
def organisations_pass_on(*, agency_code: str, successor_code: str, actor: Actor) -> list[str]:
    """Let another workspace answer for all bodies of one; returns their codes.

    A blank successor gives each back to what stands above it. Bodies out of use go along: one that
    comes back into use must not name a workspace that has gone.
    """
    codes = [
        row.code
        for row in Organisation.objects.select_for_update()
        .filter(agency_code=agency_code)
        .order_by("code")
    ]
    Organisation.objects.filter(code__in=codes).update(agency_code=successor_code)
    return codes


@transaction.atomic
def organisations_give_back(
    *, codes: Collection[str], agency_code: str, holder_code: str, actor: Actor
) -> list[str]:
    """Let a workspace answer for these bodies again, where ``holder_code`` still does.

    Returns which: what was given to somebody else meanwhile stays there.
    """
    given = [
        row.code
        for row in Organisation.objects.select_for_update()
        .filter(code__in=codes, agency_code=holder_code)
        .order_by("code")
    ]
    Organisation.objects.filter(code__in=given).update(agency_code=agency_code)
    return given
