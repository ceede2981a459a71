"""The dossier of a request in its two forms: for people and for programs."""

from public_portal.tracking.presenters.dossier_data import dossier_data
from public_portal.tracking.presenters.dossier_pdf import dossier_document

__all__ = ["dossier_data", "dossier_document"]
