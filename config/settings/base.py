"""The settings of every installation, with values from environment variables (config/env.py)."""

import time
from pathlib import Path

from csp.constants import NONE, SELF
from django.contrib.messages import constants as messages
from django.utils.translation import gettext_lazy as _
from structlog.processors import JSONRenderer, TimeStamper
from structlog.stdlib import ProcessorFormatter, add_log_level, add_logger_name
from whitenoise.compress import Compressor

from config.env import (
    cache_from_url,
    database_from_url,
    email_from_url,
    env_bool,
    env_choice,
    env_int,
    env_path,
    env_secret,
    env_str,
    scanner_from_url,
)
from config.logs import add_schema, format_error, hide_keys
from config.schemas import (
    AGENCY_SCHEMA_APPS,
    EVERY_SCHEMA_APPS,
    PUBLIC_SCHEMA_APPS,
    TABLELESS_APPS,
)
from config.settings.accounts import *  # noqa: F403
from shared.kernel import zone_data

BASE_DIR = Path(__file__).resolve().parents[2]

SECRET_KEY = env_secret("SECRET_KEY")
LOOKUP_KEY = env_secret("LOOKUP_KEY")
# The key that encrypts confidential parties, and the former key, which can still decrypt parties.
VAULT_KEY = env_secret("VAULT_KEY")
VAULT_KEY_PREVIOUS = env_secret("VAULT_KEY_PREVIOUS", is_needed=False)
DEBUG = False
DEMO = env_bool("DEMO", default=False)

# Django accepts every host name here, because tenants.fleet.middleware checks the host name.
ALLOWED_HOSTS = ["*"]
USE_X_FORWARDED_HOST = False
TRUSTED_PROXIES = env_int("TRUSTED_PROXIES", default=0, minimum=0, maximum=5)
FAILED_LOOKUPS_PER_SECOND = env_int("FAILED_LOOKUPS_PER_SECOND", default=10, minimum=1)
BASE_DOMAIN = env_str("BASE_DOMAIN", default="localhost")
SITE_SCHEME = env_choice("SITE_SCHEME", ["http", "https"], default="http")
SITE_PORT = env_int("SITE_PORT", default=8000, minimum=1, maximum=65535)

# The time in seconds for which a process caches host names and the agencies that answer for bodies.
ADDRESS_BOOK_SECONDS = 5
# The time in seconds for which pages use cached holidays and terms.
CALENDAR_SECONDS = 60
# The time in seconds for which the figures on public pages are cached.
FIGURES_SECONDS = 60

# --- schemas -----------------------------------------------------------------------------------
# The app ``tenants`` is before django_tenants, so that its command ``migrate`` is used.
SHARED_APPS = [*PUBLIC_SCHEMA_APPS, *TABLELESS_APPS, *EVERY_SCHEMA_APPS]
TENANT_APPS = [*EVERY_SCHEMA_APPS, *AGENCY_SCHEMA_APPS]
INSTALLED_APPS = [*SHARED_APPS, *AGENCY_SCHEMA_APPS]
TENANT_MODEL = "tenants.Agency"
TENANT_DOMAIN_MODEL = "tenants.Domain"
TENANT_LIMIT_SET_CALLS = True
DATABASE_ROUTERS = [
    "django_tenants.routers.TenantSyncRouter",
    # The router refuses a row in one agency's schema that was read in another agency's schema.
    "tenants.isolation.backends.schema_router.SchemaRouter",
]
DATABASES = {
    "default": database_from_url(
        env_str("DATABASE_URL"),
        roles=env_bool("DATABASE_ROLES", default=True),
        cluster=env_bool("DATABASE_CLUSTER", default=False),
    )
}
# The maximum count of threads of a process that may wait for one slow node of a cluster.
DATABASES["default"]["NODE_CALLS"] = env_int("WEB_THREADS", default=4, minimum=1, maximum=64) // 2
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        **cache_from_url(env_str("CACHE_URL", default="db://cache")),
        # The cache key contains the schema, or an agency could get another agency's cached page.
        "KEY_FUNCTION": "tenants.isolation.schema_switch.cache_key",
        # Version 2 has values in JSON. During an update, processes of an older release still use
        # pickled values of version 1.
        "VERSION": 2,
    }
}

# --- requests ----------------------------------------------------------------------------------
ROOT_URLCONF = "config.urls_agency"
PUBLIC_SCHEMA_URLCONF = "config.urls_public"
OVERSIGHT_URLCONF = "config.urls_oversight"
WSGI_APPLICATION = "config.wsgi.application"
MIDDLEWARE = [
    "shared.ui.page_costs.PageCostMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "shared.ui.middleware.PolicyMiddleware",
    "shared.ui.middleware.PageGzipMiddleware",
    "shared.ui.middleware.ConditionalMiddleware",
    "shared.ui.middleware.CacheControlMiddleware",
    "shared.ui.middleware.DrainRequestBodyMiddleware",
    "shared.ui.middleware.PartMiddleware",
    "tenants.isolation.middleware.ReconnectMiddleware",
    "tenants.fleet.middleware.HostMiddleware",
    "shared.ui.middleware.CharsetMiddleware",
    "shared.ui.middleware.NulMiddleware",
    "shared.ui.middleware.PageCacheMiddleware",
    "tenants.isolation.middleware.ClockMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "shared.ui.django_middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "shared.accounts.middleware.SiteUserMiddleware",
    "tenants.case_access.middleware.CitizenSessionMiddleware",
    "shared.ui.django_middleware.LazyMessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shared.forms.middleware.SavedInputMiddleware",
    "shared.ui.middleware.DomainErrorMiddleware",
    "tenants.isolation.middleware.PrivatePagesMiddleware",
    "shared.accounts.middleware.StaffLanguageMiddleware",
    "shared.accounts.middleware.SecondStepMiddleware",
    "shared.accounts.middleware.NewKeyMiddleware",
]
# The CSS class names for messages of each level.
MESSAGE_TAGS = {
    messages.DEBUG: "info",
    messages.INFO: "info",
    messages.SUCCESS: "ok",
    messages.WARNING: "warn",
    messages.ERROR: "bad",
}
TEMPLATE_LOADERS = [
    (
        "shared.ui.loaders.FoldedLoader",
        [
            "shared.ui.loaders.ProjectLoader",
            "django.template.loaders.app_directories.Loader",
        ],
    )
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": TEMPLATE_LOADERS,
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shared.ui.context.site",
            ],
        },
    }
]
FORM_RENDERER = "shared.ui.form_renderer.InsafRenderer"
CSRF_FAILURE_VIEW = "shared.forms.views.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_048_576

# --- sessions and cookies ----------------------------------------------------------------------
# Sessions are stored in the schema of the host, because a signed cookie without a stored session
# would be valid at every agency.
SESSION_ENGINE = "shared.accounts.adapters.session_store"
SESSION_COOKIE_DOMAIN = None
SESSION_COOKIE_AGE = 12 * 3600
# The time in seconds without a request after which staff must sign in again; NIST SP 800-63B allows
# an hour.
STAFF_IDLE_SECONDS = 60 * env_int("STAFF_IDLE_MINUTES", default=60, minimum=5, maximum=720)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_DOMAIN = None
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_NAME = "language"
# The cookie that tells caches which menu to show; it proves nothing and gives no access.
SIGNED_IN_COOKIE_NAME = "signed-in"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- security headers --------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
# The address for security reports in /.well-known/security.txt: mailto:... or https://...
SECURITY_CONTACT = env_str("SECURITY_CONTACT", default="")
# The e-mail address that staff of a closed console can write to.
OVERSIGHT_EMAIL = env_str("OVERSIGHT_EMAIL", default="oversight@insaf.example" if DEMO else "")
# The address that citizens write to about the portal and their data (law 09-08). The demonstration
# uses an address that belongs to nobody.
CONTACT_EMAIL = env_str("CONTACT_EMAIL", default="contact@insaf.example" if DEMO else "")
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "object-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
        "worker-src": [SELF],
    }
}

# --- language and time -------------------------------------------------------------------------
LANGUAGE_CODE = "ar"
LANGUAGES = [("ar", _("Arabic")), ("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = zone_data.NATIONAL_ZONE.key
if zone_data.is_zone_missing():
    # Without ``time.tzset`` Django skips its check of the server's time zone data. The check would
    # stop the start, although this project does not use the data.
    del time.tzset

# --- files -------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env_path("STATIC_ROOT", default=BASE_DIR / "var" / "static")
STATICFILES_DIRS = [BASE_DIR / "var" / "static-build"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Only files with a hash in the name are kept, and source maps are not compressed. This saves 16 of
# the 20 seconds that collectstatic takes.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]
MEDIA_ROOT = env_path("MEDIA_ROOT", default=BASE_DIR / "var" / "media")
# The folder in which agency exports stay for seven days. It must not be in MEDIA_ROOT, because a
# proxy may serve MEDIA_ROOT.
BUNDLE_ROOT = env_path("BUNDLE_ROOT", default=MEDIA_ROOT.parent / "bundles")

# The address of the virus scanner. Without an address, files are marked as not scanned.
CLAMD_URL = scanner_from_url(env_str("CLAMD_URL", default=""))

# --- e-mails -----------------------------------------------------------------------------------
_email = email_from_url(env_str("EMAIL_URL", default="console:"))
EMAIL_BACKEND = _email.backend
EMAIL_HOST = _email.host
EMAIL_PORT = _email.port
EMAIL_HOST_USER = _email.user
EMAIL_HOST_PASSWORD = _email.password
EMAIL_USE_TLS = _email.use_tls
EMAIL_USE_SSL = _email.use_ssl
EMAIL_FILE_PATH = _email.file_path
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env_str("MAIL_FROM", default="Insaf <ne-pas-repondre@insaf.example>")

# --- work in the background --------------------------------------------------------------------
TASKS = {
    "default": {
        "BACKEND": "shared.jobs.adapters.SchemaTaskBackend",
        # Every worker has one thread for each queue (shared.jobs.enums.Queue).
        "QUEUES": ["default", "mail", "external"],
    }
}

# --- payment -----------------------------------------------------------------------------------
# Without a key no payment is possible. In the demonstration and the tests, STRIPE_API_URL is the
# address of the fake Stripe.
STRIPE_SECRET_KEY = env_secret("STRIPE_SECRET_KEY", is_needed=False)
STRIPE_WEBHOOK_SECRET = env_secret("STRIPE_WEBHOOK_SECRET", is_needed=False)
STRIPE_API_URL = env_str("STRIPE_API_URL", default="")

# --- REST --------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["shared.ui.api.StrictJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "shared.ui.api.SingleFormatNegotiation",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "shared.ui.api.exception_handler",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Insaf",
    "DESCRIPTION": "File, track and discuss complaints; read the figures.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # With a validator the page would send the address of the API description to an external site.
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
    # Six fields are called "kind" and have different choices, so each list of choices gets a name.
    "ENUM_NAME_OVERRIDES": {
        "RequestKindEnum": "shared.register.enums.RequestKind",
        "PartyKindEnum": "shared.complaints.enums.PartyKind",
        "EventKindEnum": "shared.complaints.enums.EventKind",
        "MessageKindEnum": "shared.complaints.enums.MessageKind",
        "OrganisationKindEnum": "shared.directory.enums.OrganisationKind",
        "QuestionKindEnum": "shared.catalogue.enums.QuestionKind",
    },
}

# --- logs --------------------------------------------------------------------------------------
LOG_LEVEL = env_choice("LOG_LEVEL", ["DEBUG", "INFO", "WARNING", "ERROR"], default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": ProcessorFormatter,
            "foreign_pre_chain": [
                add_log_level,
                add_logger_name,
                TimeStamper(fmt="iso", utc=True),
            ],
            "processors": [
                add_schema,
                hide_keys,
                ProcessorFormatter.remove_processors_meta,
                format_error,
                JSONRenderer(ensure_ascii=False),
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    # At the level INFO the Stripe library would log addresses with customer ids.
    "loggers": {name: {"level": "WARNING"} for name in ("stripe", "pikepdf")},
}
