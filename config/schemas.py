"""Lists of the apps with tables in every schema, in the public schema or in agencies' schemas.

With an app in the wrong list, an agency could read a table of the public schema in place of a
missing table of its own.
"""

EVERY_SCHEMA_APPS = [
    "django.contrib.sessions",
    "shared.accounts",
    "shared.audit",
    "shared.mail",
    "allauth.account",
    "allauth.mfa",
]

PUBLIC_SCHEMA_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "tenants",
    "tenants.billing",
    "shared.directory",
    "shared.catalogue",
    "shared.jobs",
    "shared.limits",
    "shared.register",
    "django_tasks_db",
    "public_portal.intake",
    "shared.knowledge_base",
    "public_portal.workspace_requests",
]

AGENCY_SCHEMA_APPS = [
    "shared.units",
    "shared.routing",
    "shared.notifications",
    "shared.complaints",
    "agency_console.reply_templates",
    "agency_console.casework",
    "agency_console.inbox",
    "agency_console.bulk_actions",
]

TABLELESS_APPS = [
    "config",
    "django_tenants",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_tasks",
    "allauth",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "shared.ui",
    "public_portal.pages",
    "public_portal.tracking",
    "public_portal.statistics",
    "public_portal.knowledge_base",
    "public_portal.account",
    "public_portal.oversight",
    "public_portal.oversight.holidays",
    "public_portal.oversight.agencies",
    "agency_console.assisted_filing",
    "agency_console.labels",
    "agency_console.reports",
    "agency_console.units",
    "agency_console.routing",
    "agency_console.dashboard",
    "agency_console.transfers",
    "agency_console.staff",
    "agency_console.setup",
    "agency_console.plan",
    "agency_console.agency_export",
]
