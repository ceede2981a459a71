"""Settings from the environment; a missing or bad one stops start-up with one line naming it."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})
MIN_SECRET_LENGTH = 32

DATABASE_OPTIONS = frozenset(
    {
        "host",
        "port",
        "sslmode",
        "sslrootcert",
        "connect_timeout",
        "statement_timeout",
        "max_age",
    }
)

# When a network swallows everything, the kernel gives a connection up after these: what is sent
# must be acknowledged within 5 s, an idle one is asked after 10 s, three times.
SILENT_NETWORK = {
    "tcp_user_timeout": 5000,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
}


class BadSetting(SystemExit):
    """A setting is missing or wrong; as SystemExit, its one line is all that the operator sees."""

    def __init__(self, name: str, problem: str) -> None:
        self.name = name
        super().__init__(f"Insaf cannot start: {name} {problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailSettings:
    """How letters leave; the fields are the values of Django's EMAIL_* settings."""

    backend: str
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    use_tls: bool = False
    use_ssl: bool = False
    file_path: str | None = None


def env_str(name: str, default: str | None = None) -> str:
    """The value of a variable; an empty one counts as missing."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise BadSetting(name, "is missing")
    return default


def env_bool(name: str, default: bool | None = None) -> bool:
    """True for 1, true, yes, on; False for 0, false, no, off."""
    word = env_str(name, None if default is None else str(default)).lower()
    return _bool(word, name=name)


def env_int(
    name: str,
    default: int | None = None,
    *,
    minimum: int | None = None,
    maximum: int | None = None,
) -> int:
    """A whole number between minimum and maximum, both included."""
    text = env_str(name, None if default is None else str(default))
    return _int(text, name=name, minimum=minimum, maximum=maximum)


def env_choice(name: str, choices: Sequence[str], default: str | None = None) -> str:
    """One word of a closed list."""
    value = env_str(name, default)
    if value not in choices:
        raise BadSetting(name, f"must be one of {', '.join(choices)}, not {value!r}")
    return value


def env_list(name: str, default: Sequence[str] | None = None) -> list[str]:
    """The parts of a comma-separated value, without empty ones."""
    text = env_str(name, None if default is None else ",".join(default))
    return [part.strip() for part in text.split(",") if part.strip()]


def env_secret(name: str, *, is_needed: bool = True) -> str:
    """A secret of at least 32 characters, from NAME or from the file that NAME_FILE names."""
    value = os.environ.get(name, "").strip()
    file_name = os.environ.get(f"{name}_FILE", "").strip()
    if value and file_name:
        raise BadSetting(name, f"and {name}_FILE are both set; keep one")
    if file_name:
        value = _secret_in(file_name, name=f"{name}_FILE")
    if not value:
        if not is_needed:
            return ""
        raise BadSetting(name, f"is missing (or {name}_FILE)")
    if len(value) < MIN_SECRET_LENGTH:
        raise BadSetting(name, f"is too short: {MIN_SECRET_LENGTH} characters at least")
    return value


def env_path(name: str, default: Path | None = None) -> Path:
    """An absolute path; a relative one would depend on where the process was started."""
    path = Path(env_str(name, None if default is None else str(default))).expanduser()
    if not path.is_absolute():
        raise BadSetting(name, f"must be an absolute path, not {str(path)!r}")
    return path


def database_from_url(
    url: str, *, name: str = "DATABASE_URL", roles: bool = True
) -> dict[str, object]:
    """The entry of DATABASES for postgresql://user:password@host:port/database?host=&sslmode=.

    Further options: sslrootcert, connect_timeout (seconds, 2), statement_timeout (milliseconds,
    5000, 0 lifts it), max_age (seconds a connection is kept, 600). ``roles``: whether each schema
    is entered under a role of its own (tenants.isolation.roles).
    """
    parts = _split(url, name=name, schemes=("postgresql", "postgres"))
    options = _options(parts, name=name, known=DATABASE_OPTIONS)
    database = unquote(parts.path.lstrip("/"))
    if not database:
        raise BadSetting(name, "names no database")
    connect = _int(options.get("connect_timeout", "2"), name=name, minimum=1)
    statement = _int(options.get("statement_timeout", "5000"), name=name, minimum=0)
    ssl = {key: options[key] for key in ("sslmode", "sslrootcert") if key in options}
    return {
        "ENGINE": "tenants.isolation.backends",
        "NAME": database,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.get("host", parts.hostname or ""),
        "PORT": options.get("port", str(_port(parts, name=name) or "")),
        "CONN_MAX_AGE": _int(options.get("max_age", "600"), name=name, minimum=0),
        "CONN_HEALTH_CHECKS": True,
        "ROLES": roles,
        "OPTIONS": {
            "connect_timeout": connect,
            "options": f"-c statement_timeout={statement}",
            **SILENT_NETWORK,
            **ssl,
        },
    }


def email_from_url(url: str, *, name: str = "EMAIL_URL") -> EmailSettings:
    """Reads smtp://user:password@host:port?tls=1 (or ssl=1), file:///directory, or console:."""
    parts = _split(url, name=name, schemes=("smtp", "file", "console"))
    if parts.scheme == "console":
        return EmailSettings(backend="django.core.mail.backends.console.EmailBackend")
    if parts.scheme == "file":
        return EmailSettings(
            backend="django.core.mail.backends.filebased.EmailBackend",
            file_path=_directory(parts, name=name),
        )
    return _smtp(parts, name=name)


def cache_from_url(url: str, *, name: str = "CACHE_URL") -> dict[str, object]:
    """The entry of CACHES for db://table, locmem:// (one process) or redis://host:port/number."""
    parts = _split(url, name=name, schemes=("db", "locmem", "redis", "rediss"))
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
    """Checks unix:///path/of/clamd.ctl or tcp://host:port; blank is no scanner."""
    if not url:
        return ""
    parts = _split(url, name=name, schemes=("unix", "tcp"))
    if parts.scheme == "unix" and (parts.netloc or not parts.path.startswith("/")):
        raise BadSetting(name, "must be an absolute path, as in unix:///run/clamav/clamd.ctl")
    if parts.scheme == "tcp" and not (parts.hostname and _port(parts, name=name)):
        raise BadSetting(name, "must name a host and a port, as in tcp://127.0.0.1:3310")
    return url


def _smtp(parts: SplitResult, *, name: str) -> EmailSettings:
    options = _options(parts, name=name, known=frozenset({"tls", "ssl"}))
    use_tls = _bool(options.get("tls", "0"), name=name)
    use_ssl = _bool(options.get("ssl", "0"), name=name)
    if not parts.hostname:
        raise BadSetting(name, "names no host")
    if use_tls and use_ssl:
        raise BadSetting(name, "asks for tls and ssl; keep one")
    usual_port = 465 if use_ssl else 587 if use_tls else 25
    return EmailSettings(
        backend="django.core.mail.backends.smtp.EmailBackend",
        host=parts.hostname,
        port=_port(parts, name=name) or usual_port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_tls=use_tls,
        use_ssl=use_ssl,
    )


def _directory(parts: SplitResult, *, name: str) -> str:
    path = unquote(parts.path)
    if parts.netloc or not path.startswith("/"):
        raise BadSetting(name, "must be an absolute directory, as in file:///var/outbox")
    return path


def _split(url: str, *, name: str, schemes: Sequence[str]) -> SplitResult:
    try:
        parts = urlsplit(url)
    except ValueError:
        _not_a_url(name, schemes)
    if parts.scheme not in schemes:
        _not_a_url(name, schemes)
    return parts


def _not_a_url(name: str, schemes: Sequence[str]) -> NoReturn:
    # The value itself stays out of the message: it may carry a password into a log.
    raise BadSetting(name, f"must begin with {' or '.join(f'{scheme}:' for scheme in schemes)}")


def _options(parts: SplitResult, *, name: str, known: frozenset[str]) -> Mapping[str, str]:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    for option in options:
        if option not in known:
            raise BadSetting(name, f"has an unknown option {option!r}")
    return options


def _port(parts: SplitResult, *, name: str) -> int | None:
    try:
        return parts.port
    except ValueError:
        raise BadSetting(name, "has a port that is not between 0 and 65535") from None


def _int(text: str, *, name: str, minimum: int | None = None, maximum: int | None = None) -> int:
    try:
        number = int(text)
    except ValueError:
        raise BadSetting(name, f"must be a whole number, not {text!r}") from None
    if minimum is not None and number < minimum:
        raise BadSetting(name, f"must be at least {minimum}, not {number}")
    if maximum is not None and number > maximum:
        raise BadSetting(name, f"must be at most {maximum}, not {number}")
    return number


def _bool(text: str, *, name: str) -> bool:
    word = text.lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise BadSetting(name, f"must be true or false, not {text!r}")


def _secret_in(file_name: str, *, name: str) -> str:
    try:
        return Path(file_name).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadSetting(name, f"cannot be read: {error.strerror} ({file_name})") from None
