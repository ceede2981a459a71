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
    """Move what agencies announced into the register; returns the number of events."""
    return retried(lambda: register_project(limit=1000))


@schema_task()
def keep_all_cases() -> int:
    """Queue the hourly upkeep of every agency; returns the number of agencies.

    Not those whose upkeep of the hour before still waits or runs, nor those whose server does not
    answer.
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
    """Close what can no longer be re-opened, end what waited past its date, and measure.

    Letters and drafts that lost their task get another one.
    """
    agency = agency_by_code(agency_code)
    kept = retried(lambda: gateway.cases_maintain(agency=agency, actor=SYSTEM))
    retried(lambda: letters_requeue(schema_name=agency.schema_name))
    retried(lambda: officer_drafts_maintain(agency=agency))
    retried(lambda: usage_measure(agency=agency))
    return kept


@schema_task()
def keep_files() -> int:
    """Delete places that files have left, and give those of an earlier release places of their own.

    Returns how many were deleted or moved.
    """
    return retried(file_releases_overdue) + retried(files_bind)


@schema_task()
def compare_zones() -> int:
    """Log where a server has other time zone data than the package; returns how many differ."""
    return retried(zone_differences_log)


@schema_task()
def try_leaks() -> int:
    """Return every six hours, try whether agencies are kept apart; returns how many leaks were
    found.
    """
    done = leak_test()
    return len(done.leaked) if done else 0


# Links and notices of the national side: their rows have held no address since they left.
NATIONAL_LIFE = timedelta(days=30)


@schema_task()
def keep_letters() -> int:
    """Once an hour, give letters of the national side that lost their task another one.

    Those that left a month ago are forgotten. Returns how many got a task.
    """
    mail_forget(letters=NATIONAL, before=clock.now() - NATIONAL_LIFE)
    return retried(lambda: letters_requeue(schema_name=NATIONAL_SCHEMA))
