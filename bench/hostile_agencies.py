"""The three agencies in the attack of ``bench.hostile``."""

from typing import TYPE_CHECKING, Any

from bench.measuring import require

if TYPE_CHECKING:
    from tests.tenants.isolation.canaries import Canary


def planted() -> "tuple[dict[str, Canary], list[Any]]":
    """Make three agencies with a canary each; return the canaries and the list of sent e-mails."""
    from django.core import mail  # noqa: PLC0415
    from django.test import override_settings  # noqa: PLC0415

    from shared.kernel.actors import SYSTEM  # noqa: PLC0415
    from tenants.agencies.types import AgencyInfo  # noqa: PLC0415
    from tests.support.provisioning import agencies_create  # noqa: PLC0415
    from tests.tenants.isolation.canaries import plant, plant_national  # noqa: PLC0415

    override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend").enable()
    mail.outbox = []
    codes = ("hostile", "receiver", "bystander")
    infos = [AgencyInfo(code=one, name_ar=one, name_fr=one, name_en=one) for one in codes]
    require(not agencies_create(infos=infos, actor=SYSTEM), "an agency could not be made")
    plant_national()
    from tenants.models import Agency  # noqa: PLC0415

    return {one: plant(Agency.objects.get(code=one)) for one in codes}, mail.outbox
