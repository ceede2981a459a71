"""A bundle that is not what it should be is refused, and leaves nothing behind."""

import tarfile

import pytest

from shared.jobs.enums import JobState
from shared.jobs.models import Job
from shared.jobs.services.job_runner import job_cancel
from tenants.agency_export.services.encryption import key_make
from tenants.agency_export.services.manifest import VERSION
from tenants.models import Agency, Domain
from tenants.models.enums import AgencyState
from tests.support.processes import outside_connection
from tests.support.sampling import one_in, repeats
from tests.tenants.agency_export.estate import (
    CODE,
    NEIGHBOUR,
    OPERATOR,
    restore_asked,
    worked,
    world,
)
from tests.tenants.agency_export.malicious_exports import (
    packed,
    part,
    parts_of,
    resealed,
    sums_of,
    true_tables,
    with_files,
    with_manifest,
)
from tests.tenants.isolation.committed import in_thread

pytestmark = pytest.mark.django_db


def refused(opened_export, *, path=None, before=None, **where):
    """The code of the refusal, of a restoring that has left the world as it was."""
    before = before or world()
    failed = worked(restore_asked(opened_export, path=path, **where))
    assert failed.state is JobState.FAILED
    assert world() == before
    return failed.fault


def changed(opened_export, folder, parts, **how):
    """A bundle of other members, with a true list of sums."""
    return resealed(opened_export, packed([*parts, sums_of(parts)], **how), folder)


@pytest.mark.parametrize("places", repeats([10, 50], keep=1))
def test_one_bit_anywhere(opened_export, tmp_path, places):
    whole = opened_export.path.read_bytes()
    path = tmp_path / "flipped.insaf.age"
    step = len(whole) / places
    codes, before = set(), world()
    for number in range(places):
        flipped = bytearray(whole)
        flipped[int(number * step)] ^= 1 << (number % 8)
        path.write_bytes(flipped)
        codes.add(refused(opened_export, path=path, before=before))

    # In the head of the file it is the key that seems not to fit.
    assert codes == {"bundle_damaged", "bundle_key_refused"}


@pytest.mark.parametrize(
    "change",
    repeats(
        [
            pytest.param(lambda whole: whole[:-1], id="a byte short"),
            pytest.param(lambda whole: whole[: len(whole) // 2], id="half"),
            pytest.param(lambda whole: whole + b"x", id="a byte more"),
            pytest.param(lambda whole: whole + whole, id="twice"),
            pytest.param(lambda _whole: b"", id="empty"),
            pytest.param(lambda _whole: b"PK\x03\x04" * 100, id="something else"),
        ],
        keep=3,
    ),
)
def test_cut_off_or_added_to(change, opened_export, tmp_path):
    path = tmp_path / "changed.insaf.age"
    path.write_bytes(change(opened_export.path.read_bytes()))

    assert refused(opened_export, path=path) in ("bundle_damaged", "bundle_key_refused")


def test_another_key(opened_export, tmp_path):
    other = tmp_path / "other.insaf.age"
    other.write_bytes(opened_export.path.read_bytes())
    with_other = type(opened_export)(path=other, keys=key_make(), sealed=opened_export.sealed)
    with_other.key_file.write_text(with_other.keys.identity)

    assert refused(with_other) == "bundle_key_refused"
    with_other.key_file.write_text("no key at all")
    assert refused(with_other) == "bundle_key_refused"
    with_other.key_file.unlink()
    assert refused(with_other) == "bundle_key_refused"


def test_the_same_members_sealed_anew_are_taken(opened_export, tmp_path):
    path = changed(opened_export, tmp_path, parts_of(opened_export))

    assert worked(restore_asked(opened_export, path=path)).state is JobState.DONE


@pytest.mark.parametrize(
    "hostile",
    one_in(
        2,
        map(
            pytest.param,
            [
                part("files/../../../evil", b"x"),
                part("/etc/evil", b"x"),
                part("files/attachments/00ff/../../../evil", b"x"),
                part("files/attachments/00ff/..", b"x"),
                part("files\\attachments\\evil", b"x"),
                part(
                    "files/attachments/00ff/" + "a" * 32,
                    type=tarfile.SYMTYPE,
                    linkname="/etc/passwd",
                ),
                part(
                    "files/attachments/00ff/" + "a" * 32,
                    type=tarfile.LNKTYPE,
                    linkname="manifest.json",
                ),
                part(
                    "files/attachments/00ff/" + "a" * 32,
                    type=tarfile.CHRTYPE,
                    devmajor=1,
                    devminor=3,
                ),
                part("files/attachments/00ff/" + "a" * 32, type=tarfile.FIFOTYPE),
                part("files/attachments/00ff", type=tarfile.DIRTYPE),
                part("files/attachments/00ff/" + "a" * 32, b"x", pax_headers={"path": "../evil"}),
                part("files/attachments/00ff/" + "a" * 200, b"x"),
            ],
        ),
    ),
    ids=lambda one: f"{one[0].name[:30]} {one[0].type!r}",
)
def test_a_member_that_leads_elsewhere(hostile, opened_export, tmp_path):
    parts = parts_of(opened_export)
    parts.insert(-1, hostile)
    form = tarfile.PAX_FORMAT if hostile[0].pax_headers else tarfile.GNU_FORMAT

    path = changed(opened_export, tmp_path, parts, form=form)
    assert refused(opened_export, path=path) == "bundle_damaged"


def test_a_file_that_no_row_names(opened_export, tmp_path):
    parts = parts_of(opened_export)
    more = part("files/attachments/ffff/" + "f" * 32, b"x")
    parts.insert(-1, more)
    path = changed(opened_export, tmp_path, with_files(parts, 1, 1))
    assert refused(opened_export, path=path) == "bundle_damaged"


def test_a_file_under_another_name_than_its_row(opened_export, tmp_path):
    parts = parts_of(opened_export)
    parts[-2] = part("files/attachments/ffff/" + "f" * 32, parts[-2][1])

    assert refused(opened_export, path=changed(opened_export, tmp_path, parts)) == "bundle_damaged"


def test_a_file_fewer_than_the_rows_name(opened_export, tmp_path):
    parts = parts_of(opened_export)
    gone = parts.pop(-2)
    path = changed(opened_export, tmp_path, with_files(parts, -1, -len(gone[1])))

    assert refused(opened_export, path=path) == "bundle_damaged"


STRANGE = "attachments/00ff/" + "a" * 32


def with_lost_file(parts, name, *, kind="missing"):
    """The same whose last file does not travel, with its row renamed."""
    gone, content = parts.pop(-2)
    was = gone.name.removeprefix("files/")
    number = next(n for n, one in enumerate(parts) if one[0].name.endswith("_attachment.csv"))
    table = parts[number][1].replace(was.encode(), name.encode())
    parts[number] = part(parts[number][0].name, table)
    parts = with_files(parts, -1, -len(content))
    return true_tables(with_manifest(parts, lambda m: m["files"].update({kind: [name]})))


@pytest.mark.parametrize(
    "name", repeats(["../secrets", "attachments/00ff/../x", f"{STRANGE}0", "media"])
)
def test_a_row_that_names_a_file_which_is_none_of_ours(name, opened_export, tmp_path):
    path = changed(opened_export, tmp_path, with_lost_file(parts_of(opened_export), name))

    assert refused(opened_export, path=path) == "bundle_damaged"


def test_a_file_that_travels_and_is_called_missing(opened_export, tmp_path):
    parts = with_lost_file(parts_of(opened_export), STRANGE)
    name = next(info.name for info, _c in parts if info.name.startswith("files/"))
    there = name.removeprefix("files/")
    parts = with_manifest(parts, lambda m: m["files"].update(missing=[there]))

    assert refused(opened_export, path=changed(opened_export, tmp_path, parts)) == "bundle_damaged"


@pytest.mark.parametrize("order", repeats(map(pytest.param, [(0, 1), (-2, -1), (3, -3)]), keep=1))
def test_members_that_changed_places(order, opened_export, tmp_path):
    parts = parts_of(opened_export)
    first, second = order
    parts[first], parts[second] = parts[second], parts[first]

    assert refused(opened_export, path=changed(opened_export, tmp_path, parts)) == "bundle_damaged"


def test_contents_that_changed_places(opened_export, tmp_path):
    parts = parts_of(opened_export)
    (one, content), (other, more) = parts[0], parts[1]
    one.size, other.size = len(more), len(content)
    parts[0], parts[1] = (one, more), (other, content)

    # The sums are those of the original: what a careless hand forgets.
    path = resealed(opened_export, packed([*parts, sums_of(parts_of(opened_export))]), tmp_path)
    assert refused(opened_export, path=path) == "bundle_damaged"


def test_a_member_twice(opened_export, tmp_path):
    parts = parts_of(opened_export)

    path = changed(opened_export, tmp_path, [parts[0], *parts])
    assert refused(opened_export, path=path) == "bundle_damaged"


def test_something_behind_the_archive(opened_export, tmp_path):
    parts = parts_of(opened_export)
    clear = packed([*parts, sums_of(parts)])
    whole = len(clear.rstrip(b"\0"))
    short = clear[: whole + -whole % tarfile.BLOCKSIZE + tarfile.BLOCKSIZE]
    for cut in (clear + b"x", short, short[:-600]):
        path = resealed(opened_export, cut, tmp_path)
        assert refused(opened_export, path=path) == "bundle_damaged"


def _put(**facts):
    return lambda manifest: manifest.update(facts)


def _agency(**facts):
    return lambda manifest: manifest["agency"].update(facts)


CHANGES = [
    (_put(version=VERSION + 1), "bundle_too_new"),
    (_put(format="something.else"), "bundle_damaged"),
    (_put(fingerprint="0" * 64), "bundle_damaged"),
    (lambda m: m["migrations"].append("complaints.9999_from_tomorrow"), "bundle_too_new"),
    (lambda m: m["migrations"].append("mail.0001_mail"), "bundle_too_old"),
    (lambda m: m["migrations"].pop(0), "bundle_damaged"),
    (lambda m: m["tables"].pop(), "bundle_damaged"),
    (lambda m: m["tables"][0].update(sha256="0" * 64), "bundle_damaged"),
    (lambda m: m["tables"][0].update(rows=m["tables"][0]["rows"] + 1), "bundle_damaged"),
    (_put(more="than there should be"), "bundle_damaged"),
    (lambda m: m.pop("keys"), "bundle_damaged"),
    (_agency(code='a"; DROP SCHEMA public; --'), "bundle_damaged"),
    (_agency(code=5), "bundle_damaged"),
    (_agency(hosts=[1]), "bundle_damaged"),
    (_agency(name_fr=""), "bundle_damaged"),
    (_agency(name_en="x" * 201), "bundle_damaged"),
    (_agency(name_ar="\u202eevil"), "bundle_damaged"),
]


@pytest.mark.parametrize(("change", "code"), CHANGES)
def test_a_manifest_that_was_changed(change, code, opened_export, tmp_path):
    parts = with_manifest(parts_of(opened_export), change)

    assert refused(opened_export, path=changed(opened_export, tmp_path, parts)) == code


@pytest.mark.parametrize("change", repeats([change for change, _code in CHANGES], keep=1))
def test_a_manifest_that_was_changed_beside_the_sums_of_another(change, opened_export, tmp_path):
    parts = with_manifest(parts_of(opened_export), change)

    packs = packed([*parts, sums_of(parts_of(opened_export))])
    assert refused(opened_export, path=resealed(opened_export, packs, tmp_path)) == "bundle_damaged"


def test_a_table_with_other_columns_than_its_version(opened_export, tmp_path):
    parts = parts_of(opened_export)
    number, (info, content) = next(
        (n, one) for n, one in enumerate(parts) if one[0].name == "tables/complaints_note.csv"
    )
    parts[number] = part(info.name, content.replace(b"body", b'x") FROM STDIN; --', 1))
    path = changed(opened_export, tmp_path, true_tables(parts))

    assert refused(opened_export, path=path) == "bundle_damaged"


def test_rows_that_the_tables_refuse(opened_export, tmp_path):
    parts = parts_of(opened_export)
    number, (info, content) = next(
        (n, one) for n, one in enumerate(parts) if one[0].name == "tables/complaints_rating.csv"
    )
    parts[number] = part(info.name, content.replace(b",2,", b",9,", 1))
    path = changed(opened_export, tmp_path, true_tables(parts))

    assert refused(opened_export, path=path) == "job_failed"


def test_a_code_that_somebody_has(opened_export):
    assert refused(opened_export, code=NEIGHBOUR) == "agency_code_taken"


@pytest.mark.parametrize("code", ["oversight", "www"])
def test_a_code_of_the_portals_own_hosts(code, opened_export):
    assert refused(opened_export, code=code) == "agency_code_reserved"


@pytest.mark.parametrize(
    ("host", "code"),
    repeats(
        [
            ("oversight.testserver", "host_of_the_portal"),
            (f"{NEIGHBOUR}.testserver", "host_of_the_portal"),
            ("testserver", "host_invalid"),
            ("127.0.0.1", "host_invalid"),
            ("http://other.example.org/", "host_invalid"),
        ],
        keep=3,
    ),
)
def test_a_host_that_no_agency_can_have(host, code, opened_export):
    assert refused(opened_export, host=host) == code


def test_references_that_another_agency_holds(opened_export):
    parts = parts_of(opened_export)
    row = next(info for info in parts if info[0].name == "public/tenants_route.csv")[1]
    reference = row.split(b"\r\n" if b"\r\n" in row else b"\n")[1].split(b",")[0].decode()
    outside = outside_connection()
    with outside.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenants_route (reference, schema_name, nonce, receipt_digest, created_at)"
            " SELECT %s, schema_name, nonce, receipt_digest, created_at FROM tenants_route"
            " WHERE schema_name = %s LIMIT 1",
            [reference, f"a_{NEIGHBOUR}"],
        )
        try:
            assert refused(opened_export) == "bundle_collision"
            # Before an hour of writing, and not after it.
            assert Job.objects.latest("created_at").step == "verify"
        finally:
            cursor.execute("DELETE FROM tenants_route WHERE reference = %s", [reference])
    outside.close()


def test_a_host_that_leads_elsewhere(opened_export):
    with_host = in_thread(_host_taken)
    try:
        assert refused(opened_export) == "bundle_collision"
    finally:
        in_thread(lambda: Domain.objects.filter(pk=with_host).delete())


def _host_taken():
    other = Agency.objects.get(code=NEIGHBOUR)
    return Domain.objects.create(domain=f"{CODE}.testserver", tenant=other, is_primary=False).pk


def test_a_file_that_lies_there_already(opened_export, settings):
    name = next(info.name for info, _c in parts_of(opened_export) if info.name.startswith("files/"))
    path = settings.MEDIA_ROOT / name.removeprefix("files/")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"somebody else's")
    try:
        assert refused(opened_export) == "bundle_collision"
        assert path.read_bytes() == b"somebody else's"
    finally:
        path.unlink()


def test_a_storage_that_takes_nothing(opened_export, settings):
    media = settings.MEDIA_ROOT
    blocked = media.with_name(f"{media.name}-blocked")
    blocked.write_bytes(b"")
    before = world()
    settings.MEDIA_ROOT = blocked
    failed = worked(restore_asked(opened_export))
    settings.MEDIA_ROOT = media
    blocked.unlink()

    assert (failed.state, failed.fault, failed.step) == (JobState.FAILED, "job_failed", "files")
    # What might lie in a storage that does not answer is on record until it is taken away.
    in_thread(lambda: job_cancel(job_id=failed.id, actor=OPERATOR))
    assert worked(failed).state is JobState.CANCELLED
    assert world() == before
    assert Agency.objects.get(code=CODE).state == AgencyState.DESTROYED
