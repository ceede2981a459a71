"""Encrypted identities of confidential persons, stored apart from the cases."""

import json
from dataclasses import asdict

from django.db.models import QuerySet

from shared.complaints.types import Identity
from shared.kernel import clock
from shared.rows.selectors import first_or_refuse
from tenants.case_access.errors import EncryptedIdentityNotFound
from tenants.case_access.services.text_encryption import Ciphertext, text_decrypt, text_encrypt
from tenants.isolation.sql import sql_run
from tenants.models import Agency, EncryptedParty, Route


def encrypted_party_row(*, reference: str, party: Identity) -> EncryptedParty:
    """Return the unsaved row of an encrypted identity, to be saved together with the complaint."""
    encrypted = _party_encrypted(reference, party)
    return EncryptedParty(
        reference=reference,
        key_id=encrypted.key_id,
        sealed=encrypted.content,
        created_at=clock.now(),
    )


def identity_of(*, reference: str) -> Identity:
    """Return the decrypted identity of a confidential person by the request's reference.

    Raises ``EncryptedIdentityNotFound`` or ``DecryptionFailed``.
    """
    found = first_or_refuse(identities_held(reference), EncryptedIdentityNotFound(reference))
    return Identity(
        **json.loads(
            text_decrypt(
                Ciphertext(key_id=found.key_id, content=bytes(found.sealed)),
                about=_party_context(reference),
            )
        )
    )


def identity_encrypt_again(*, reference: str, identity: Identity) -> None:
    """Replace the encrypted identity of a request; encrypt the new value with the current key."""
    encrypted = _party_encrypted(reference, identity)
    identities_held(reference).update(key_id=encrypted.key_id, sealed=encrypted.content)


def identities_held(reference: str) -> QuerySet[EncryptedParty]:
    """Return the valid encrypted identity of a request: the row of the agency that has the case.

    A row that an agency has inserted about another agency's case does not count.
    """
    return EncryptedParty.objects.filter(
        reference=reference,
        schema_name__in=Route.objects.filter(reference=reference).values("agency_id"),
    )


def identity_transfer(*, reference: str, sender: Agency, to: Agency) -> None:
    """Transfer a request's encrypted identity to another agency; delete rows of further agencies.

    A row that a further agency had inserted for the reference would count once that agency has
    the request.
    """
    # One statement, because most requests have no encrypted identity.
    sql_run(
        "WITH moved AS (UPDATE tenants_sealedparty SET schema_name = %s"
        " WHERE reference = %s AND schema_name = %s)"
        " DELETE FROM tenants_sealedparty WHERE reference = %s AND schema_name <> %s",
        to.schema_name,
        reference,
        sender.schema_name,
        reference,
        sender.schema_name,
    )


def _party_encrypted(reference: str, party: Identity) -> Ciphertext:
    return text_encrypt(
        json.dumps(
            asdict(
                Identity(
                    name=party.name,
                    email=party.email,
                    phone=party.phone,
                    national_id=party.national_id,
                )
            )
        ),
        about=_party_context(reference),
    )


def _party_context(reference: str) -> str:
    return f"party:{reference}"
