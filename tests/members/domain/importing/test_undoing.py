"""What an undo says beforehand, does, and writes down."""

import pytest
from wagtail.models import ModelLogEntry

from members.domain.importing import undoing
from members.domain.importing.undoing import UndoPreview, can_be_undone, preview_undo, start_undo, undo_rows
from members.models import Contact, ImportRun, ImportState
from tests.factories.donations import GiftFactory
from tests.factories.imports import carry_out, run_of
from tests.factories.members import EmailFactory, UserFactory

pytestmark = pytest.mark.django_db


def undo(run, by=None):
    start_undo(run, by=by or UserFactory())
    undo_rows(run)


def a_contact(name, address):
    return EmailFactory(contact__given_name=name, contact__family_name="Haddad", address=address).contact


def a_run_of_all_kinds():
    """Two contacts that go, one that stays since it gave, one that stays since it was edited, one to be put back."""
    a_contact("Known", "known@p.example")
    run = carry_out(
        run_of(
            "name,email,salutation\nKnown Haddad,known@p.example,Dr\nFirst Haddad,a@p.example,\n"
            "Second Haddad,b@p.example,\nGiver Haddad,c@p.example,\nEdited Haddad,d@p.example,\n"
        )
    )
    GiftFactory(donor=Contact.objects.get(given_name="Giver"))
    Contact.objects.get(given_name="Edited").save()
    return run


def test_it_is_said_beforehand_how_many_go_are_put_back_and_stay():
    run = a_run_of_all_kinds()
    assert preview_undo(run) == UndoPreview(going=2, restored=1, staying=2)
    undo(run)
    assert sorted(Contact.objects.values_list("given_name", flat=True)) == ["Edited", "Giver", "Known"]
    assert Contact.objects.get(given_name="Known").salutation == ""


def test_the_preview_asks_as_much_for_a_hundred_rows_as_for_one(django_assert_max_num_queries):
    def text(count):
        return "name\n" + "".join(f"Person {number}\n" for number in range(count))

    one, hundred = carry_out(run_of(text(1))), carry_out(run_of(text(100)))
    with django_assert_max_num_queries(60) as asked:
        preview_undo(one)
    with django_assert_max_num_queries(len(asked.captured_queries)):
        preview_undo(hundred)


@pytest.mark.parametrize("size", [1, 200])
def test_somebody_edited_after_a_second_row_added_a_telephone_stays_in_batches_of_any_size(monkeypatch, size):
    monkeypatch.setattr(undoing, "BATCH", size)
    run = carry_out(run_of("name,email,phone\nLayla Haddad,l@p.example,\nLayla Haddad,l@p.example,0791234567\n"))
    Contact.objects.get().save()
    assert preview_undo(run).staying == 1
    undo(run)
    assert Contact.objects.count() == 1


@pytest.mark.parametrize("size", [1, 200])
def test_somebody_whom_only_the_rows_of_the_import_changed_goes_in_batches_of_any_size(monkeypatch, size):
    monkeypatch.setattr(undoing, "BATCH", size)
    lines = "Layla Haddad,l@p.example,,\nLayla Haddad,l@p.example,0791234567,\nLayla Haddad,l@p.example,,Dr\n"
    run = carry_out(run_of(f"name,email,phone,salutation\n{lines}"))
    assert preview_undo(run) == UndoPreview(going=1, restored=0, staying=0)
    undo(run)
    assert not Contact.objects.exists()


def test_an_import_that_failed_half_way_can_be_taken_back():
    run = carry_out(run_of("name\nLayla\n"))
    ImportRun.objects.update(state=ImportState.FAILED)
    run.refresh_from_db()
    assert can_be_undone(run)
    undo(run)
    assert not Contact.objects.exists()


def test_the_history_of_whoever_was_put_back_says_by_whom():
    known, user = a_contact("Known", "known@p.example"), UserFactory()
    run = carry_out(run_of("name,email,salutation\nKnown Haddad,known@p.example,Dr\nNew One,n@p.example,\n"))
    undo(run, by=user)
    entries = ModelLogEntry.objects.filter(action="sanduq.import_undone")
    assert [(entry.object_id, entry.user, entry.data) for entry in entries] == [
        (str(known.pk), user, {"import": run.pk})
    ]


def test_it_is_written_down_for_all_of_a_batch_at_once(monkeypatch):
    for number in range(5):
        a_contact(f"P{number}", f"p{number}@p.example")
    lines = "".join(f"P{number} Haddad,p{number}@p.example,Dr\n" for number in range(5))
    run = carry_out(run_of(f"name,email,salutation\n{lines}"))
    calls = []
    monkeypatch.setattr(undoing, "log_many", lambda ids, *arguments, **named: calls.append(list(ids)))
    undo(run)
    assert [len(ids) for ids in calls] == [5]
