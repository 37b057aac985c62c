"""The staff's screens for possible duplicates, merging, and undoing."""

from datetime import date
from unittest.mock import Mock

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from members.domain.merging import merge
from members.duplicates_views import merge_buttons
from members.models import (
    Contact,
    CustomField,
    DuplicatePair,
    DuplicateSearch,
    Merge,
    NotDuplicate,
    SearchState,
    Tag,
)
from tests.factories.donations import GiftFactory
from tests.factories.members import ContactFactory, EmailFactory, UserFactory

pytestmark = pytest.mark.django_db

BORN = date(1980, 5, 17)


@pytest.fixture
def kept():
    return ContactFactory(given_name="Layla", family_name="Haddad", birth_date=BORN)


@pytest.fixture
def merged():
    return ContactFactory(given_name="Leila", family_name="Haddad", birth_date=BORN)


def staff(*permissions: str):
    user = UserFactory(is_staff=True)
    codes = ["access_admin", *permissions]
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    return user


@pytest.fixture
def merger(client):
    user = staff("view_contact", "merge_contact")
    client.force_login(user)
    return user


def said(answer) -> list[str]:
    return [str(message).split("<")[0].strip() for message in get_messages(answer.wsgi_request)]


def logged(contact) -> list[str]:
    entries = ModelLogEntry.objects.filter(object_id=str(contact.pk)).order_by("timestamp", "pk")
    return list(entries.values_list("action", flat=True))


def test_every_screen_is_closed_to_whoever_may_not_merge(client, kept, merged):
    done = merge(kept, ContactFactory(), {}, by=None)
    search = DuplicateSearch.objects.create()
    client.force_login(staff("view_contact"))
    screens = [
        ("get", reverse("members_duplicates")),
        ("post", reverse("members_duplicates_search")),
        ("post", reverse("members_duplicates_stop", args=[search.pk])),
        ("post", reverse("members_tell_apart", args=[kept.pk, merged.pk])),
        ("get", reverse("members_merge_choose", args=[kept.pk])),
        ("get", reverse("members_merge", args=[kept.pk, merged.pk])),
        ("post", reverse("members_merge", args=[kept.pk, merged.pk])),
        ("get", reverse("members_merges")),
        ("get", reverse("members_merge_undo", args=[done.pk])),
        ("post", reverse("members_merge_undo", args=[done.pk])),
    ]
    answers = [getattr(client, method)(address, {"merge": 1}) for method, address in screens]
    assert {answer.status_code for answer in answers} == {403}
    assert Merge.objects.get(undone_at=None) == done
    assert not NotDuplicate.objects.exists()


def test_the_menu_and_the_button_are_shown_to_those_who_may(rf, kept):
    address = reverse("members_merge_choose", args=[kept.pk])
    assert [button.url for button in merge_buttons(kept, staff("view_contact", "merge_contact"))] == [address]
    assert merge_buttons(kept, staff("view_contact")) == []


def test_pairs_are_listed_with_both_names_and_reasons(client, merger, kept, merged):
    DuplicatePair.objects.create(first=kept, second=merged, score=70, reasons=["name_spelled", "birth_date"])
    page = client.get(reverse("members_duplicates")).content.decode()
    for words in ("Layla Haddad", "Leila Haddad", "The same name, spelled differently", "Born on the same day"):
        assert words in page
    assert reverse("members_merge", args=[kept.pk, merged.pk]) in page


def test_as_many_queries_for_one_pair_as_for_a_page_of_them(client, merger, kept, merged):
    DuplicatePair.objects.create(first=kept, second=merged, score=70)
    address = reverse("members_duplicates")
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for _number in range(30):
        DuplicatePair.objects.create(first=kept, second=ContactFactory(), score=80)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(one) == len(many)


def test_a_search_is_started_seen_and_stopped(client, merger, monkeypatch):
    monkeypatch.setattr("members.duplicates_views.search_for_duplicates", Mock())
    client.post(reverse("members_duplicates_search"))
    search = DuplicateSearch.objects.get()
    assert (search.user, search.state) == (merger, SearchState.WAITING)
    DuplicateSearch.objects.update(total=400, done=100, state=SearchState.RUNNING)
    page = client.get(reverse("members_duplicates")).content.decode()
    assert 'value="25"' in page
    again = client.post(reverse("members_duplicates_search"))
    assert said(again) == ["All contacts are being searched already."]
    client.post(reverse("members_duplicates_stop", args=[search.pk]))
    search.refresh_from_db()
    assert search.state == SearchState.CANCELLED


def test_two_people_are_told_apart(client, merger, kept, merged):
    DuplicatePair.objects.create(first=kept, second=merged, score=70)
    client.post(reverse("members_tell_apart", args=[merged.pk, kept.pk]))
    assert NotDuplicate.objects.values_list("first", "second", "decided_by").get() == (kept.pk, merged.pk, merger.pk)
    assert not DuplicatePair.objects.exists()
    assert [logged(kept), logged(merged)] == [["sanduq.told_apart"], ["sanduq.told_apart"]]


def test_the_other_contact_is_found_by_name_among_those_of_its_kind(client, merger, kept, merged):
    ContactFactory(kind="organisation", organisation_name="Haddad and Sons")
    answer = client.get(reverse("members_merge_choose", args=[kept.pk]), {"q": "haddad"})
    assert list(answer.context["found"]) == [merged]


def test_both_stand_side_by_side_and_looking_is_logged(client, merger, kept, merged):
    CustomField.objects.create(code="shoe", label="Size of shoe")
    Contact.objects.filter(pk=merged.pk).update(custom={"shoe": 38})
    EmailFactory(contact=merged, address="leila@people.example")
    GiftFactory(donor=merged)
    answer = client.get(reverse("members_merge", args=[kept.pk, merged.pk]))
    page = answer.content.decode()
    for words in ("Size of shoe", "leila@people.example", "Gifts: <b>1</b>", "Born on the same day"):
        assert words in page
    assert page.count('type="radio"') == 4
    assert [logged(kept), logged(merged)] == [["sanduq.seen"], ["sanduq.seen"]]


def test_a_merge_is_previewed_then_carried_out_then_undone(client, merger, kept, merged):
    gift = GiftFactory(donor=merged)
    merged.tags.add(Tag.objects.create(name="donor"))
    address = reverse("members_merge", args=[kept.pk, merged.pk])
    preview = client.post(address, {"given_name": "merged", "preview": 1})
    assert str(preview.context["one"]) == "Leila Haddad"
    assert Contact.objects.filter(pk=merged.pk).exists()

    answer = client.post(address, {"given_name": "merged", "merge": 1})
    assert answer.url == reverse("contacts:inspect", args=[kept.pk])
    gift.refresh_from_db()
    assert (gift.donor.name, Contact.objects.filter(pk=merged.pk).exists()) == ("Leila Haddad", False)

    done = Merge.objects.get()
    assert "Leila Haddad" in client.get(reverse("members_merges")).content.decode()
    undo = reverse("members_merge_undo", args=[done.pk])
    assert client.get(undo).status_code == 200
    answer = client.post(undo)
    assert said(answer)[-1] == "Layla Haddad and Leila Haddad are two contacts again."
    gift.refresh_from_db()
    assert gift.donor == merged
    assert said(client.post(undo))[-1] == "This merge has been undone already."


def test_what_a_merge_refuses_is_said(client, merger, kept, merged):
    for contact in (kept, merged):
        Contact.objects.filter(pk=contact.pk).update(user=UserFactory())
    answer = client.post(reverse("members_merge", args=[kept.pk, merged.pk]), {"merge": 1})
    assert said(answer) == [
        "Both contacts have a log-in, and one person can have only one. Please remove one of the log-ins first."
    ]


def test_a_choice_that_is_none_keeps_the_kept_value(client, merger, kept, merged):
    client.post(reverse("members_merge", args=[kept.pk, merged.pk]), {"given_name": "evil", "merge": 1})
    kept.refresh_from_db()
    assert kept.name == "Layla Haddad"


def test_what_an_undo_left_as_it_is_is_said(client, merger, kept, merged):
    done = merge(kept, merged, {"given_name": "merged"}, by=merger)
    kept.refresh_from_db()
    kept.given_name = "Lulu"
    kept.save()
    answer = client.post(reverse("members_merge_undo", args=[done.pk]))
    assert said(answer)[-1] == "Given name: changed since the merge, and left as it is now."
