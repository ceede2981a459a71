"""What docs/security/ says in numbers and lists is what the code has."""

import ast
import re

from django.conf import settings

from shared.kernel.encryption import AESGCM
from shared.kernel.files import LARGEST, MOST, SUFFIXES
from tests.architecture.citations import ROOT
from tests.architecture.sources import nodes_of, tree_of
from tests.architecture.test_outgoing import imported
from tests.architecture.test_rules import SOURCES, _where

PAGES = ROOT / "docs" / "security"
SETTINGS = ROOT / "config" / "settings" / "base.py"
# What may make a secret, a seal, a digest or a signature; each is somebody else's, well known.
PRIMITIVES = ("cryptography", "pyrage", "hashlib", "hmac", "nacl", "Crypto", "jwt", "OpenSSL")


def words(name: str) -> str:
    """A page as one line."""
    return " ".join((PAGES / name).read_text().split())


def limits() -> set[tuple[str, str, str]]:
    """Each limit that the code counts: its name, how many, in which window."""
    found = set()
    for path in SOURCES:
        numbers = {
            target.id: node.value.value
            for node in tree_of(path).body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in nodes_of(path):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Limit":
                given = {one.arg: one.value for one in node.keywords}
                allowed = ast.unparse(given["allowed"])
                name = ast.unparse(given["name"]).lstrip("f").strip("'")
                found.add((name, str(numbers.get(allowed, allowed)), ast.unparse(given["window"])))
    return found


def test_each_limit_stands_in_its_table():
    rows = re.findall(
        r"(?m)^\| `(.+?)` \| `(.+?)` \| `(.+?)` \|", (PAGES / "limits.md").read_text()
    )

    assert set(rows) == limits()
    assert len(rows) > 20


def test_what_files_may_be_is_written_down():
    page = words("browser-and-files.md")

    listed = re.search(r"kinds that are kept: (.*?)\. ", page).group(1).split(", ")
    assert sorted(listed) == sorted(SUFFIXES.values())
    assert f"{LARGEST // 1024 // 1024} MB each, {MOST} for one request" in page


def test_how_long_sessions_live_is_written_down():
    page = words("staff.md")

    hours = settings.SESSION_COOKIE_AGE // 3600
    assert f"{settings.STAFF_IDLE_SECONDS // 60} minutes after its last page" in page
    assert f"{hours} hours after the sign-in in any case" in page
    assert f"{settings.ACCOUNT_REAUTHENTICATION_TIMEOUT // 60} minutes old" in page
    assert "as many sessions at once as one likes" in page


def test_every_key_of_an_installation_is_in_the_inventory():
    keys = re.findall(r'env_secret\("(\w+)"', SETTINGS.read_text())
    page = (PAGES / "operation.md").read_text()

    assert len(keys) >= 6
    assert [key for key in keys if f"`{key}`" not in page] == []


def test_only_known_primitives_are_used():
    used = {
        name
        for path in SOURCES
        for node in nodes_of(path)
        for name in imported(node)
        if name.split(".")[0] in PRIMITIVES
    }
    assert {name.split(".")[0] for name in used} == {"cryptography", "pyrage", "hashlib", "hmac"}
    assert {name for name in used if name.startswith("cryptography.")} == {
        "cryptography.exceptions",
        "cryptography.exceptions.InvalidTag",
        "cryptography.hazmat.primitives.ciphers.aead",
        f"cryptography.hazmat.primitives.ciphers.aead.{AESGCM.__name__}",
    }
    digests = {
        f"{node.value.id}.{node.attr}"
        for path in SOURCES
        for node in nodes_of(path)
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") in ("hashlib", "hmac")
    }
    assert digests == {"hashlib.sha256", "hashlib.file_digest", "hmac.digest", "hmac.new"}


def test_keyed_digests_name_sha_256():
    """Django's own default is SHA-1, and its signer's SHA-256."""
    old = [
        _where(path, node)
        for path in SOURCES
        for node in nodes_of(path)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "salted_hmac"
        and "sha256" not in {getattr(one.value, "value", "") for one in node.keywords}
    ]

    assert old == []
