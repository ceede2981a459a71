"""Words of the journey that ends in a complaint."""

from enum import StrEnum


class Step(StrEnum):
    """The pages of the journey, in order; one question a page."""

    KIND = "kind"
    ORGANISATION = "organisation"
    ADMISSIBILITY = "admissibility"
    STORY = "story"
    DETAILS = "details"
    WISH = "wish"
    FILES = "files"
    PRIVACY = "privacy"
    PERSON = "person"
    CHECK = "check"
