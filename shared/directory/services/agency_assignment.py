"""Assignment of bodies to the workspaces that answer for the bodies."""

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
    """Assign a body to a workspace; with a blank code, the body has no workspace of its own.

    Raises ``OrganisationNotFound``; ``OrganisationTaken`` if ``only_if_free`` and another workspace
    has the body.
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
    """Assign all bodies of one workspace to another workspace; return the bodies' codes.

    With a blank successor, the workspace of the parent answers for a body. Inactive bodies are
    included, because a body that becomes active again must not have a workspace that was destroyed.
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
    """Assign bodies of ``holder_code`` to a workspace again; return the bodies' codes.

    The bodies of a third workspace stay unchanged.
    """
    given = [
        row.code
        for row in Organisation.objects.select_for_update()
        .filter(code__in=codes, agency_code=holder_code)
        .order_by("code")
    ]
    Organisation.objects.filter(code__in=given).update(agency_code=agency_code)
    return given
