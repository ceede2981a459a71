"""People of the national side, and the browsers of staff."""

import hashlib

from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from shared.accounts.enums import Role
from shared.accounts.models import StaffSession, User
from shared.accounts.services.users import staff_session_record, user_create
from shared.kernel.actors import SYSTEM
from shared.kernel.devices import device_of
from tests.support.factories import PASSWORD
from tests.support.sessions import open_session


def national(role: Role, email: str) -> User:
    """Somebody of the national side."""
    return user_create(email=email, name="N", role=role, password=PASSWORD, actor=SYSTEM)


def session_of(user: User) -> object:
    """Another browser of somebody, as the page of sessions lists it; their schema is entered."""
    client = Client()
    open_session(client, user)
    key = str(client.session.session_key)
    staff_session_record(user=user, session_key=key, device=device_of(""))
    return StaffSession.objects.get(session_key=key).pk


def credential(host: str) -> dict[str, object]:
    """What a browser hands over of a new passkey, well formed; its key opens nothing."""
    key = ES256({1: 2, 3: -7, -1: 1, -2: b"\1" * 32, -3: b"\2" * 32})
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    made = AttestedCredentialData.create(b"\0" * 16, b"a passkey", key)
    about = AuthenticatorData.create(hashlib.sha256(host.encode()).digest(), flags, 0, made)
    number = websafe_encode(b"a passkey")
    return {
        "id": number,
        "rawId": number,
        "type": "public-key",
        "clientExtensionResults": {},
        "response": {
            "clientDataJSON": websafe_encode(
                CollectedClientData.create("webauthn.create", b"challenge", f"https://{host}")
            ),
            "attestationObject": websafe_encode(AttestationObject.create("none", about, {})),
        },
    }
