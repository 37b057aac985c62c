"""Terms whose payment went back: what ends, what moves, what becomes of credit."""

from datetime import date

import pytest
from djmoney.money import Money

from members.domain.concessions import find_code
from members.domain.credit import credit_of, grant_credit, spend_credit
from members.domain.relationships import belonging_through
from members.domain.tier_changes import change_tier
from members.domain.undoing import reinstate_term, undo_term
from members.exceptions import CodeNotValidError
from members.models import CodeUse, CreditReason, CutReason, MembershipStatus, TermKind
from tests.factories.members import DiscountCodeFactory, MembershipFactory, TermFactory, TierFactory
from tests.factories.people import RelationshipFactory

pytestmark = pytest.mark.django_db
REFUNDED, DISPUTED = CutReason.REFUNDED, CutReason.DISPUTED


def jod(amount):
    return Money(amount, "JOD")


def days_of(membership):
    return [(term.starts_on, term.ends_on) for term in membership.terms.order_by("starts_on") if not term.is_void]


def year(membership, number, **changes):
    facts = {"starts_on": date(number, 1, 1), "ends_on": date(number, 12, 31), "fee": jod(365)}
    return TermFactory(membership=membership, **facts | changes)


@pytest.fixture
def membership():
    return MembershipFactory()


def test_days_that_were_stay_and_those_to_come_go(membership):
    term = year(membership, 2026)
    assert undo_term(term, on=date(2026, 6, 1), reason=REFUNDED)
    term.refresh_from_db()
    assert (term.ends_on, term.paid_until, term.cut_reason) == (date(2026, 5, 31), date(2026, 12, 31), REFUNDED)
    assert membership.status_on(date(2026, 5, 31)) == MembershipStatus.CURRENT
    assert membership.status_on(date(2026, 6, 1)) == MembershipStatus.LAPSED, "no grace after it"


@pytest.mark.parametrize("on", [date(2025, 12, 1), date(2026, 1, 1)])
def test_a_term_that_has_not_begun_is_as_if_it_had_never_been(membership, on):
    term = year(membership, 2026)
    undo_term(term, on=on, reason=DISPUTED)
    term.refresh_from_db()
    assert term.is_void


def test_a_term_that_is_over_stays_as_it_was(membership):
    term = year(membership, 2026)
    assert not undo_term(term, on=date(2027, 1, 1), reason=REFUNDED)
    assert days_of(membership) == [(date(2026, 1, 1), date(2026, 12, 31))]


def test_once_more_does_nothing(membership, django_capture_on_commit_callbacks):
    term = year(membership, 2026)
    undo_term(term, on=date(2026, 6, 1), reason=REFUNDED)
    assert not undo_term(term, on=date(2026, 3, 1), reason=DISPUTED)
    assert days_of(membership) == [(date(2026, 1, 1), date(2026, 5, 31))]
    assert reinstate_term(term)
    assert not reinstate_term(term)
    assert days_of(membership) == [(date(2026, 1, 1), date(2026, 12, 31))]


def test_what_is_paid_for_later_moves_up_and_back_again(membership):
    tier = TierFactory()
    first, _second, _third = (year(membership, number, tier=tier) for number in (2026, 2027, 2028))
    undo_term(first, on=date(2026, 6, 1), reason=DISPUTED)
    assert days_of(membership) == [
        (date(2026, 1, 1), date(2026, 5, 31)),
        (date(2026, 6, 1), date(2027, 5, 31)),
        (date(2027, 6, 1), date(2028, 5, 31)),
    ]
    reinstate_term(first)
    assert days_of(membership) == [(date(number, 1, 1), date(number, 12, 31)) for number in (2026, 2027, 2028)]


def test_by_the_calendar_the_next_year_stays_the_next_year(membership):
    tier = TierFactory(term_kind=TermKind.CALENDAR)
    first = year(membership, 2026, tier=tier)
    year(membership, 2027, tier=tier)
    undo_term(first, on=date(2026, 6, 1), reason=REFUNDED)
    assert days_of(membership) == [
        (date(2026, 1, 1), date(2026, 5, 31)),
        (date(2027, 1, 1), date(2027, 12, 31)),
    ]


def test_whoever_renewed_meanwhile_has_both_terms_one_after_the_other(membership):
    tier = TierFactory()
    first = year(membership, 2026, tier=tier)
    undo_term(first, on=date(2026, 6, 1), reason=DISPUTED)
    year(membership, 2026, tier=tier, starts_on=date(2026, 7, 1), ends_on=date(2027, 6, 30))
    assert reinstate_term(first)
    assert days_of(membership) == [
        (date(2026, 1, 1), date(2026, 12, 31)),
        (date(2027, 1, 1), date(2027, 12, 31)),
    ]


def test_days_that_another_term_has_by_the_calendar_become_credit_once(membership):
    tier = TierFactory(term_kind=TermKind.CALENDAR)
    first = year(membership, 2026, tier=tier)
    undo_term(first, on=date(2026, 6, 1), reason=DISPUTED)
    year(membership, 2026, tier=tier, starts_on=date(2026, 7, 1))
    for _time in range(2):
        assert not reinstate_term(first)
    # From 1 June to 31 December, at one dinar a day.
    assert credit_of(membership) == [jod(214)]
    assert days_of(membership)[0] == (date(2026, 1, 1), date(2026, 5, 31))


def test_credit_that_paid_for_it_comes_back_and_goes_again(membership):
    grant_credit(membership, jod(100), reason=CreditReason.OVERPAID)
    term = year(membership, 2026)
    spend_credit(membership, jod(100), term=term)
    undo_term(term, on=date(2026, 6, 1), reason=REFUNDED)
    assert credit_of(membership) == [jod(100)]
    reinstate_term(term)
    assert credit_of(membership) == []


def test_credit_that_came_of_it_goes_with_its_payment(membership):
    term = year(membership, 2026)
    cheaper = TierFactory(price=jod(100))
    moved = change_tier(membership, tier=cheaper, on=date(2026, 7, 2), paid=jod(0))
    assert credit_of(membership) == [jod(83)], "183 days were left, at one dinar a day; 100 were used"
    for one in (moved, term):
        undo_term(one, on=date(2026, 8, 1), reason=DISPUTED)
    assert credit_of(membership) == []
    for one in (term, moved):
        reinstate_term(one)
    assert credit_of(membership) == [jod(83)]


def test_a_code_is_free_again_if_its_term_never_began(membership):
    code = DiscountCodeFactory(most_uses=1)
    term = year(membership, 2026)
    CodeUse.objects.create(
        code=code, key="00000000-0000-4000-8000-000000000001", held_until="2026-01-01T00:00Z", term=term
    )
    at = "2026-02-01T00:00Z"
    with pytest.raises(CodeNotValidError):
        find_code(code.code, tier=term.tier, at=at)
    undo_term(term, on=date(2026, 1, 1), reason=REFUNDED)
    assert find_code(code.code, tier=term.tier, at=at) == code
    reinstate_term(term)
    with pytest.raises(CodeNotValidError):
        find_code(code.code, tier=term.tier, at=at)


def test_who_belongs_through_it_follows(membership):
    term = year(membership, 2026)
    child = RelationshipFactory(to_contact=membership.contact)
    term.tier.confers_to.add(child.type)
    day = date(2026, 6, 1)
    assert list(belonging_through(membership, on=day)) == [child.from_contact]
    undo_term(term, on=day, reason=DISPUTED)
    assert list(belonging_through(membership, on=day)) == []
    reinstate_term(term)
    assert list(belonging_through(membership, on=day)) == [child.from_contact]
