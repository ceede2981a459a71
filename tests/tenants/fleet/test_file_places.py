"""Places that files have left go, and files of an earlier release get places of their own."""

import logging

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from shared.complaints.models import Attachment
from shared.complaints.types import UploadedContent
from shared.files.places import is_place_of
from tenants.case_access import gateway
from tenants.fleet.services.file_places import file_releases_overdue, files_bind
from tenants.fleet.tasks import keep_files
from tenants.isolation.schema_switch import agency_context
from tenants.models import FileRelease
from tests.support.custody import hand_over, request_filed
from tests.support.files import files_left

pytestmark = pytest.mark.django_db

BYTES = b"water in the cellar"
OLD = f"attachments/0a0b/{'c' * 32}"


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def with_file(agency):
    one = request_filed(agency)
    upload = UploadedContent(name="cellar.txt", content=BYTES)
    gateway.attachment_add(token=one.token, upload=upload)
    return one


def file_of(one):
    return Attachment.objects.get(complaint__reference=one.reference)


def of_earlier_release(one, path=OLD):
    """Let the file lie where the release before has put it."""
    with agency_context(one.holder):
        row = file_of(one)
        default_storage.delete(row.path)
        default_storage.save(path, ContentFile(BYTES))
        Attachment.objects.filter(pk=row.pk).update(path=path)


def names(agency, one, path=OLD):
    """The agency's role lets a row of its own name a place that it knows."""
    with agency_context(agency):
        Attachment.objects.filter(complaint__reference=one.reference).update(path=path)


def read(one):
    (file,) = one.shown().attachments
    return gateway.attachment_read(token=one.token, attachment_id=str(file.id)).content


def test_a_file_of_an_earlier_release_is_read_and_gets_a_place_of_its_agency(roads, storage):
    one = with_file(roads)
    of_earlier_release(one)
    assert read(one) == BYTES

    assert keep_files.func(_schema="public") == 1  # type: ignore[call-arg]

    with agency_context(roads):
        path = file_of(one).path
    assert is_place_of(path, owner="a_roads")
    assert files_left(storage) == {path}
    assert read(one) == BYTES
    assert files_bind() == 0


def test_former_holder_that_names_the_place_gets_nothing(roads, water, storage):
    """The release before left a file where it was: its former holder knows the place."""
    one, own = with_file(roads), with_file(roads)
    hand_over(one, water)
    of_earlier_release(one)
    names(roads, own)

    assert files_bind() == 1

    with agency_context(water):
        path = file_of(one).path
    assert is_place_of(path, owner="a_water")
    assert not default_storage.exists(OLD)
    assert read(one) == BYTES
    assert files_bind() == 1
    with agency_context(roads):
        assert not default_storage.exists(file_of(own).path)


def test_what_cannot_be_decided_stays_and_is_logged(roads, water, caplog):
    one, other = with_file(roads), with_file(water)
    of_earlier_release(one)
    names(water, other)

    with caplog.at_level(logging.ERROR):
        assert files_bind() == 0

    assert read(one) == BYTES
    assert "2 rows of several agencies name one file" in caplog.text
    assert OLD not in caplog.text


def test_a_file_of_an_earlier_release_moves_and_leaves_nothing(roads, water, storage):
    one = with_file(roads)
    of_earlier_release(one)

    hand_over(one, water)

    assert read(one) == BYTES
    assert file_releases_overdue() == 1
    with agency_context(water):
        assert files_left(storage) == {file_of(one).path}
    assert not FileRelease.objects.exists()


def test_a_sender_whose_row_names_a_file_of_an_earlier_release_deletes_it_not(roads, water):
    one, own = with_file(water), with_file(roads)
    of_earlier_release(one)
    names(roads, own)

    hand_over(own, water)
    file_releases_overdue()

    assert read(one) == BYTES
