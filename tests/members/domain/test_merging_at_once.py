"""Two of the staff who merge at once. Each thread has a connection of its own, as each web process has."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from members.domain.merging import merge, undo_merge
from members.exceptions import MembersError
from members.models import Contact, Merge
from tests.factories.donations import GiftFactory
from tests.factories.members import ContactFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    """Run `calls` in threads that start together, and return what each returned, or the name of what it raised."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait(timeout=20)
            return type(call()).__name__
        except MembersError as refusal:
            return type(refusal).__name__
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(pool.map(run, calls))


@pytest.mark.parametrize("is_turned_round", [False, True])
def test_of_two_who_merge_the_same_two_at_once_one_wins_and_the_other_is_told(is_turned_round):
    first, second = ContactFactory(), ContactFactory()
    gifts = [GiftFactory(donor=contact) for contact in (first, second)]
    pair = (second, first) if is_turned_round else (first, second)

    results = at_once(lambda: merge(first, second, {}, by=None), lambda: merge(*pair, {}, by=None))

    assert results == ["CannotMergeError", "Merge"]
    left = Contact.objects.get()
    assert Merge.objects.get().kept == left
    for gift in gifts:
        gift.refresh_from_db()
        assert gift.donor == left


def test_of_two_who_undo_at_once_one_wins():
    kept, merged = ContactFactory(), ContactFactory()
    done = merge(kept, merged, {}, by=None)

    results = at_once(*[lambda: undo_merge(done, by=None)] * 2)

    assert results == ["CannotUndoMergeError", "Undone"]
    assert Contact.objects.count() == 2
