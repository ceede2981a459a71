"""An agency as other packages may see it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyInfo:
    """The frozen data of an agency."""

    code: str
    name_ar: str
    name_fr: str
    name_en: str

    def name(self, language: str) -> str:
        """The name in ``language`` (ar, fr or en)."""
        return {"ar": self.name_ar, "fr": self.name_fr}.get(language, self.name_en)
