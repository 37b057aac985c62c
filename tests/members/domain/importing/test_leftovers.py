"""An uploaded file names very many people: it goes as soon as nobody needs it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from config.tasks import work_on_imports
from members.domain.importing.checking import check_import
from members.domain.importing.undoing import start_undo, undo_rows
from members.models import Contact, ImportRun, ImportState
from tests.factories.imports import carry_out, run_of
from tests.factories.members import UserFactory

pytestmark = pytest.mark.django_db

PEOPLE = "name,email\nLayla Haddad,l@p.example\nOmar,omar@\n"


def is_stored(run):
    return run.file.storage.exists(run.file.name)


def aged(run, **ago):
    ImportRun.objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(**ago))


def test_the_file_of_an_import_that_has_ended_goes_and_its_undo_still_works():
    run = carry_out(run_of(PEOPLE))
    assert is_stored(run)
    work_on_imports(timezone.now())
    assert not is_stored(run)
    assert ImportRun.objects.get().file.name == ""
    start_undo(run, by=UserFactory())
    undo_rows(ImportRun.objects.get())
    assert not Contact.objects.exists()


@pytest.mark.parametrize("is_checked", [False, True])
def test_an_import_that_nobody_carried_out_for_30_days_is_cancelled_and_its_file_goes(is_checked):
    run = run_of(PEOPLE)
    if is_checked:
        check_import(run)
    aged(run, days=30, minutes=1)
    work_on_imports(timezone.now())
    assert ImportRun.objects.get().state == ImportState.CANCELLED
    assert not is_stored(run)


def test_an_import_that_waits_for_less_keeps_its_file():
    run = run_of(PEOPLE)
    aged(run, days=29, hours=23)
    work_on_imports(timezone.now())
    assert ImportRun.objects.get().state == ImportState.UPLOADED
    assert is_stored(run)


def test_a_file_that_a_crash_left_half_removed_is_crossed_off():
    run = carry_out(run_of(PEOPLE))
    run.file.storage.delete(run.file.name)
    work_on_imports(timezone.now())
    assert ImportRun.objects.get().file.name == ""
