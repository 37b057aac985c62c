"""The staff's lists of memberships, contacts and directory entries, filtered by membership."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from members.models import (
    BulkRun,
    Contact,
    DecisionKind,
    DirectoryEntry,
    Membership,
    MembershipDecision,
    MembershipStatus,
    SavedView,
)
from tests.factories.directory import DirectoryEntryFactory
from tests.factories.members import (
    BranchFactory,
    ContactFactory,
    MembershipFactory,
    TermFactory,
    TierFactory,
    UserFactory,
)
from tests.factories.people import TagFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

TODAY = date(2026, 7, 2)
DAY = timedelta(days=1)
LISTS = [Membership, Contact, DirectoryEntry]


@pytest.fixture
def today():
    with time_machine.travel("2026-07-02T09:00:00+03:00", tick=False):
        yield TODAY


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(is_superuser=True))
    return client


def url_of(model):
    return reverse("contacts:list") if model is Contact else reverse(model.snippet_viewset.get_url_name("list"))


def names(staff, model, **asked):
    """Of whom the list shows rows, in its order."""
    page = staff.get(url_of(model), asked)
    assert page.status_code == 200
    return [row.name if model is Contact else row.contact.name for row in page.context["object_list"]]


def paid(name, *, starts=-100, ends=100, **facts):
    """Somebody with a membership that is paid for these days, seen from today, and an entry in the directory."""
    contact = facts.pop("contact", None) or ContactFactory(given_name=name, family_name="")
    term = TermFactory(
        membership=MembershipFactory(contact=contact, branch=facts.pop("branch", None)),
        starts_on=TODAY + starts * DAY,
        ends_on=TODAY + ends * DAY,
        **facts,
    )
    if not hasattr(contact, "directory_entry"):
        DirectoryEntryFactory(contact=contact)
    return term.membership


def decide(membership, kind):
    MembershipDecision.objects.create(membership=membership, kind=kind, starts_on=TODAY - DAY, reason="other")


@pytest.fixture
def everybody():
    """One of each status, by its name."""
    paid("current")
    paid("grace", starts=-300, ends=-3)
    paid("lapsed", starts=-500, ends=-200)
    paid("upcoming", starts=5, ends=300)
    decide(paid("suspended"), DecisionKind.SUSPENDED)
    decide(paid("cancelled"), DecisionKind.CANCELLED)
    died = paid("deceased").contact
    died.died_on = TODAY - DAY
    died.save()


@pytest.mark.parametrize("status", MembershipStatus.values)
@pytest.mark.parametrize("model", LISTS)
def test_each_status_finds_those_who_have_it_today(staff, everybody, model, status):
    assert names(staff, model, membership_status=status) == [status]


@pytest.mark.parametrize("model", LISTS)
def test_by_tier_branch_and_the_day_until_which_it_is_paid(staff, model):
    gold, silver, north = TierFactory(), TierFactory(), BranchFactory()
    paid("Amal", tier=gold, ends=10)
    paid("Badr", tier=silver, ends=20, branch=north)
    paid("Dana", tier=gold, ends=30, branch=north)
    in_ten, in_twenty = TODAY + 10 * DAY, TODAY + 20 * DAY
    asked = [
        {"membership_tier": gold.pk},
        {"membership_tier": [gold.pk, silver.pk]},
        {"membership_branch": north.pk},
        {"membership_paid_from": in_twenty},
        {"membership_paid_to": in_twenty},
        {"membership_paid_from": in_ten, "membership_paid_to": in_ten},
        {"membership_tier": gold.pk, "membership_branch": north.pk, "membership_paid_from": in_ten},
    ]
    assert [sorted(names(staff, model, **one)) for one in asked] == [
        ["Amal", "Dana"],
        ["Amal", "Badr", "Dana"],
        ["Badr", "Dana"],
        ["Badr", "Dana"],
        ["Amal", "Badr"],
        ["Amal"],
        ["Dana"],
    ]


@pytest.mark.parametrize("model", [Contact, DirectoryEntry])
def test_all_that_is_asked_holds_of_one_and_the_same_membership(staff, model):
    gold, silver = TierFactory(), TierFactory()
    both = paid("Both", tier=gold, ends=-200, starts=-500).contact
    paid("Both", contact=both, tier=silver)
    paid("Gold", tier=gold)
    asked = {"membership_tier": gold.pk, "membership_status": "current"}
    assert names(staff, model, **asked) == ["Gold"]
    assert names(staff, model, membership_tier=gold.pk, membership_status="lapsed") == ["Both"]
    assert sorted(names(staff, model, membership_status="current")) == ["Both", "Gold"], "once, with two memberships"


@pytest.mark.parametrize("model", LISTS)
def test_whose_grace_ends_first_comes_first_unless_another_order_is_asked_for(staff, model):
    for name, ends in (("Amal", -2), ("Badr", -20), ("Dana", -9)):
        paid(name, starts=-300, ends=ends)
    assert names(staff, model, membership_status="grace") == ["Badr", "Dana", "Amal"]
    order = "search_name" if model is Contact else "contact__search_name"
    assert names(staff, model, membership_status="grace", ordering=order) == ["Amal", "Badr", "Dana"]
    page = staff.get(url_of(model), {"membership_status": "grace"})
    assert page.context["table"].ordering == "", "no heading says that it were ordered by it"


def test_a_filter_by_membership_goes_with_the_others_and_with_a_search(staff):
    tag = TagFactory()
    for name in ("Amal", "Badr", "Dana"):
        paid(name, starts=-300, ends=-3).contact.tags.add(*[tag] * (name != "Dana"))
    paid("Amal current").contact.tags.add(tag)
    asked = {"membership_status": "grace", "tags": tag.pk}
    assert names(staff, Contact, **asked) == ["Amal", "Badr"]
    assert names(staff, Contact, **asked, q="amal") == ["Amal"]


@pytest.mark.parametrize("model", LISTS)
def test_what_was_chosen_is_said_in_words(staff, model):
    tier, branch = TierFactory(), BranchFactory(name={"en": "Irbid", "ar": "إربد"})
    asked = {
        "membership_status": "grace", "membership_tier": tier.pk, "membership_branch": branch.pk,
        "membership_paid_from": "2026-01-01", "membership_paid_to": "2026-12-31",
    }  # fmt: skip
    page = staff.get(url_of(model), asked, headers={"accept-language": "en"})
    assert [(str(chip.field_label), str(chip.value)) for chip in page.context["view"].active_filters] == [
        ("Membership status", "In grace"),
        ("Membership tier", "Supporting member"),
        ("Membership in the branch", "Irbid"),
        ("Membership paid until", "1 January 2026 to 31 December 2026"),
    ]
    page = staff.get(url_of(model), {"membership_paid_from": "2026-01-01"}, headers={"accept-language": "en"})
    assert page.context["view"].active_filters[0].value == "from 1 January 2026"
    page = staff.get(url_of(model), asked, headers={"accept-language": "ar"})
    assert [str(chip.value) for chip in page.context["view"].active_filters][:3] == [
        "في مدة السماح",
        "عضو داعم",
        "إربد",
    ]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"membership_status": "asleep"}, "Membership status: Select a valid choice. asleep is not one"),
        ({"membership_tier": "999"}, "Membership tier: Select a valid choice. 999 is not one"),
        ({"membership_branch": "x"}, "Membership in the branch: Select a valid choice. x is not one"),
        ({"membership_paid_from": "soon"}, "Membership paid until: Enter a valid date."),
        (
            {"membership_paid_from": "2026-02-01", "membership_paid_to": "2026-01-01"},
            "Membership paid until: The first day comes after the last. Please change one of them.",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("model", LISTS)
def test_what_is_not_understood_finds_nobody_and_says_why(staff, everybody, model, asked, sentence):
    page = staff.get(url_of(model), asked, headers={"accept-language": "en"})
    assert (list(page.context["object_list"]), sentence in page.text) == ([], True)
    assert not SavedView.objects.exists(), "the list does not open like this again"


def test_a_bulk_action_is_for_those_whom_the_filter_finds(staff, everybody):
    listed = f"{url_of(Contact)}?membership_status=grace"
    action = reverse("wagtail_bulk_action", args=["members", "contact", "tag"])
    tag = TagFactory()
    asked = f"{action}?id=all&next={listed.replace('?', '%3F').replace('=', '%3D')}"
    assert staff.get(asked).context["total"] == 1
    staff.post(asked, {"tag": tag.pk})
    assert BulkRun.objects.get().contact_ids == [Contact.objects.get(given_name="grace").pk]
    wrong = asked.replace("grace", "asleep")
    assert staff.get(wrong).context["total"] == 0


def test_a_view_remembers_the_status_and_asks_it_anew_each_day(staff, everybody):
    assert names(staff, Contact, membership_status="grace") == ["grace"]
    assert SavedView.objects.get().query == "membership_status=grace"
    with time_machine.travel("2026-07-31T09:00:00+03:00"):
        staff.force_login(SavedView.objects.get().user)
        assert [row.name for row in staff.get(url_of(Contact), follow=True).context["object_list"]] == []


@pytest.mark.parametrize("model", LISTS)
def test_files_and_paper_hold_whom_the_filter_finds(staff, everybody, model):
    asked = {"membership_status": "grace"}
    file = staff.get(url_of(model), asked | {"export": "csv"})
    assert len(b"".join(file.streaming_content).decode().strip().splitlines()) == 2
    assert staff.get(url_of(model), asked | {"print": "1"}).text.count("<tr>") == 2


@pytest.mark.parametrize("status", ["current", "grace", "upcoming", "suspended", "cancelled", "deceased", "lapsed"])
@pytest.mark.parametrize("model", LISTS)
def test_a_filtered_list_takes_as_many_queries_for_many_rows_as_for_one(
    staff, everybody, model, status, django_assert_max_num_queries
):
    asked = {"membership_status": status, "membership_tier": [term.tier_id for term in _terms_of(status)]}
    staff.get(url_of(model), asked)
    with django_assert_max_num_queries(25) as one:
        assert names(staff, model, **asked) == [status]
    more = Membership.objects.get(contact__given_name=status)
    for _number in range(3):
        _another_like(more)
    with django_assert_max_num_queries(len(one.captured_queries)):
        assert len(names(staff, model, **asked)) == 4


def _terms_of(status):
    return Membership.objects.get(contact__given_name=status).terms.all()


def _another_like(membership):
    contact = ContactFactory(died_on=membership.contact.died_on)
    DirectoryEntryFactory(contact=contact)
    same = MembershipFactory(contact=contact)
    for term in membership.terms.all():
        TermFactory(membership=same, tier=term.tier, starts_on=term.starts_on, ends_on=term.ends_on)
    for decision in membership.decisions.all():
        decide(same, decision.kind)


class TestMany:
    def test_all_are_found_and_turned_to_where_few_of_many_looked_at_are_wanted(self, staff, monkeypatch):
        monkeypatch.setattr("members.domain.status_order.FIRST_LOOK", 2)
        monkeypatch.setattr("members.domain.status_order.LATER_LOOK", 3)
        tag = TagFactory()
        for number in range(12):
            contact = paid(f"N{number:02}", starts=-300, ends=-20 + number).contact
            if number % 3 == 0:
                contact.tags.add(tag)
        wanted = ["N00", "N03", "N06", "N09"]
        assert names(staff, Contact, membership_status="grace", tags=tag.pk) == wanted
        monkeypatch.setattr("members.lists.paginator.MOST_FOUND", 3)
        page = staff.get(url_of(Contact), {"membership_status": "grace", "tags": tag.pk})
        assert (len(page.context["object_list"]), page.context["paginator"].is_capped) == (3, True)

    def test_where_that_would_have_no_end_the_list_is_read_in_its_own_order(self, staff, monkeypatch):
        monkeypatch.setattr("members.domain.status_order.FIRST_LOOK", 2)
        monkeypatch.setattr("members.domain.status_order.MOST_LOOKED_AT", 4)
        for number in range(8):
            paid(f"N{number}", starts=-300, ends=-number - 1)
        assert names(staff, Contact, membership_status="grace") == [f"N{number}" for number in range(8)]

    def test_a_membership_with_two_terms_that_lead_to_it_stands_there_once(self, staff):
        membership = paid("Amal", starts=-40, ends=-21)
        TermFactory(membership=membership, starts_on=TODAY - 20 * DAY, ends_on=TODAY - DAY)
        assert names(staff, Contact, membership_status="grace") == ["Amal"]
