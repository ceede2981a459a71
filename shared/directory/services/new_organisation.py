"""Addition of a body that is not in the sources."""

from django.db import transaction

from shared.audit.services import audit_record
from shared.directory.enums import AliasKind, OrganisationKind
from shared.directory.errors import OrganisationCodeTaken, OrganisationNotFound
from shared.directory.models import KEY_LENGTH, Alias, Organisation
from shared.kernel.actors import Actor
from shared.kernel.text import Wording, search_phrase, sound_key
from shared.reference_data.wordings import wording_columns
from shared.rows.services import written_or_refuse


@transaction.atomic
def organisation_add(
    *, code: str, kind: OrganisationKind, parent_code: str, names: Wording, actor: Actor
) -> Organisation:
    """Add a body under a parent, or without a parent; its names become texts for search.

    Raises ``OrganisationNotFound`` for the parent, ``OrganisationCodeTaken``.
    """
    parent = Organisation.objects.filter(code=parent_code, is_active=True).first()
    if parent_code and parent is None:
        raise OrganisationNotFound(parent_code)
    columns = wording_columns("name", names)
    with written_or_refuse(OrganisationCodeTaken(code)):
        body = Organisation.objects.create(
            code=code, kind=kind, parent=parent, is_added=True, **columns
        )
    # Names in two languages may be equal, but a body may have a key only once.
    keys = {search_phrase(text)[:KEY_LENGTH]: text for text in (*columns.values(), code)}
    Alias.objects.bulk_create(
        Alias(
            organisation=body,
            kind=AliasKind.NAME,
            text=text,
            key=key,
            sound=sound_key(text)[:KEY_LENGTH],
        )
        for key, text in keys.items()
        if key
    )
    audit_record(actor=actor, action="organisation.added", subject=f"organisation {code}")
    return body
