"""Steps of the wizard that files a request."""

from enum import StrEnum


class Step(StrEnum):
    """The pages of the wizard, in the order in which they are shown."""

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


# The citizen sees "part 3 of 7". Pages are grouped, so that a page that only some citizens need
# does not change this count.
PARTS: tuple[tuple[Step, ...], ...] = (
    (Step.KIND,),
    (Step.ORGANISATION, Step.ADMISSIBILITY),
    (Step.STORY, Step.CIRCUMSTANCES, Step.DETAILS),
    (Step.WISH,),
    (Step.FILES,),
    (Step.PRIVACY, Step.PERSON),
    (Step.CHECK,),
)
