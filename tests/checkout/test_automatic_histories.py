"""Whatever happens in whatever order: nobody is charged twice for a term, without notice, or after they stopped."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from djmoney.money import Money
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from checkout.domain.automatic import change_card, renewal_of, stop
from checkout.domain.automatic_charging import charge_due, follow_charges
from checkout.domain.automatic_plans import note_told, plan_charges, waiting_for_notice
from checkout.domain.automatic_rules import NOTICE_DAYS
from checkout.domain.fulfilment import fulfil_what_is_due
from checkout.models import AutomaticCharge, AutomaticRenewal, StopReason
from donations.models import Payment
from donations.payments import registry
from members.domain.decisions import Decision, decide
from members.domain.memberships import renew
from members.domain.renewal import say_not_renewing, take_back_not_renewing
from members.exceptions import MembersError
from members.models import DecisionKind, LeavingReason, Term
from tests.card_bank import GOOD, WAYS, CardBank, Crash
from tests.factories.checkout import AutomaticRenewalFactory
from tests.factories.donations import SavedCardFactory
from tests.factories.members import EmailFactory, TermFactory

pytestmark = pytest.mark.django_db
END = date(2026, 12, 31)
ACTS = ("stop", "agree", "dearer", "cheaper", "by_hand", "no", "yes_after_all", "card", "leave", "rest", "die")


class History:
    """One membership, day by day, and what was told, stopped and taken meanwhile."""

    def __init__(self, bank: CardBank):
        self.bank = bank
        self.term = TermFactory(
            membership__contact=EmailFactory().contact, ends_on=END, tier__price=Money(25, "JOD"), tier__term_months=1
        )
        self.membership = self.term.membership
        self.notices: list[tuple[int, date, Money]] = []
        self.agree()

    def agree(self) -> None:
        if renewal_of(self.membership) is None and not self.membership.contact.died_on:
            AutomaticRenewalFactory(membership=self.membership)

    def tell(self) -> None:
        """The letters of today go out."""
        for charge in waiting_for_notice():
            if note_told(charge, on=timezone.localdate()):
                self.notices.append((charge.term_id, timezone.localdate(), charge.amount))

    def act(self, name: str) -> None:
        """Do what somebody does on that day, if it can be done."""
        try:
            with transaction.atomic():
                getattr(self, name)()
        except MembersError:
            pass

    def stop(self) -> None:
        if renewal := renewal_of(self.membership):
            stop(renewal, reason=StopReason.MEMBER, at=timezone.now())

    def dearer(self) -> None:
        self._price_moves(5)

    def cheaper(self) -> None:
        self._price_moves(-5)

    def _price_moves(self, by: int) -> None:
        tier = Term.objects.get(pk=self.term.pk).tier
        tier.price = max(tier.price + Money(by, "JOD"), Money(0, "JOD"))
        tier.save()

    def by_hand(self) -> None:
        renew(self.membership, tier=self.term.tier, on=timezone.localdate())

    def no(self) -> None:
        say_not_renewing(self.membership.last_term, reason="", at=timezone.now())

    def yes_after_all(self) -> None:
        take_back_not_renewing(self.membership.last_term, at=timezone.now())

    def card(self) -> None:
        if renewal := renewal_of(self.membership):
            change_card(renewal, SavedCardFactory(contact=self.membership.contact))

    def leave(self) -> None:
        self._decide(DecisionKind.CANCELLED, ends_on=None)

    def rest(self) -> None:
        self._decide(DecisionKind.SUSPENDED, ends_on=timezone.localdate() + timedelta(days=5))

    def _decide(self, kind: DecisionKind, *, ends_on: date | None) -> None:
        decide(self.membership, Decision(kind, timezone.localdate(), LeavingReason.TIME, ends_on=ends_on), by=None)

    def die(self) -> None:
        self.membership.contact.died_on = timezone.localdate()
        self.membership.contact.save()

    def run_clock(self, *, tells: bool) -> None:
        """One tick, which a crash may end at any place."""
        today, at = timezone.localdate(), timezone.now()
        plan_charges(on=today, at=at)
        if tells:
            self.tell()
        charge_due(on=today, at=at)
        fulfil_what_is_due(on=today)
        follow_charges(at=at)

    def check(self) -> None:
        """Every charge that the bank made, against what was told and stopped."""
        by_term: Counter = Counter()
        for taken in self.bank.taken:
            payment = Payment.objects.get(reference=taken.reference)
            basket = payment.attempt.basket
            by_term[basket.renews_id] += 1
            told = [
                on
                for term, on, amount in self.notices
                if term == basket.renews_id and on <= taken.on - timedelta(days=NOTICE_DAYS) and amount >= taken.amount
            ]
            assert told, f"{taken} without notice: {self.notices}"
            # The last word that the member had in time was no lower than what was taken.
            charge = AutomaticCharge.objects.get(term=basket.renews_id)
            assert taken.amount <= charge.amount
        assert all(count == 1 for count in by_term.values()), by_term
        granted = [(term.starts_on, term.ends_on) for term in self.membership.terms.all() if not term.is_void]
        assert len(granted) == len(set(granted))


day = st.tuples(
    st.integers(1, 5),
    st.lists(st.sampled_from(ACTS), max_size=2),
    st.sampled_from(WAYS),
    st.integers(1, 2),
    st.booleans(),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.lists(day, min_size=4, max_size=22))
@example(days=[(1, [], GOOD, 2, True)] * 22)
@example(days=[(3, [], way, 2, True) for way in WAYS * 2])
@example(days=[(3, ["dearer"] if number % 7 == 5 else [], GOOD, 2, True) for number in range(22)])
def test_never_twice_never_untold_never_after_stop(db, monkeypatch, days):
    with transaction.atomic():
        bank = CardBank()
        monkeypatch.setitem(registry._GATEWAYS, "sandbox", bank.gateway)
        _live(History(bank), days)
        transaction.set_rollback(True)


def _live(history: History, days: list) -> None:
    bank, now = history.bank, timezone.make_aware(datetime(2026, 12, 5, 9))
    for gap, acts, way, ticks, tells in days:
        now += timedelta(days=gap)
        bank.behaves = way
        with time_machine.travel(now, tick=False):
            for act in acts:
                history.act(act)
            asked, stopped = len(bank.asked), renewal_of(history.membership) is None
            for tick in range(ticks):
                with time_machine.travel(now + timedelta(hours=tick), tick=False):
                    try:
                        history.run_clock(tells=tells)
                    except Crash:
                        bank.behaves = GOOD
                    bank.decide_slow_ones(_amounts())
            if stopped:
                assert len(bank.asked) == asked, "charged after it was stopped"
            history.check()
    assert AutomaticRenewal.objects.in_force().filter(membership=history.membership).count() <= 1


def _amounts() -> dict[str, Money]:
    return {payment.reference: payment.amount for payment in Payment.objects.all()}


def test_an_undisturbed_year_is_charged_once_and_renewed(monkeypatch):
    bank = CardBank()
    monkeypatch.setitem(registry._GATEWAYS, "sandbox", bank.gateway)
    history = History(bank)
    history.term.tier.term_months = 12
    history.term.tier.save()
    for number in range(40):
        with time_machine.travel(datetime(2026, 12, 1, 9) + timedelta(days=number), tick=False):
            for _tick in range(2):
                history.run_clock(tells=True)
    history.check()
    assert [(taken.on, taken.amount) for taken in bank.taken] == [(date(2026, 12, 28), Money(25, "JOD"))]
    assert [on for _term, on, _amount in history.notices] == [date(2026, 12, 10)]
    assert [term.ends_on for term in history.membership.terms.all()] == [END, date(2027, 12, 31)]
