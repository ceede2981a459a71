"""Settings from environment variables; a wrong or missing variable stops the start."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from environs import Env, EnvNotSetError, EnvValidationError, validate
from marshmallow import Schema, ValidationError, fields

T = TypeVar("T")

MIN_SECRET_LENGTH = 32

_INT_ERRORS: dict[str, Any] = {"invalid": "must be a whole number, not {input!r}"}
_BOOL_ERRORS: dict[str, Any] = {"invalid": "must be true or false, not {input!r}"}

# Options of DATABASE_URL that are passed to psycopg2 unchanged.
DRIVER_OPTIONS = ("connect_timeout", "sslmode", "sslrootcert")
# TCP settings with which the kernel closes a connection if the network fails: after 5 s without an
# acknowledgement of sent data, or after three unanswered probes of an idle connection.
SILENT_NETWORK = {
    "tcp_user_timeout": 5000,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
}


class BadSetting(SystemExit):
    """The error for a wrong or missing setting; the error ends the process with one line."""

    def __init__(self, name: str, problem: str) -> None:
        self.name = name
        super().__init__(f"Insaf cannot start: {name} {problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailSettings:
    """The values of Django's EMAIL_* settings."""

    backend: str
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    use_tls: bool = False
    use_ssl: bool = False
    file_path: str | None = None


class _Environment(Env):
    """A reader of environment variables that removes white space around values."""

    def _get_value(self, env_key: str, default: Any) -> Any:
        value = super()._get_value(env_key, default)
        # Without this line an empty variable would not get its default value.
        return value.strip() or default if isinstance(value, str) else value


_environment = _Environment()


def env_str(name: str, default: str | None = None) -> str:
    """Return the text of an environment variable; an empty variable counts as missing."""
    return _read(_environment.str, name, default)


def env_bool(name: str, default: bool | None = None) -> bool:
    """Return the boolean of a variable: true (1, true, yes, on) or false (0, false, no, off)."""
    return _read(_environment.bool, name, default, error_messages=_BOOL_ERRORS)


def env_int(
    name: str,
    default: int | None = None,
    *,
    minimum: int | None = None,
    maximum: int | None = None,
) -> int:
    """Return the integer in a variable; the integer must be from ``minimum`` to ``maximum``."""
    return _read(
        _environment.int,
        name,
        default,
        validate=_bounds(minimum, maximum),
        error_messages=_INT_ERRORS,
    )


def env_choice(name: str, choices: Sequence[str], default: str | None = None) -> str:
    """Return the text in a variable; the text must be one of ``choices``."""
    error = f"must be one of {', '.join(choices)}, not {{input!r}}"
    return _read(_environment.str, name, default, validate=validate.OneOf(choices, error=error))


def env_secret(name: str, *, is_needed: bool = True) -> str:
    """Return the secret in the variable NAME, or in the file that the variable NAME_FILE names.

    A secret must have at least 32 characters.
    """
    value, file_name = env_str(name, ""), env_str(f"{name}_FILE", "")
    if value and file_name:
        raise BadSetting(name, f"and {name}_FILE are both set; keep one")
    if file_name:
        try:
            value = Path(file_name).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise BadSetting(
                f"{name}_FILE", f"cannot be read: {error.strerror} ({file_name})"
            ) from None
    if not value and is_needed:
        raise BadSetting(name, f"is missing (or {name}_FILE)")
    if value and len(value) < MIN_SECRET_LENGTH:
        raise BadSetting(name, f"is too short: {MIN_SECRET_LENGTH} characters at least")
    return value


def env_path(name: str, default: Path | None = None) -> Path:
    """Return the path in a variable; the path must be absolute."""
    path = _read(_environment.path, name, default).expanduser()
    if not path.is_absolute():
        raise BadSetting(name, f"must be an absolute path, not {str(path)!r}")
    return path


def _read(read: Callable[..., Any], name: str, default: T | None, **checks: Any) -> T:
    try:
        value: T = read(name, *[] if default is None else [default], **checks)
    except EnvNotSetError:
        raise BadSetting(name, "is missing") from None
    except EnvValidationError as error:
        raise BadSetting(name, str(next(iter(error.error_messages)))) from None
    return value


def _bounds(minimum: int | None, maximum: int | None = None) -> list[validate.Range]:
    return [
        validate.Range(min=minimum, error="must be at least {min}, not {input}"),
        validate.Range(max=maximum, error="must be at most {max}, not {input}"),
    ]


def _int_field(*, default: int, minimum: int) -> fields.Integer:
    return fields.Integer(
        load_default=default, validate=_bounds(minimum), error_messages=_INT_ERRORS
    )


class _DatabaseOptions(Schema):
    host = fields.String()
    port = fields.String()
    sslmode = fields.String()
    sslrootcert = fields.String()
    connect_timeout = _int_field(default=2, minimum=1)
    statement_timeout = _int_field(default=5000, minimum=0)
    max_age = _int_field(default=600, minimum=0)


class _SmtpOptions(Schema):
    tls = fields.Boolean(load_default=False, error_messages=_BOOL_ERRORS)
    ssl = fields.Boolean(load_default=False, error_messages=_BOOL_ERRORS)


def database_from_url(
    url: str, *, name: str = "DATABASE_URL", roles: bool = True, cluster: bool = False
) -> dict[str, Any]:
    """Return the DATABASES entry for postgresql://user:password@host:port/database.

    Options after ``?`` are host, port, sslmode, sslrootcert, connect_timeout (default 2 seconds),
    statement_timeout (default 5000 milliseconds; 0 means no limit) and max_age of a connection
    (default 600 seconds). ``roles`` says whether each schema has a database role
    (tenants.isolation.database_roles). ``cluster`` says whether the server is the coordinator of a
    cluster (docs/runbooks/cluster.md).
    """
    parts, port = _split(url, name=name, schemes=("postgresql", "postgres"))
    options = _options(parts, _DatabaseOptions(), name=name)
    database = unquote(parts.path.lstrip("/"))
    if not database:
        raise BadSetting(name, "names no database")
    return {
        "ENGINE": "tenants.isolation.backends",
        "NAME": database,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.get("host", parts.hostname or ""),
        "PORT": options.get("port", str(port or "")),
        "CONN_MAX_AGE": options["max_age"],
        "CONN_HEALTH_CHECKS": True,
        "ROLES": roles,
        "CLUSTER": cluster,
        # In a cluster, a server-side cursor could wait for a node that does not answer, because its
        # later queries are not checked.
        "DISABLE_SERVER_SIDE_CURSORS": cluster,
        "OPTIONS": {
            "options": f"-c statement_timeout={options['statement_timeout']}",
            **SILENT_NETWORK,
            **{key: options[key] for key in DRIVER_OPTIONS if key in options},
        },
    }


def email_from_url(url: str, *, name: str = "EMAIL_URL") -> EmailSettings:
    """Return the e-mail settings of a URL.

    A URL is smtp://user:password@host:port?tls=1 (or ssl=1), file:///directory or console:.
    """
    parts, port = _split(url, name=name, schemes=("smtp", "file", "console"))
    if parts.scheme == "console":
        return EmailSettings(backend="django.core.mail.backends.console.EmailBackend")
    if parts.scheme == "smtp":
        return _smtp(parts, port, name=name)
    if parts.netloc or not parts.path.startswith("/"):
        raise BadSetting(name, "must be an absolute directory, as in file:///var/outbox")
    return EmailSettings(
        backend="django.core.mail.backends.filebased.EmailBackend", file_path=unquote(parts.path)
    )


def cache_from_url(url: str, *, name: str = "CACHE_URL") -> dict[str, object]:
    """Return the CACHES entry of a URL: db://table, locmem:// or redis://host:port/number."""
    parts, _port = _split(url, name=name, schemes=("db", "locmem", "redis", "rediss"))
    if parts.scheme == "locmem":
        return {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": parts.netloc or "insaf",
        }
    if parts.scheme == "db":
        if not parts.netloc.isidentifier():
            raise BadSetting(name, "must name the table, as in db://cache_entries")
        return {
            "BACKEND": "tenants.isolation.backends.cache.DatabaseCache",
            "LOCATION": parts.netloc,
        }
    if find_spec("redis") is None:
        raise BadSetting(name, "asks for Redis, but the package redis is not installed")
    return {"BACKEND": "tenants.isolation.backends.cache.RedisCache", "LOCATION": url}


def scanner_from_url(url: str, *, name: str = "CLAMD_URL") -> str:
    """Require a valid address of the virus scanner, and return the address.

    An address is unix:///path/of/clamd.ctl, tcp://host:port, or blank for no scanner.
    """
    if not url:
        return ""
    parts, port = _split(url, name=name, schemes=("unix", "tcp"))
    if parts.scheme == "unix" and (parts.netloc or not parts.path.startswith("/")):
        raise BadSetting(name, "must be an absolute path, as in unix:///run/clamav/clamd.ctl")
    if parts.scheme == "tcp" and not (parts.hostname and port):
        raise BadSetting(name, "must name a host and a port, as in tcp://127.0.0.1:3310")
    return url


def _smtp(parts: SplitResult, port: int | None, *, name: str) -> EmailSettings:
    options = _options(parts, _SmtpOptions(), name=name)
    if not parts.hostname:
        raise BadSetting(name, "names no host")
    if options["tls"] and options["ssl"]:
        raise BadSetting(name, "asks for tls and ssl; keep one")
    return EmailSettings(
        backend="django.core.mail.backends.smtp.EmailBackend",
        host=parts.hostname,
        port=port or (465 if options["ssl"] else 587 if options["tls"] else 25),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_tls=options["tls"],
        use_ssl=options["ssl"],
    )


def _split(url: str, *, name: str, schemes: Sequence[str]) -> tuple[SplitResult, int | None]:
    parts = None
    with suppress(ValueError):
        parts = urlsplit(url)
    if parts is None or parts.scheme not in schemes:
        # The message must not contain the value, because a password in the value would be logged.
        raise BadSetting(name, f"must begin with {' or '.join(f'{one}:' for one in schemes)}")
    try:
        return parts, parts.port
    except ValueError:
        raise BadSetting(name, "has a port that is not between 0 and 65535") from None


def _options(parts: SplitResult, schema: Schema, *, name: str) -> dict[str, Any]:
    try:
        return dict(schema.load(dict(parse_qsl(parts.query, keep_blank_values=True))))
    except ValidationError as error:
        option, problems = next(iter(error.messages_dict.items()))
        raise BadSetting(name, f"has a bad option {option!r}: {problems[0]}") from None
