"""Data of agencies and of their bodies, for other packages."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.kernel.text import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyInfo:
    """The code and the names of an agency."""

    code: str
    name_ar: str
    name_fr: str
    name_en: str

    def name(self, language: str) -> str:
        """Return the agency's name in ``language`` (ar, fr or en)."""
        return {"ar": self.name_ar, "fr": self.name_fr}.get(language, self.name_en)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientAgency:
    """The agency that receives the requests about an organisation.

    ``is_orientation``: the agency is the orientation desk, which only names the competent body.
    """

    agency: AgencyInfo
    is_orientation: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyBodies:
    """The codes of the bodies for which an agency answers, and the names of all bodies."""

    own: tuple[str, ...]
    labels: Mapping[str, Wording]
