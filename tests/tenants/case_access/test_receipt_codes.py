"""Receipt codes, which are computed from a route and stored nowhere."""

import secrets

from tenants.case_access.services.receipt_codes import receipt_code_compute
from tenants.models import Route


def route(nonce: bytes) -> Route:
    return Route(reference="1234567890123456", nonce=nonce)


def test_a_new_nonce_gives_a_new_code_also_on_the_same_instance():
    former, new = secrets.token_bytes(16), secrets.token_bytes(16)
    kept = route(former)
    codes = [receipt_code_compute(kept), receipt_code_compute(kept)]

    kept.nonce = new

    assert codes == [receipt_code_compute(route(former))] * 2
    assert receipt_code_compute(kept) == receipt_code_compute(route(new)) != codes[0]


def test_two_routes_with_one_nonce_have_different_codes():
    one = route(b"x" * 16)
    other = Route(reference="1234567890123457", nonce=one.nonce)

    assert receipt_code_compute(one) != receipt_code_compute(other)
