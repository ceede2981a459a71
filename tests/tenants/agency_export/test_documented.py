"""A bundle is opened by common tools, in the very words of docs/bundle.md, and made by them."""

import csv
import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from shared.complaints.models import Attachment
from shared.jobs.enums import JobState
from shared.kernel.references import LENGTH
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.support.samples import PDF
from tests.tenants.agency_export.estate import CODE, restore_asked, worked
from tests.tenants.agency_export.malicious_exports import packed, parts_of, sums_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(shutil.which("age") is None, reason="no age on this machine"),
]

DOCUMENT = Path(settings.BASE_DIR, "docs", "bundle.md").read_text()
# As it is downloaded, with its key, into a folder with a name as people have them.
FOLDER, FILE, KEY = "تنزيلات المصلحة", "sands-2026-03-02.insaf.age", "sands.insaf.age.key"


def block(language):
    """The first block of that language in the document."""
    found = re.search(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)
    assert found is not None
    return found[1]


def run(folder, *command, **how):
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, **how)


def downloaded(opened_export, folder):
    """The two files as the pages give them."""
    place = folder / FOLDER
    place.mkdir()
    shutil.copy(opened_export.path, place / FILE)
    (place / KEY).write_text(opened_export.keys.text)
    return place


def test_the_commands_of_the_document_open_it_and_find_it_complete(opened_export, tmp_path):
    place = downloaded(opened_export, tmp_path)

    done = run(place, "bash", "-euo", "pipefail", "-c", block("sh"))

    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert lines == [f"{opened_export.sealed.sha256}  {FILE}", "complete"]
    with (place / "sands" / "tables" / "complaints_complaint.csv").open(newline="") as table:
        references = [row["reference"] for row in csv.DictReader(table)]
    assert {len(reference) for reference in references} == {LENGTH}


def test_its_files_get_the_names_that_people_gave_them(opened_export, tmp_path):
    place = downloaded(opened_export, tmp_path)
    run(place, "bash", "-c", block("sh"))

    done = run(place / "sands", sys.executable, "-c", block("python"))

    assert (done.returncode, done.stderr) == (0, "")
    found = {
        path.name[7:]: path.read_bytes() for path in (place / "sands" / "by-request").glob("*/*")
    }
    assert set(found) == {"صورة.pdf", "a.pdf", "l'éclairage _1_.png"}
    worked(restore_asked(opened_export))
    with agency_context(Agency.objects.get(code=CODE)):
        names = set(Attachment.objects.values_list("name", flat=True))
    assert set(found) == names
    assert found["صورة.pdf"].startswith(PDF[:5])


@pytest.mark.parametrize("lost", [1, 70_000])
def test_a_file_that_was_cut_off_is_not_called_complete(lost, opened_export, tmp_path):
    place = downloaded(opened_export, tmp_path)
    whole = opened_export.path.read_bytes()
    (place / FILE).write_bytes(whole[: len(whole) - lost])

    done = run(place, "bash", "-c", block("sh"))

    assert "age: error" in done.stderr
    assert "complete" not in done.stdout


def test_the_page_gives_the_same_commands(opened_export):
    job = SimpleNamespace(subject=CODE, result=SimpleNamespace(tables=[]))
    page = render_to_string(
        "tenants/export_check.html", {"export": SimpleNamespace(file=FILE, job=job)}
    )
    shown = unescape("\n".join(re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)))

    documented = [line.partition("  #")[0].rstrip() for line in block("sh").splitlines()]
    assert shown.splitlines() == documented


@pytest.mark.slow
@pytest.mark.parametrize("keys", [1, 2])
def test_a_bundle_that_the_real_age_has_sealed_is_restored(keys, opened_export, tmp_path):
    parts = parts_of(opened_export)
    (tmp_path / "clear.tar").write_bytes(packed([*parts, sums_of(parts)]))
    run(tmp_path, "age-keygen", "-o", "other.key")
    others = re.findall("age1[a-z0-9]+", (tmp_path / "other.key").read_text())
    to = [part for one in [*others, opened_export.keys.recipient][-keys:] for part in ("-r", one)]

    sealed = run(tmp_path, "age", *to, "-o", "theirs.insaf.age", "clear.tar")

    assert sealed.returncode == 0, sealed.stderr
    done = worked(restore_asked(opened_export, path=tmp_path / "theirs.insaf.age"))
    assert (done.state, done.fault_text) == (JobState.DONE, "")


@pytest.mark.slow
@pytest.mark.parametrize("edit", ["{}", "\ufeff{}", "# mine\r\n{}\r\n"])
def test_a_key_that_age_has_made_opens_here(edit, opened_export, tmp_path):
    run(tmp_path, "age-keygen", "-o", "key")
    text = (tmp_path / "key").read_text()
    recipient = re.findall("age1[a-z0-9]+", text)[0]
    identity = next(line for line in text.splitlines() if line.startswith("AGE-"))
    parts = parts_of(opened_export)
    clear = packed([*parts, sums_of(parts)])
    (tmp_path / "clear.tar").write_bytes(clear)
    run(tmp_path, "age", "-r", recipient, "-o", "theirs.insaf.age", "clear.tar")
    theirs = type(opened_export)(
        path=tmp_path / "theirs.insaf.age", keys=opened_export.keys, sealed=opened_export.sealed
    )
    theirs.key_file.write_text(edit.format(identity), newline="")

    assert worked(restore_asked(theirs)).state is JobState.DONE
