"""Encryption (AES-256-GCM) of texts that no agency may read; the key is in no database."""

import hashlib
from base64 import b64decode, b64encode
from dataclasses import dataclass

from django.conf import settings

from shared.kernel.encryption import InvalidCiphertext, decrypt, encrypt
from tenants.case_access.errors import DecryptionFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class Ciphertext:
    """An encrypted text and the id of the key that decrypts it."""

    key_id: str
    content: bytes


def text_encrypt(text: str, *, about: str) -> Ciphertext:
    """Encrypt a text for the context ``about``, without which the text cannot be decrypted."""
    return Ciphertext(
        key_id=_key_id(settings.VAULT_KEY),
        content=encrypt(text.encode(), key=_key(settings.VAULT_KEY), about=about),
    )


def text_decrypt(encrypted: Ciphertext, *, about: str) -> str:
    """Decrypt a text that ``text_encrypt`` has encrypted for the context ``about``.

    Raises ``DecryptionFailed`` if the key is missing, the text was changed or the context differs.
    """
    keys = {_key_id(secret): secret for secret in _secrets()}
    if encrypted.key_id not in keys:
        raise DecryptionFailed(f"no key {encrypted.key_id}")
    try:
        return decrypt(encrypted.content, key=_key(keys[encrypted.key_id]), about=about).decode()
    except InvalidCiphertext:
        raise DecryptionFailed(about) from None


def encrypt_text(text: str, *, about: str) -> str:
    """Encrypt a text as one line of ASCII, for a text column."""
    encrypted = text_encrypt(text, about=about)
    return f"{encrypted.key_id}.{b64encode(encrypted.content).decode()}"


def decrypt_text(line: str, *, about: str) -> str:
    """Decrypt a line that ``encrypt_text`` has made. Raises ``DecryptionFailed``."""
    key_id, _dot, content = line.partition(".")
    try:
        encrypted = Ciphertext(key_id=key_id, content=b64decode(content, validate=True))
    except ValueError:
        raise DecryptionFailed(about) from None
    return text_decrypt(encrypted, about=about)


def current_key_id() -> str:
    """Return the id of the key that encrypts now."""
    return _key_id(settings.VAULT_KEY)


def key_ids() -> frozenset[str]:
    """Return the ids of the keys that can decrypt: the current and the previous one."""
    return frozenset(_key_id(secret) for secret in _secrets())


def _secrets() -> list[str]:
    return [one for one in (settings.VAULT_KEY, settings.VAULT_KEY_PREVIOUS) if one]


def _key(secret: str) -> bytes:
    return hashlib.sha256(b"insaf vault key:" + secret.encode()).digest()


def _key_id(secret: str) -> str:
    # The id is a hash of the secret, so no setting can be wrong and the id reveals no key.
    return hashlib.sha256(b"insaf vault key's name:" + secret.encode()).hexdigest()[:16]
