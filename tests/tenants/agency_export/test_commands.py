"""The commands that export, verify and restore, as an operator types them."""

import io
import re
import stat

import pytest
from django.core.management import CommandError, call_command

from shared.audit.models import AuditEntry
from tenants.agency_export.services.encryption import file_digest
from tenants.models import Agency
from tests.tenants.agency_export.estate import ANOTHER, CODE, NEIGHBOUR, raze, world
from tests.tenants.isolation.committed import in_thread

pytestmark = pytest.mark.django_db

MEANT = ("--code", CODE, "--state", "active", "--sha256")


def said(*arguments):
    """What a command prints, run on a connection of its own."""
    out = io.StringIO()
    in_thread(lambda: call_command(*map(str, arguments), stdout=out))
    return out.getvalue()


def test_out_checked_and_back(opened_export, tmp_path):
    said(
        "restore_agency",
        opened_export.path,
        "--key",
        opened_export.key_file,
        *MEANT,
        file_digest(opened_export.path),
    )
    file = tmp_path / "all.insaf.age"
    key = tmp_path / "all.insaf.age.key"

    exported = said("export_agency", CODE, file)
    verified = said("verify_bundle", file)
    raze(CODE)
    told = ("--state", "active", "--sha256", re.findall(r"SHA-256 (\w{64})", verified)[0])
    restored = said("restore_agency", file, "--code", ANOTHER, "--host", "other.example.org", *told)

    assert f"The key is in {key}" in exported
    assert [stat.S_IMODE(path.stat().st_mode) for path in (file, key)] == [0o600, 0o600]
    assert verified.startswith(f"{CODE} of testserver, exported ")
    assert verified.endswith("every checksum is right\n")
    assert f"{ANOTHER} at other.example.org: " in restored
    assert f"invite_staff {ANOTHER}" in restored
    assert restored.endswith("every checksum is right\n")
    assert Agency.objects.get(code=ANOTHER).state == "active"
    assert set(
        AuditEntry.objects.filter(subject__in=[f"agency {CODE}", f"agency {ANOTHER}"])
        .filter(action__in=["agency.exported", "agency.restored"])
        .values_list("action", flat=True)
    ) == {"agency.exported", "agency.restored"}


def test_nothing_is_written_over(opened_export, tmp_path):
    file = tmp_path / "all.insaf.age"
    key = tmp_path / "all.insaf.age.key"
    for path in (file, key):
        path.write_text("kept")
        with pytest.raises(CommandError, match="is not written over"):
            said("export_agency", NEIGHBOUR, file)
        assert path.read_text() == "kept"
        path.unlink()


def test_with_a_recipient_no_key_is_made(opened_export, tmp_path):
    file = tmp_path / "all.insaf.age"

    printed = said("export_agency", NEIGHBOUR, file, "--recipient", opened_export.keys.recipient)
    verified = said("verify_bundle", file, "--key", opened_export.key_file)

    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    assert "The key is in" not in printed
    assert "every checksum is right" in verified


@pytest.mark.parametrize(
    "arguments",
    [
        ("export_agency", "nobody", "x.age", "--recipient", "age1x"),
        ("export_agency", "nobody", "x.age"),
        ("verify_bundle", "x.age"),
        ("restore_agency", "x.age", "--code", CODE, "--state", "active"),
        ("restore_agency", "x.age", "--state", "active"),
        ("restore_agency", "x.age", "--code", CODE),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(arguments, opened_export, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = world()

    with pytest.raises(CommandError) as refusal:
        said(*arguments)

    assert "\n" not in str(refusal.value)
    assert list(tmp_path.iterdir()) == []
    assert world() == before


def test_verifying_and_restoring_what_was_changed_fails(opened_export, tmp_path):
    changed = tmp_path / "changed.insaf.age"
    changed.write_bytes(opened_export.path.read_bytes()[:-1])

    for command in (["verify_bundle"], ["restore_agency", *MEANT, file_digest(changed)]):
        with pytest.raises(CommandError, match="bundle_damaged"):
            said(*command, changed, "--key", opened_export.key_file)
    assert list(tmp_path.iterdir()) == [changed]
