"""Who works in the agencies of a history."""

from shared.accounts.enums import Role
from shared.kernel.actors import SYSTEM
from shared.kernel.text import Wording
from shared.units.services import unit_create
from shared.units.types import UnitDraft
from tenants.isolation.schema_switch import agency_context
from tests.support.factories import staff


class Staff:
    """An officer and a head of each agency, and a unit of it."""

    def __init__(self, agencies):
        self.officers = {agency.code: staff(agency) for agency in agencies}
        self.heads = {agency.code: staff(agency, Role.SUPERVISOR) for agency in agencies}
        self.units = {agency.code: self._unit(agency) for agency in agencies}

    def _unit(self, agency):
        names = Wording(ar="وحدة", fr="Unité", en="Unit")
        with agency_context(agency):
            return unit_create(draft=UnitDraft(names=names), parent_id=None, actor=SYSTEM).pk
