"""Identifiers that sort by time."""

from shared.kernel.identifiers import uuid7


def test_an_identifier_says_its_version_and_variant():
    made = uuid7()

    assert made.version == 7
    assert made.variant == "specified in RFC 4122"


def test_identifiers_of_one_moment_differ():
    assert len({uuid7() for _ in range(1000)}) == 1000


def test_identifiers_of_one_process_are_in_the_order_in_which_they_were_made():
    made = [uuid7() for _ in range(10_000)]

    assert made == sorted(made)
    assert {one.version for one in made} == {7}
    assert {one.variant for one in made} == {"specified in RFC 4122"}
