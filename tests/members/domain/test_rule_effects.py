"""What a change of rules would change: who, from what to what, and why."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import transaction
from djmoney.money import Money
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.domain.decisions import Decision, decide
from members.domain.rule_effects import effects_on_concession, effects_on_tier, rules_of
from members.models import DecisionKind, LeavingReason, Membership, TierPrice
from tests.factories.members import ConcessionFactory, ContactFactory, TermFactory, TierFactory
from tests.factories.people import RelationshipFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 7, 2)


def jod(amount):
    return Money(amount, "JOD")


@pytest.fixture
def tier():
    return TierFactory(grace_days=30, renewal_window_days=90, price=jod(25))


def ended(tier, days_ago, **kwargs):
    """A term on `tier` that ended so many days ago; below zero, that is still to end."""
    ends_on = DAY - timedelta(days=days_ago)
    return TermFactory(tier=tier, starts_on=ends_on - timedelta(days=364), ends_on=ends_on, **kwargs)


def shown(tier, **changes):
    rules = rules_of(tier)
    found = effects_on_tier(tier, rules, replace(rules, **changes), on=DAY)
    return [(effect.what, effect.before, effect.after, effect.number) for effect in found]


def test_nothing_changes_by_saving_what_is(tier):
    ended(tier, 10)
    assert shown(tier) == []


def test_fewer_days_of_grace_let_those_lapse_who_are_beyond_them(tier):
    for days in (10, 11, 20, 30, 31):
        ended(tier, days)
    assert shown(tier, grace_days=10) == [("Status today", "In grace", "Lapsed", 3)]


def test_more_days_of_grace_bring_some_back(tier):
    for days in (30, 31, 40, 41):
        ended(tier, days)
    assert shown(tier, grace_days=40) == [("Status today", "Lapsed", "In grace", 2)]


def test_who_was_cut_stopped_or_has_renewed_is_not_concerned(tier):
    ended(tier, 20, cut_reason="refunded", paid_until=DAY)
    decide(ended(tier, 20).membership, Decision(DecisionKind.SUSPENDED, DAY, LeavingReason.CONDUCT), by=None)
    ended(tier, 20, membership__contact=ContactFactory(died_on=date(2026, 6, 20)))
    renewed = ended(tier, 20)
    TermFactory(
        membership=renewed.membership, tier=TierFactory(), starts_on=DAY - timedelta(days=19), ends_on=date(2027, 6, 1)
    )
    assert shown(tier, grace_days=0) == []


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(ends=st.lists(st.integers(-40, 80), min_size=1, max_size=6), before=st.integers(0, 60), after=st.integers(0, 60))
def test_the_preview_says_exactly_what_the_statuses_say_before_and_after(ends, before, after):
    with transaction.atomic():
        tier = TierFactory(grace_days=before)
        for days in ends:
            ended(tier, days)

        def statuses():
            return {one.pk: one.status_on(DAY) for one in Membership.objects.filter(terms__tier=tier)}

        foretold = sum(row[3] for row in shown(tier, grace_days=after))
        was = statuses()
        tier.grace_days = after
        tier.save()
        now = statuses()
        assert foretold == sum(was[pk] != now[pk] for pk in was)
        transaction.set_rollback(True)


def test_a_new_fee_is_counted_for_those_who_will_renew_by_their_currency(tier):
    TierPrice.objects.create(tier=tier, price=Money(30, "EUR"))
    ended(tier, -100)
    ended(tier, 5, fee=jod(25))
    ended(tier, -5, fee=Money(30, "EUR"))
    ended(tier, 31)
    changes = {"JOD": jod(28), "EUR": Money(30, "EUR")}
    found = effects_on_tier(tier, rules_of(tier), replace(rules_of(tier), renewal_prices=changes), on=DAY)
    assert [(effect.before, effect.after, effect.number) for effect in found] == [("JOD\xa025", "JOD\xa028", 2)]


def test_a_currency_that_goes_is_said(tier):
    TierPrice.objects.create(tier=tier, price=Money(30, "EUR"))
    ended(tier, -5, fee=Money(30, "EUR"))
    assert [row[2] for row in shown(tier, renewal_prices={"JOD": jod(25)})] == ["Not offered in this currency"]


def test_ages_count_on_the_first_day_of_the_next_term(tier):
    for born_on in (date(2000, 7, 13), date(2000, 7, 14), None):
        ended(tier, -10, membership__contact=ContactFactory(birth_date=born_on))
    assert shown(tier, maximum_age=25) == [("The next term", "Can renew", "Cannot renew", 1)]


def test_a_longer_window_opens_renewing_for_more(tier):
    for days in (90, 91, 120, 121):
        ended(tier, -days)
    assert shown(tier, renewal_window_days=120) == [("Renewing today", "Too early to renew", "Can renew", 2)]
    assert shown(tier, renewal_window_days=89) == [("Renewing today", "Can renew", "Too early to renew", 1)]


def test_who_belongs_through_others_is_counted(tier):
    relationship = RelationshipFactory()
    ended(tier, -100, membership__contact=relationship.to_contact)
    found = shown(tier, confers_to=frozenset([relationship.type_id]))
    assert found == [("Membership today", "Does not belong through somebody else", "Belongs through somebody else", 1)]
    tier.confers_to.add(relationship.type)
    found = shown(tier, confers_to=frozenset())
    assert found == [("Membership today", "Belongs through somebody else", "Does not belong through somebody else", 1)]


def test_a_concession_for_other_ages_is_counted_for_those_who_lose_and_gain_it(tier):
    for born_on in (date(2006, 1, 1), date(1996, 1, 1), date(1960, 1, 1)):
        ended(tier, -10, membership__contact=ContactFactory(birth_date=born_on))
    before = ConcessionFactory(percent=50, max_age=25)
    after = ConcessionFactory(percent=40, max_age=35)
    found = effects_on_concession(before, after, [tier], on=DAY)
    assert [(effect.before, effect.after, effect.number) for effect in found] == [
        ("Full fee", "40 % off", 1),
        ("50 % off", "40 % off", 1),
    ]
