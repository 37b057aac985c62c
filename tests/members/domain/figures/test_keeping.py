"""Whatever happens to memberships, in whatever order: the kept figures are those that would be worked out from nothing."""

import io
import threading
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.domain.decisions import Decision, decide, take_back
from members.domain.erasing import erase
from members.domain.figures import keeping
from members.domain.memberships import join, renew
from members.domain.merging import merge, undo_merge
from members.domain.terms import cut_term, end_of_term
from members.exceptions import MembersError
from members.models import (
    CohortFigure,
    Contact,
    CutReason,
    DecisionKind,
    FeeFigure,
    Figure,
    FigureBlock,
    FigureKind,
    FigureMark,
    LeavingReason,
    Membership,
    MembershipDecision,
    MembershipStatus,
    Merge,
    Term,
    Tier,
)
from tests.factories.members import BranchFactory, ContactFactory, TermFactory, TierFactory

FIRST = date(2023, 1, 1)
TODAY = date(2026, 11, 23)


def kept():
    """All rows, without their own numbers."""
    columns = ["block_id", "month", "tier_id", "branch_id"]
    return [
        sorted(model.objects.values_list(*columns, *more), key=str)
        for model, more in (
            (Figure, ["kind", "reason", "count"]),
            (FeeFigure, ["currency", "amount", "count"]),
            (CohortFigure, ["years", "count"]),
        )
    ]


def assert_kept_is_rebuilt(on):
    keeping.bring_up_to_date(on)
    found = kept()
    keeping.rebuild(on)
    assert found == kept()


def members_by_month(on):
    """How many are current at the end of each month, from the changes."""
    changes = dict.fromkeys(_months(on), 0)
    for month, count in Figure.objects.filter(kind=FigureKind.CHANGE).values_list("month", "count"):
        changes[month] += count
    total = 0
    return {month: (total := total + change) for month, change in sorted(changes.items())}


def members_one_by_one(on):
    """The same, asking every membership where it stood."""
    memberships = list(Membership.objects.select_related("contact").prefetch_related("terms__tier", "decisions"))
    return {
        month: sum(
            membership.status_on(min(_last_day(month), on)) == MembershipStatus.CURRENT for membership in memberships
        )
        for month in _months(on)
    }


def _months(on):
    return [
        date(year, month, 1)
        for year in range(2022, on.year + 1)
        for month in range(1, 13)
        if date(year, month, 1) <= on
    ]


def _last_day(month):
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


@pytest.fixture
def small_blocks(monkeypatch):
    """Two memberships in a block, so that a handful has several."""
    monkeypatch.setattr(keeping, "BLOCK_SIZE", 2)


# --- Anything at all ----------------------------------------------------------------------

_days = st.integers(0, (TODAY - FIRST).days + 200).map(lambda days: FIRST + timedelta(days=days))
_acts = st.tuples(
    st.sampled_from(
        ["join", "join", "join", "renew", "renew", "cut", "change", "decide", "take back", "die", "live", "merge", "undo",
         "move", "grace", "delete", "bulk", "look", "look", "look"]
    ),
    st.integers(0, 5),
    _days,
    st.integers(0, 5),
)  # fmt: skip


class Office:
    """Six people, three tiers, and everything that can be done with them."""

    def __init__(self):
        branch = BranchFactory()
        self.tiers = [
            TierFactory(grace_days=30),
            TierFactory(grace_days=0, term_months=3),
            TierFactory(branch=branch, term_kind="lifetime"),
        ]
        self.branch = branch
        self.people = [ContactFactory().pk for _person in range(6)]

    def do(self, what, who, day, number):
        handler = getattr(self, f"_{what.replace(' ', '_')}")
        try:
            handler(self.people[who], day, number)
        except (MembersError, StopIteration):
            return

    def _contact(self, pk):
        return next(iter(Contact.objects.filter(pk=pk)))

    def _membership(self, pk, number):
        found = list(Membership.objects.filter(contact=pk).order_by("pk"))
        return found[number % len(found)] if found else next(iter(()))

    def _term(self, pk, number):
        found = list(Term.objects.filter(membership__contact=pk).order_by("pk"))
        return found[number % len(found)] if found else next(iter(()))

    def _join(self, pk, day, number):
        tier = self.tiers[number % 3]
        fee = tier.price if number % 2 else None
        join(self._contact(pk), tier=tier, on=day, fee=fee)

    def _renew(self, pk, day, number):
        membership = self._membership(pk, number)
        last = membership.last_term
        renew(
            membership,
            tier=self.tiers[number % 2],
            on=last.ends_on - timedelta(days=1) if last and not last.is_for_life else day,
        )

    def _cut(self, pk, day, number):
        cut_term(self._term(pk, number), ends_on=day, reason=list(CutReason)[number % 5])

    def _change(self, pk, day, number):
        term = self._term(pk, number)
        cut_term(term, ends_on=day - timedelta(days=1), reason=CutReason.CHANGED)
        tier = self.tiers[number % 2]
        if not Term.objects.filter(membership=term.membership_id, starts_on=day).exists():
            Term.objects.create(
                membership=term.membership, tier=tier, starts_on=day, ends_on=end_of_term(day, tier=tier)
            )

    def _decide(self, pk, day, number):
        kind = list(DecisionKind)[number % 2]
        ends_on = day + timedelta(days=40) if kind == DecisionKind.SUSPENDED else None
        decision = Decision(kind, day, list(LeavingReason)[number], ends_on=ends_on)
        decide(self._membership(pk, number), decision, by=None)

    def _take_back(self, pk, day, number):
        take_back(next(iter(MembershipDecision.objects.filter(membership__contact=pk))), before=day, by=None)

    def _die(self, pk, day, number):
        contact = self._contact(pk)
        contact.died_on = day
        contact.save()

    def _live(self, pk, day, number):
        Contact.objects.filter(pk=pk).update(died_on=None)

    def _merge(self, pk, day, number):
        merge(self._contact(pk), self._contact(self.people[number]), {"died_on": "merged"}, by=None)

    def _undo(self, pk, day, number):
        undo_merge(next(iter(Merge.objects.filter(undone_at=None).order_by("-pk"))), by=None)

    def _move(self, pk, day, number):
        Membership.objects.filter(contact=pk).update(branch=self.branch if number % 2 else None)

    def _grace(self, pk, day, number):
        self.tiers[number % 2].grace_days = number * 10
        self.tiers[number % 2].save()

    def _delete(self, pk, day, number):
        self._term(pk, number).delete()

    def _bulk(self, pk, day, number):
        rows = [
            Term(
                membership=membership, tier=self.tiers[0], starts_on=day, ends_on=day + timedelta(days=30 * number + 3)
            )
            for membership in Membership.objects.filter(contact=pk)
        ]
        Term.objects.bulk_create(rows, ignore_conflicts=True)

    def _look(self, pk, day, number):
        keeping.bring_up_to_date(TODAY)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(_acts, min_size=5, max_size=25))
def test_kept_figures_are_those_worked_out_from_nothing(small_blocks, acts):
    with transaction.atomic():
        office = Office()
        for act in acts:
            office.do(*act)
        assert_kept_is_rebuilt(TODAY)
        assert members_by_month(TODAY) == members_one_by_one(TODAY)
        transaction.set_rollback(True)


# --- By itself ----------------------------------------------------------------------------


MARKED = {
    "a term in bulk": lambda term: Term.objects.bulk_create(
        [Term(membership=term.membership, tier=term.tier, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))]
    ),
    "a term by update": lambda term: Term.objects.filter(pk=term.pk).update(ends_on=date(2026, 12, 30)),
    "a term deleted": lambda term: term.delete(),
    "a decision": lambda term: MembershipDecision.objects.bulk_create(
        [MembershipDecision(membership=term.membership, kind="suspended", starts_on=TODAY, reason="time")]
    ),
    "a death": lambda term: Contact.objects.filter(pk=term.membership.contact_id).update(died_on=TODAY),
    "a branch": lambda term: Membership.objects.update(branch=BranchFactory()),
    "another contact": lambda term: Membership.objects.update(contact=ContactFactory()),
    "the grace of a tier": lambda term: Tier.objects.update(grace_days=3),
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", MARKED)
def test_the_database_itself_notes_whose_figures_changed(what):
    term = TermFactory()
    keeping.bring_up_to_date(TODAY)
    MARKED[what](term)
    keeping.take_marks()
    assert FigureBlock.objects.filter(as_of=None).count() == 1
    assert not FigureMark.objects.exists()


@pytest.mark.django_db
def test_what_says_nothing_about_figures_marks_nothing():
    term = TermFactory()
    keeping.bring_up_to_date(TODAY)
    term.membership.contact.given_name = "Other"
    term.membership.contact.save()
    term.tier.save()
    term.membership.save()
    assert not FigureMark.objects.exists()


@pytest.mark.django_db
def test_a_new_day_makes_all_figures_new(small_blocks):
    for _membership in range(5):
        TermFactory(ends_on=TODAY, tier__grace_days=0)
    assert keeping.bring_up_to_date(TODAY) == 0
    assert not Figure.objects.filter(kind=FigureKind.LAPSED).exists()
    left = keeping.bring_up_to_date(TODAY + timedelta(days=1), at_most=1)
    assert left == FigureBlock.objects.count() - 1 > 0
    keeping.bring_up_to_date(TODAY + timedelta(days=1))
    assert sum(Figure.objects.filter(kind=FigureKind.LAPSED).values_list("count", flat=True)) == 5


@pytest.mark.django_db
def test_the_command_gives_the_same_rows_again_even_if_somebody_spoilt_them(small_blocks):
    for _membership in range(5):
        TermFactory()
    call_command("rebuild_figures", stdout=io.StringIO())
    right = kept()
    Figure.objects.update(count=1_000)
    FeeFigure.objects.all().delete()
    call_command("rebuild_figures", stdout=io.StringIO())
    assert kept() == right


@pytest.mark.django_db
def test_an_erased_person_stays_in_the_figures_of_past_years():
    term = TermFactory()
    keeping.bring_up_to_date(TODAY)
    before = kept()
    erase(term.membership.contact, reason="asked", by=None)
    keeping.bring_up_to_date(TODAY)
    assert kept() == before


@pytest.mark.django_db(transaction=True)
def test_what_is_written_while_figures_are_worked_out_is_not_forgotten(small_blocks):
    tier, people = TierFactory(), [ContactFactory() for _person in range(12)]
    failed = []

    def joining():
        try:
            for person in people:
                join(person, tier=tier, on=date(2026, 1, 1))
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    writer = threading.Thread(target=joining)
    writer.start()
    while writer.is_alive():
        keeping.bring_up_to_date(TODAY)
    writer.join()
    assert failed == []
    assert_kept_is_rebuilt(TODAY)
    assert members_by_month(TODAY)[date(2026, 11, 1)] == 12
