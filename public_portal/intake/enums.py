"""Steps of the wizard that files a request."""

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


# The parts that are counted for the citizen: as many for everybody, whatever is asked on the way; a
# page that turns out to be needed does not change the number that was shown.
PARTS: tuple[tuple[Step, ...], ...] = (
    (Step.KIND,),
    (Step.ORGANISATION, Step.ADMISSIBILITY),
    (Step.STORY, Step.CIRCUMSTANCES, Step.DETAILS),
    (Step.WISH,),
    (Step.FILES,),
    (Step.PRIVACY, Step.PERSON),
    (Step.CHECK,),
)
