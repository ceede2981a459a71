"""Bodies whose name a reader takes for another one's."""

from shared.directory.models import Organisation
from shared.directory.selectors.organisation_search import organisation_search
from shared.directory.selectors.organisations import organisation_get
from shared.directory.types import OrganisationHit, OrganisationInfo
from shared.kernel.text import Wording, search_phrase

MAX_ALIKE = 5
# Below it half of all ministries are alike: the word "ministry" counts too.
ALIKE = 0.5


def organisation_named(*, names: Wording) -> OrganisationInfo | None:
    """The body in use that has one of these names, blanks, accents and articles aside.

    Any of the three suffices: citizens read one of them. Blank ones are no names.
    """
    wanted = {search_phrase(text) for text in (names.ar, names.fr, names.en)} - {""}
    for code, *texts in (
        Organisation.objects.filter(is_active=True)
        .order_by("pk")
        .values_list("code", "name_ar", "name_fr", "name_en")
    ):
        if wanted & {search_phrase(text) for text in texts}:
            return organisation_get(code=code)
    return None


def organisations_alike(*, names: Wording, language: str) -> list[OrganisationHit]:
    """Bodies with a name that is near one of these, the nearest first, at most five."""
    found: dict[str, OrganisationHit] = {}
    for text in (names.ar, names.fr):
        for hit in organisation_search(text=text, language=language, limit=MAX_ALIKE):
            known = found.get(hit.code)
            if hit.score >= ALIKE and (known is None or known.score < hit.score):
                found[hit.code] = hit
    return sorted(found.values(), key=lambda hit: -hit.score)[:MAX_ALIKE]
