"""How all agencies do: what they use, whether they are kept apart, what the machine says of it."""

from tenants.health.files import files_named
from tenants.health.fleet import agency_health, fleet, fleet_whole
from tenants.health.leaks import leak_test
from tenants.health.letters import agency_letters_failed, letters_requeue, letters_resend
from tenants.health.pulse import fleet_pulse, letters_pulse
from tenants.health.stored_files import stored_files_check
from tenants.health.usage import usage_measure

__all__ = [
    "agency_health",
    "agency_letters_failed",
    "files_named",
    "fleet",
    "fleet_pulse",
    "fleet_whole",
    "leak_test",
    "letters_pulse",
    "letters_requeue",
    "letters_resend",
    "stored_files_check",
    "usage_measure",
]
