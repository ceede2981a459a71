"""Encryption of bytes with AES-256-GCM; the caller supplies the key and a context."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class InvalidCiphertext(ValueError):
    """The error for ciphertext that was changed, or that needs another context or key."""


def encrypt(content: bytes, *, key: bytes, about: str) -> bytes:
    """Encrypt ``content`` for a context; return a nonce (twelve bytes), ciphertext and tag.

    ``key`` has 32 bytes. Decryption needs the same context ``about``.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, about.encode())


def decrypt(ciphertext: bytes, *, key: bytes, about: str) -> bytes:
    """Decrypt a result of ``encrypt``. Raises ``InvalidCiphertext``."""
    nonce, content = ciphertext[:NONCE_BYTES], ciphertext[NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, content, about.encode())
    except (InvalidTag, ValueError):
        raise InvalidCiphertext(about) from None
