"""Scheduled tasks for all agencies."""

from datetime import timedelta

from shared.jobs.services.schema_tasks import schema_task
from shared.jobs.services.task_queue import tasks_unfinished
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.mail.services import mail_forget
from shared.register.services import register_project
from tenants.agencies.selectors import NATIONAL_SCHEMA, agency_by_code, agency_list
from tenants.case_access import gateway
from tenants.case_access.services.mail_recipients import NATIONAL
from tenants.fleet.services.file_places import file_releases_overdue, files_bind
from tenants.fleet.services.health.officer_drafts import officer_drafts_maintain
from tenants.fleet.services.health.undelivered_mail import letters_requeue
from tenants.fleet.services.health.usage import usage_measure
from tenants.isolation.cluster import unreachable_schemas
from tenants.isolation.leak_test import leak_test
from tenants.isolation.retry import retried
from tenants.isolation.zone_differences import zone_differences_log


@schema_task()
def collect_register() -> int:
    """Project up to 1,000 outbox events into the register; return the count of events."""
    return retried(lambda: register_project(limit=1000))


@schema_task()
def keep_all_cases() -> int:
    """Queue the hourly maintenance of every agency, and return the count of agencies.

    An agency is skipped if its last maintenance is not finished or its node does not answer.
    """
    unreachable = unreachable_schemas()
    behind = set(
        tasks_unfinished(task=keep_cases, schema_name=NATIONAL_SCHEMA).values_list(
            "args_kwargs__kwargs__agency_code", flat=True
        )
    )
    codes = [
        agency.code
        for agency in agency_list()
        if agency.code not in behind and agency.schema_name not in unreachable
    ]
    for code in codes:
        keep_cases.enqueue(agency_code=code)
    return len(codes)


@schema_task(attempts=3)
def keep_cases(agency_code: str) -> int:
    """Run an agency's hourly maintenance of cases, e-mails, drafts and usage.

    Returns the count that ``cases_maintain`` returns.
    """
    agency = agency_by_code(agency_code)
    kept = retried(lambda: gateway.cases_maintain(agency=agency, actor=SYSTEM))
    retried(lambda: letters_requeue(schema_name=agency.schema_name))
    retried(lambda: officer_drafts_maintain(agency=agency))
    retried(lambda: usage_measure(agency=agency))
    return kept


@schema_task()
def keep_files() -> int:
    """Delete old copies of moved files, and move files of an earlier release to their agency.

    Returns the count of deleted or moved files.
    """
    return retried(file_releases_overdue) + retried(files_bind)


@schema_task()
def compare_zones() -> int:
    """Log where time zone data differs from the tzdata package; return the differences' count."""
    return retried(zone_differences_log)


@schema_task()
def try_leaks() -> int:
    """Run the leak test, and return the count of leaks."""
    done = leak_test()
    return len(done.leaked) if done else 0


# The time for which sent e-mails of the public schema are kept, without their addresses.
NATIONAL_LIFE = timedelta(days=30)


@schema_task()
def keep_letters() -> int:
    """Queue e-mails of the public schema that have no task; return the count of queued e-mails.

    Old e-mails of the public schema are deleted (``NATIONAL_LIFE``).
    """
    mail_forget(letters=NATIONAL, before=clock.now() - NATIONAL_LIFE)
    return retried(lambda: letters_requeue(schema_name=NATIONAL_SCHEMA))
