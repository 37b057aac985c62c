from datetime import date

import pytest
from djmoney.money import Money

from members.models import Contact, MembershipDecision
from outreach.domain.criteria import FIXED as CRITERIA
from outreach.domain.segments import SegmentError, contacts_in, describe
from tests.factories.donations import GiftFactory
from tests.factories.members import ContactFactory, TermFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


def leaf(criterion, value, *, negate=False):
    return {"criterion": criterion, "value": value, "negate": negate}


def all_of(*nodes):
    return {"match": "all", "nodes": list(nodes)}


@pytest.fixture
def people():
    """Members and others, donors of this year and of last."""
    member = TermFactory().membership.contact
    member_who_gave = TermFactory().membership.contact
    GiftFactory(donor=member_who_gave, received_on=date(2026, 3, 1))
    member_who_gave_last_year = TermFactory().membership.contact
    GiftFactory(donor=member_who_gave_last_year, received_on=date(2025, 12, 31), amount=Money(5, "JOD"))
    lapsed = TermFactory(starts_on=date(2024, 1, 1), ends_on=date(2024, 12, 31)).membership.contact
    stranger = ContactFactory()
    return member, member_who_gave, member_who_gave_last_year, lapsed, stranger


def test_current_members_who_have_not_given_this_year(people, django_assert_num_queries):
    member, _gave, gave_last_year, _lapsed, _stranger = people
    tree = all_of(leaf("membership", "current"), leaf("gave", "this_year", negate=True))
    with django_assert_num_queries(1):
        found = set(contacts_in(tree, on=TODAY))
    assert found == {member, gave_last_year}


def test_any_joins_what_all_would_cut(people):
    _member, _gave, gave_last_year, lapsed, _stranger = people
    tree = {"match": "any", "nodes": [leaf("gave", "last_year"), leaf("membership", "lapsed")]}
    assert set(contacts_in(tree, on=TODAY)) == {gave_last_year, lapsed}


def test_those_in_grace_and_those_who_rest_are_asked_for(people):
    member, _gave, _gave_last_year, _lapsed, _stranger = people
    late = TermFactory(ends_on=TODAY.replace(day=12)).membership.contact
    MembershipDecision.objects.create(
        membership=member.memberships.get(), kind="suspended", starts_on=TODAY, reason="other"
    )
    for value, expected in (("grace", [late]), ("suspended", [member])):
        assert list(contacts_in(all_of(leaf("membership", value)), on=TODAY)) == expected


def test_branches_nest(people):
    tree = all_of(
        {"match": "any", "nodes": [leaf("gave", "last_year"), leaf("gave", "this_year")]}, leaf("language", "en")
    )
    assert contacts_in(tree, on=TODAY).count() == 2


def test_an_empty_tree_means_everybody(people):
    assert contacts_in({}, on=TODAY).count() == Contact.objects.count()


@pytest.mark.parametrize("criterion", sorted(CRITERIA))
def test_every_condition_and_its_opposite_divide_everybody(people, criterion):
    for value in CRITERIA[criterion].values:
        inside = set(contacts_in(all_of(leaf(criterion, value)), on=TODAY))
        outside = set(contacts_in(all_of(leaf(criterion, value, negate=True)), on=TODAY))
        assert inside | outside == set(Contact.objects.all())
        assert not inside & outside


@pytest.mark.parametrize(
    "tree",
    [
        leaf("password", "x"),
        leaf("gave", "never"),
        {"match": "none", "nodes": []},
        {"match": "all", "nodes": "x"},
        all_of(all_of(all_of(all_of(all_of(all_of(all_of(leaf("gave", "ever")))))))),
        all_of("x"),
    ],
)
def test_what_is_not_understood_is_refused(tree):
    with pytest.raises(SegmentError):
        contacts_in(tree, on=TODAY)


def test_a_segment_says_in_words_what_it_asks():
    assert describe(all_of(leaf("membership", "current"), leaf("gave", "this_year", negate=True))) == [
        "is a current member",
        "not: has given this year",
    ]
