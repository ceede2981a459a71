"""A measurement from a workspace's approval to the first sign-in page of its administrator.

It covers the whole wait: the job is requested, the running job runner finds and does the job, and
the new host answers. Each workspace has a body and an administrator with an e-mail address, as if
an institution had applied for a workspace.
"""

import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from bench.installation import static_ensure

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_SECONDS = 300.0
BETWEEN_LOOKS = 0.01
PREFIX = "way-"


def approvals_measured(runs: int) -> tuple[float, list[float]]:
    """Return the seconds of the job runner's first approval, and of each later approval."""
    static_ensure()
    # The host is requested many times before it exists, and each 404 would be logged.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    _forget()
    with _operator():
        first, *others = [_seconds(f"{PREFIX}{number}") for number in range(runs + 1)]
    _forget()
    return first, others


@contextmanager
def _operator() -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "manage.py", "run_operator"], cwd=ROOT)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _seconds(code: str) -> float:
    from django.test import Client  # noqa: PLC0415

    from tenants.fleet.services.provisioning import host_of  # noqa: PLC0415
    from tenants.isolation.schema_switch import start_in  # noqa: PLC0415

    browser = Client(headers={"host": host_of(code)})
    began = time.perf_counter()
    _ask(code)
    while time.perf_counter() - began < PATIENCE_SECONDS:
        answered = browser.get("/accounts/password/reset/").status_code == 200
        took = time.perf_counter() - began
        # The test client leaves this thread in the schema of its last request.
        start_in(None)
        if answered:
            return took
        time.sleep(BETWEEN_LOOKS)
    raise TimeoutError(f"{code} did not answer")


def _ask(code: str) -> None:
    from shared.directory.models import Organisation  # noqa: PLC0415
    from shared.jobs.services.job_runner import job_request  # noqa: PLC0415
    from shared.kernel.actors import SYSTEM  # noqa: PLC0415
    from tenants.agencies.types import AgencyInfo  # noqa: PLC0415
    from tenants.fleet.types import Administrator, WorkspaceOrder  # noqa: PLC0415
    from tenants.models.enums import ProvisioningStep  # noqa: PLC0415

    names = {"name_ar": code, "name_fr": code, "name_en": code}
    Organisation.objects.create(code=code, kind="institution", **names)
    order = WorkspaceOrder(
        info=AgencyInfo(code=code, **names),
        organisation=code,
        admin=Administrator(email=f"first@{code}.example", name="First"),
    )
    job_request(
        kind="provision",
        subject=code,
        steps=ProvisioningStep.values,
        arguments=asdict(order),
        actor=SYSTEM,
    )


def _forget() -> None:
    from django_tasks_db.models import DBTaskResult  # noqa: PLC0415

    from shared.directory.models import Organisation  # noqa: PLC0415
    from shared.jobs.models import Job  # noqa: PLC0415

    Organisation.objects.filter(code__startswith=PREFIX).delete()
    Job.objects.filter(subject__startswith=PREFIX).delete()
    DBTaskResult.objects.filter(args_kwargs__kwargs___schema__startswith="a_way_").delete()
