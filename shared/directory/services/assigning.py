"""Say which workspace answers for a body."""

from django.db import transaction

from shared.directory.errors import OrganisationNotFound
from shared.directory.models import Organisation
from shared.kernel.actors import Actor


@transaction.atomic
def organisation_assign_agency(
    *, organisation_code: str, agency_code: str, actor: Actor
) -> Organisation:
    """Let one workspace answer for a body; a blank code gives its cases back to its parent's."""
    try:
        organisation = Organisation.objects.select_for_update().get(
            code=organisation_code, is_active=True
        )
    except Organisation.DoesNotExist:
        raise OrganisationNotFound(organisation_code) from None
    organisation.agency_code = agency_code
    organisation.save(update_fields=["agency_code"])
    return organisation
