"""One thing done to many contacts: previewed, in batches, logged, and undone."""

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from dashboard.domain.roles import sync_roles
from members.domain import bulk
from members.domain.bulk import cancel, carry_out, carry_out_all, start_bulk, undo_bulk
from members.domain.merging import merge, undo_merge
from members.domain.survivors import survivors
from members.exceptions import NotUndoableError
from members.models import BulkRun, BulkState, Contact, Relationship, Tag
from tests.factories.members import ContactFactory, UserFactory
from tests.factories.people import TagFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return ContactFactory.create_batch(5)


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(bulk, "BATCH", 2)


def run_of(action, people, **values):
    return start_bulk(action, contact_ids=[one.pk for one in people], values=values, by=UserFactory())


def ids(queryset):
    return sorted(queryset.values_list("pk", flat=True))


class TestVerbs:
    def test_a_tag_is_put_on_all_and_taken_off_those_alone_who_had_it_not(self, people):
        tag = TagFactory()
        people[0].tags.add(tag)
        run = run_of("tag", people, tag=tag.pk)
        carry_out(run.pk)
        assert tag.contacts.count() == 5
        undo_bulk(run, by=UserFactory())
        assert list(tag.contacts.all()) == [people[0]]

    def test_a_tag_is_removed_and_comes_back(self, people):
        tag = TagFactory()
        tag.contacts.add(*people[:2])
        run = run_of("untag", people, tag=tag.pk)
        carry_out(run.pk)
        assert not tag.contacts.exists()
        undo_bulk(run, by=UserFactory())
        assert ids(tag.contacts) == ids(Contact.objects.filter(pk__in=[one.pk for one in people[:2]]))

    def test_owners_come_back_unless_somebody_changed_them_since(self, people):
        before, wanted, later = UserFactory.create_batch(3)
        Contact.objects.filter(pk=people[0].pk).update(owner=before)
        run = run_of("owner", people, owner=wanted.pk)
        carry_out(run.pk)
        assert Contact.objects.filter(owner=wanted).count() == 5
        Contact.objects.filter(pk=people[1].pk).update(owner=later)
        undo_bulk(run, by=wanted)
        assert list(Contact.objects.order_by("pk").values_list("owner", flat=True)) == [
            before.pk,
            later.pk,
            None,
            None,
            None,
        ]

    def test_whoever_was_merged_meanwhile_is_meant_by_the_contact_they_became(self, people):
        tag, (gone, became) = TagFactory(), people[:2]
        run = run_of("tag", [gone], tag=tag.pk)
        merged = merge(became, gone, {}, by=None)
        carry_out(run.pk)
        assert list(tag.contacts.all()) == [became]
        undo_merge(merged, by=None)
        undo_bulk(BulkRun.objects.get(), by=UserFactory())
        assert (tag.contacts.count(), survivors([gone.pk])) == (0, [gone.pk])

    def test_what_was_done_before_a_merge_is_undone_after_it(self, people):
        tag, (gone, became) = TagFactory(), people[:2]
        run = run_of("tag", [gone], tag=tag.pk)
        carry_out(run.pk)
        merge(became, gone, {}, by=None)
        undo_bulk(run, by=UserFactory())
        assert tag.contacts.count() == 0

    def test_people_are_added_to_a_household_and_organisations_left_out(self, people):
        household = ContactFactory(kind="household", organisation_name="Haddad family")
        Contact.objects.filter(pk=people[0].pk).update(kind="organisation")
        run = run_of("household", people, household=household.pk)
        carry_out(run.pk)
        carry_out(run.pk)
        assert Relationship.objects.filter(to_contact=household).count() == 4
        undo_bulk(run, by=UserFactory())
        assert not Relationship.objects.exists()


class TestProgress:
    def test_a_run_that_was_stopped_goes_on_where_it_was(self, people, small_batches):
        tag = TagFactory()
        run = run_of("tag", people, tag=tag.pk)
        bulk._one_batch(run.pk)
        assert (BulkRun.objects.get().done, tag.contacts.count()) == (2, 2)
        carry_out_all()
        run = BulkRun.objects.get()
        assert (run.done, run.state, tag.contacts.count()) == (5, BulkState.DONE, 5)

    def test_a_batch_that_fails_leaves_nothing_half_done(self, people, small_batches, monkeypatch):
        tag = TagFactory()
        run = run_of("tag", people, tag=tag.pk)
        monkeypatch.setattr(bulk, "_log", lambda ids, run: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            carry_out(run.pk)
        assert (BulkRun.objects.get().done, tag.contacts.count()) == (0, 0)

    def test_a_cancelled_run_stops_and_its_part_can_be_undone(self, people, small_batches):
        tag = TagFactory()
        run = run_of("tag", people, tag=tag.pk)
        bulk._one_batch(run.pk)
        cancel(run)
        carry_out(run.pk)
        assert tag.contacts.count() == 2
        undo_bulk(run, by=UserFactory())
        assert not tag.contacts.exists()

    def test_nothing_is_undone_twice(self, people):
        run = run_of("tag", people, tag=TagFactory().pk)
        carry_out(run.pk)
        undo_bulk(run, by=UserFactory())
        with pytest.raises(NotUndoableError):
            undo_bulk(run, by=UserFactory())

    def test_each_contact_tells_that_it_was_part_of_it(self, people):
        carry_out(run_of("tag", people, tag=TagFactory().pk).pk)
        logged = ModelLogEntry.objects.filter(action="sanduq.bulk").values_list("object_id", flat=True)
        assert sorted(logged) == sorted(str(one.pk) for one in people)

    def test_an_unknown_action_is_refused(self, people):
        with pytest.raises(KeyError):
            run_of("delete everything", people)


class TestPages:
    @pytest.fixture
    def staff(self, client):
        sync_roles()
        client.force_login(UserFactory(is_superuser=True))
        return client

    def page_of(self, action, *chosen, **query):
        address = reverse("wagtail_bulk_action", args=["members", "contact", action])
        return f"{address}?" + "&".join([*(f"id={one}" for one in chosen), *(f"{k}={v}" for k, v in query.items())])

    def test_it_says_to_whom_before_it_is_done(self, staff, people):
        page = staff.get(self.page_of("tag", people[0].pk, people[1].pk))
        assert "This will be done to 2 contacts" in page.text
        assert str(people[0]) in page.text
        assert not BulkRun.objects.exists()

    def test_it_is_left_to_the_worker_and_its_progress_shown(self, staff, people):
        page = staff.post(self.page_of("tag", people[0].pk), {"new_tag": "Camp 2027"}, follow=True)
        run = BulkRun.objects.get()
        assert (run.contact_ids, run.values["tag"]) == ([people[0].pk], Tag.objects.get(name="Camp 2027").pk)
        assert page.redirect_chain[-1][0] == reverse("members_bulk_run", args=[run.pk])

    def test_all_means_all_of_the_list_as_it_was_filtered(self, staff, people):
        organisation = ContactFactory(kind="organisation", organisation_name="Bayader")
        list_address = reverse("contacts:list") + "%3Fkind%3Dorganisation"
        staff.post(self.page_of("tag", "all", next=list_address), {"new_tag": "Partner"})
        assert BulkRun.objects.get().contact_ids == [organisation.pk]

    def test_nothing_chosen_to_do_is_asked_again(self, staff, people):
        page = staff.post(self.page_of("tag", people[0].pk), {})
        assert "choose a tag" in str(page.context["form"].errors)
        assert not BulkRun.objects.exists()

    def test_a_household_is_found_by_its_name_and_not_picked_from_a_list_of_all(self, staff, people):
        haddad, shaheen = (ContactFactory(kind="household", organisation_name=name) for name in ("Haddad", "Shaheen"))
        address = self.page_of("household", people[0].pk)
        assert "household" not in staff.get(address).context["form"].fields
        form = staff.post(address, {"search": "hadd", "look": "1"}).context["form"]
        assert (list(form.fields["household"].queryset), form.errors) == ([haddad], {})
        form = staff.post(address, {"search": "hadd", "household": shaheen.pk}).context["form"]
        assert "household" in form.errors
        staff.post(address, {"search": "hadd", "household": haddad.pk})
        assert BulkRun.objects.get().values == {"household": haddad.pk}

    @pytest.mark.parametrize("text", ["", "Nobody"])
    def test_a_search_that_finds_no_household_says_so(self, staff, people, text):
        form = staff.post(self.page_of("household", people[0].pk), {"search": text, "look": "1"}).context["form"]
        assert "search" in form.errors
        assert not BulkRun.objects.exists()

    def test_it_is_undone_from_its_page(self, staff, people):
        tag = TagFactory()
        run = run_of("tag", people, tag=tag.pk)
        carry_out(run.pk)
        staff.post(reverse("members_bulk_run", args=[run.pk]), {"undo": "1"})
        assert not tag.contacts.exists()
        assert "Undone" in staff.get(reverse("members_bulk_runs")).text

    def test_somebody_who_may_only_look_is_refused(self, client, people):
        from django.contrib.auth.models import Group

        sync_roles()
        user = UserFactory()
        user.groups.add(Group.objects.get(name="feedback"))
        client.force_login(user)
        assert client.get(self.page_of("tag", people[0].pk)).status_code == 403
        assert client.get(reverse("members_bulk_runs")).status_code == 403
