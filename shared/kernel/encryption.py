"""Encryption of bytes with AES-256-GCM; the caller has the key and says for which context."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class InvalidCiphertext(ValueError):
    """A ciphertext that was changed, or is of another context or key."""


def encrypt(content: bytes, *, key: bytes, about: str) -> bytes:
    """Encrypt ``content`` for one context: twelve random bytes, then the text with its tag.

    ``key`` has 32 bytes. With another ``about`` the result cannot be decrypted.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, about.encode())


def decrypt(ciphertext: bytes, *, key: bytes, about: str) -> bytes:
    """Decrypt what ``encrypt`` returned. Raises ``InvalidCiphertext``."""
    nonce, content = ciphertext[:NONCE_BYTES], ciphertext[NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, content, about.encode())
    except (InvalidTag, ValueError):
        raise InvalidCiphertext(about) from None
