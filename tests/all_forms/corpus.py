"""What is typed into any field of any form: reliability's matrix of bad input."""

from tests.public_portal.api import corpus

OTHERS_REFERENCE = "1234567890123456"
VALUES: dict[str, str] = {
    **corpus.TEXTS_TO_REFUSE,
    **corpus.TEXTS_TO_TAKE,
    **{f"e-mail {number}": value for number, value in enumerate(corpus.EMAILS_TO_REFUSE)},
    **{f"telephone {number}": value for number, value in enumerate(corpus.PHONES_TO_REFUSE)},
    "lone surrogate, percent-encoded": "%ED%A0%80",
    "digits of both scripts": "١٢٣٤ 5678 ۹۰۱۲ 3456",
    "full-width digits": "１２３４５６７８９０１２３４５６",
    "letters for digits": "O2345678901234S6",
    "fifteen digits": "123456789012345",
    "seventeen digits": "12345678901234567",
    "ten thousand digits": "7" * 10_000,
    "negative": "-1",
    "beyond 64 bits": str(2**63),
    "not a number": "NaN",
    "infinite": "Infinity",
    "a day to come": "2999-12-31",
    "a day long gone": "1899-12-31",
    "a Hijri day": "15 رمضان 1447",
    "no such day": "2026-02-30",
    "a path": "../../../../etc/passwd",
    "a device": "CON",
    "another address": "https://example.org/",
    "a class": "__class__",
    "upper case uuid": "018F0000-0000-7000-8000-000000000000",
    "a long name": "ن" * 121,
}
