"""Words of the wizard that ends in a complaint."""

from enum import StrEnum


class Step(StrEnum):
    """The pages of the wizard, in order; one question a page."""

    KIND = "kind"
    ORGANISATION = "organisation"
    ADMISSIBILITY = "admissibility"
    STORY = "story"
    CIRCUMSTANCES = "circumstances"
    DETAILS = "details"
    WISH = "wish"
    FILES = "files"
    PRIVACY = "privacy"
    PERSON = "person"
    CHECK = "check"


# The parts that a citizen sees counted: the same number for everybody, whatever is asked on the
# way, and a page that turns out to be needed changes nothing of what was promised.
PARTS: tuple[tuple[Step, ...], ...] = (
    (Step.KIND,),
    (Step.ORGANISATION, Step.ADMISSIBILITY),
    (Step.STORY, Step.CIRCUMSTANCES, Step.DETAILS),
    (Step.WISH,),
    (Step.FILES,),
    (Step.PRIVACY, Step.PERSON),
    (Step.CHECK,),
)
