"""Encrypted text: each time another, and refused when anything of it was changed."""

import pytest

from tenants.case_access.errors import DecryptionFailed
from tenants.case_access.services.text_encryption import Ciphertext, text_decrypt, text_encrypt


def test_two_seals_of_the_same_words_differ():
    assert text_encrypt("words", about="x").content != text_encrypt("words", about="x").content


@pytest.mark.parametrize("place", [0, 11, 12, -17, -1])
def test_a_changed_byte_is_noticed(place):
    sealed = text_encrypt("the words", about="party:1")
    changed = bytearray(sealed.content)
    changed[place] ^= 1

    with pytest.raises(DecryptionFailed):
        text_decrypt(Ciphertext(key_id=sealed.key_id, content=bytes(changed)), about="party:1")


@pytest.mark.parametrize("content", [b"", b"short", bytes(12), bytes(27)])
def test_what_is_too_short_is_refused(content):
    with pytest.raises(DecryptionFailed):
        text_decrypt(
            Ciphertext(key_id=text_encrypt("x", about="y").key_id, content=content), about="y"
        )
