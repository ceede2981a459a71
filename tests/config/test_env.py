"""Settings are read strictly: right values get through, wrong ones name their variable and stop."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from config.env import (
    SILENT_NETWORK,
    BadSetting,
    EmailSettings,
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

ROOT = Path(__file__).resolve().parents[2]
LONG_SECRET = "k" * 32


def test_a_bad_setting_ends_the_process_with_one_line_that_names_it() -> None:
    with pytest.raises(SystemExit) as stopped:
        env_str("INSAF_TEST")

    assert stopped.value.code == "Insaf cannot start: INSAF_TEST is missing"


def test_an_empty_value_counts_as_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSAF_TEST", "  ")

    assert env_str("INSAF_TEST", "default") == "default"


@pytest.mark.parametrize(
    ("word", "meaning"),
    [("1", True), ("Yes", True), ("on", True), ("0", False), ("FALSE", False), ("off", False)],
)
def test_a_bool_understands_the_usual_words(
    monkeypatch: pytest.MonkeyPatch, word: str, meaning: bool
) -> None:
    monkeypatch.setenv("INSAF_TEST", word)

    assert env_bool("INSAF_TEST") is meaning


def test_white_space_around_a_value_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSAF_TEST", " on ")

    assert (env_str("INSAF_TEST"), env_bool("INSAF_TEST")) == ("on", True)


def test_an_int_accepts_both_its_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOWEST", "1")
    monkeypatch.setenv("HIGHEST", "9")

    bounds = [env_int(name, minimum=1, maximum=9) for name in ("LOWEST", "HIGHEST")]

    assert bounds == [1, 9]


def test_defaults_are_answered_as_they_are() -> None:
    answers = (
        env_bool("INSAF_TEST", default=False),
        env_int("INSAF_TEST", 7),
        env_choice("INSAF_TEST", ["a", "b"], "b"),
        env_path("INSAF_TEST", Path("/srv")),
    )

    assert answers == (False, 7, "b", Path("/srv"))


@pytest.mark.parametrize(
    ("value", "read", "problem"),
    [
        ("maybe", env_bool, "must be true or false, not 'maybe'"),
        ("1.5", env_int, "must be a whole number, not '1.5'"),
        ("0", lambda name: env_int(name, minimum=1), "must be at least 1, not 0"),
        ("10", lambda name: env_int(name, maximum=9), "must be at most 9, not 10"),
        ("c", lambda name: env_choice(name, ["a", "b"]), "must be one of a, b, not 'c'"),
        ("media", env_path, "must be an absolute path, not 'media'"),
        ("short", env_secret, "is too short: 32 characters at least"),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, value: str, read: Callable[[str], object], problem: str
) -> None:
    monkeypatch.setenv("INSAF_TEST", value)

    with pytest.raises(BadSetting) as refused:
        read("INSAF_TEST")

    assert refused.value.code == f"Insaf cannot start: INSAF_TEST {problem}"


def test_a_secret_is_read_from_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{LONG_SECRET}\n")
    monkeypatch.setenv("INSAF_TEST_FILE", str(tmp_path / "key"))

    assert env_secret("INSAF_TEST") == LONG_SECRET


def test_a_secret_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("INSAF_TEST", LONG_SECRET)
    monkeypatch.setenv("INSAF_TEST_FILE", str(tmp_path / "key"))

    with pytest.raises(BadSetting, match="INSAF_TEST and INSAF_TEST_FILE are both set"):
        env_secret("INSAF_TEST")


def test_a_secret_file_that_is_not_there_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("INSAF_TEST_FILE", str(tmp_path / "key"))

    with pytest.raises(BadSetting, match="INSAF_TEST_FILE cannot be read: No such file"):
        env_secret("INSAF_TEST")


def test_a_database_url_becomes_the_entry_of_databases() -> None:
    entry = database_from_url("postgresql://me:p%40ss@db.example:6432/insaf?sslmode=require")

    assert entry == {
        "ENGINE": "tenants.isolation.backends",
        "NAME": "insaf",
        "USER": "me",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "6432",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "ROLES": True,
        "CLUSTER": False,
        "DISABLE_SERVER_SIDE_CURSORS": False,
        "OPTIONS": {
            "connect_timeout": 2,
            "options": "-c statement_timeout=5000",
            **SILENT_NETWORK,
            "sslmode": "require",
        },
    }


def test_a_database_url_may_name_a_socket_folder_and_lift_the_statement_limit() -> None:
    entry = database_from_url("postgresql://me@/insaf?host=/run/pg&port=5433&statement_timeout=0")

    assert (entry["HOST"], entry["PORT"], entry["OPTIONS"]) == (
        "/run/pg",
        "5433",
        {"connect_timeout": 2, "options": "-c statement_timeout=0", **SILENT_NETWORK},
    )


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("mysql://me:hunter2@db/insaf", "must begin with postgresql: or postgres:"),
        ("postgresql://me@db/", "names no database"),
        ("postgresql://me@db:99999/insaf", "has a port that is not between 0 and 65535"),
        ("postgresql://me@db/insaf?sslmod=x", "has a bad option 'sslmod': Unknown field."),
        (
            "postgresql://me@db/insaf?connect_timeout=0",
            "has a bad option 'connect_timeout': must be at least 1, not 0",
        ),
    ],
)
def test_a_bad_database_url_is_refused_without_showing_its_password(url: str, problem: str) -> None:
    with pytest.raises(BadSetting) as refused:
        database_from_url(url)

    assert refused.value.code == f"Insaf cannot start: DATABASE_URL {problem}"


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp://mail.example?tls=1", 587, True, False),
        ("smtp://mail.example?ssl=1", 465, False, True),
        ("smtp://mail.example:2525?tls=1", 2525, True, False),
    ],
)
def test_an_smtp_url_chooses_the_usual_port_of_its_protection(
    url: str, port: int, tls: bool, ssl: bool
) -> None:
    email = email_from_url(url)

    assert (email.host, email.port, email.use_tls, email.use_ssl) == (
        "mail.example",
        port,
        tls,
        ssl,
    )


def test_an_smtp_url_carries_escaped_credentials() -> None:
    email = email_from_url("smtp://post%40insaf:a%2Fb@mail.example")

    assert (email.user, email.password) == ("post@insaf", "a/b")


def test_letters_may_go_to_a_folder_or_to_the_console() -> None:
    letters = [email_from_url("file:///var/outbox"), email_from_url("console:")]

    assert letters == [
        EmailSettings(
            backend="django.core.mail.backends.filebased.EmailBackend", file_path="/var/outbox"
        ),
        EmailSettings(backend="django.core.mail.backends.console.EmailBackend"),
    ]


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("smtp://", "names no host"),
        ("smtp://mail.example?tls=1&ssl=1", "asks for tls and ssl; keep one"),
        ("smtp://mail.example?tls=2", "has a bad option 'tls': must be true or false, not '2'"),
        ("file:outbox", "must be an absolute directory, as in file:///var/outbox"),
        ("file://outbox/x", "must be an absolute directory, as in file:///var/outbox"),
        ("imap://mail.example", "must begin with smtp: or file: or console:"),
    ],
)
def test_a_bad_email_url_is_refused(url: str, problem: str) -> None:
    with pytest.raises(BadSetting) as refused:
        email_from_url(url)

    assert refused.value.code == f"Insaf cannot start: EMAIL_URL {problem}"


def test_the_cache_may_live_in_the_database_or_in_the_process() -> None:
    entries = [cache_from_url("db://cache"), cache_from_url("locmem://")]

    assert entries == [
        {"BACKEND": "tenants.isolation.backends.cache.DatabaseCache", "LOCATION": "cache"},
        {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "insaf"},
    ]


def test_a_cache_table_needs_a_name() -> None:
    with pytest.raises(BadSetting, match="CACHE_URL must name the table"):
        cache_from_url("db://")


def test_the_example_lists_exactly_the_settings_that_are_read() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")

    listed = re.findall(r"^#?([A-Z][A-Z_]+)=", example, re.MULTILINE)

    assert sorted(listed) == sorted(_settings_read())


def _settings_read() -> set[str]:
    sources = [*(ROOT / "config" / "settings").glob("*.py"), *(ROOT / "config").glob("*.py")]
    names: set[str] = set()
    for source in sources:
        if source.name == "postgres_identity.py":
            continue  # it hands PATH on to the server; that is no setting of ours
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            names |= _names_read_by(node)
    return names


def _names_read_by(node: ast.AST) -> set[str]:
    """The variables that one call (env_int("X"), os.environ.get("X")) or os.environ["X"] reads."""
    if isinstance(node, ast.Subscript):
        name = node.slice if ast.unparse(node.value) == "os.environ" else None
        function = ""
    elif isinstance(node, ast.Call) and node.args:
        name, function = node.args[0], ast.unparse(node.func)
        if not function.startswith(("env_", "os.environ.")):
            return set()
    else:
        return set()
    if not isinstance(name, ast.Constant) or not isinstance(name.value, str):
        return set()
    return {name.value, f"{name.value}_FILE"} if function == "env_secret" else {name.value}


def test_a_scanner_is_named_by_its_socket_or_its_host():
    urls = ["", "unix:///run/clamav/clamd.ctl", "tcp://scanner.internal:3310"]

    assert [scanner_from_url(url) for url in urls] == urls


@pytest.mark.parametrize(
    "url", ["http://scanner", "unix:run/clamd.ctl", "unix://host/x", "tcp://scanner", "tcp://:3310"]
)
def test_a_scanner_that_cannot_be_reached_so_stops_the_start(url):
    with pytest.raises(BadSetting) as refused:
        scanner_from_url(url)

    assert refused.value.name == "CLAMD_URL"
