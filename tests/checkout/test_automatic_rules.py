"""When a membership is charged by itself, when it is not, and what a crash or a second worker changes: nothing."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from djmoney.money import Money

from checkout.domain.automatic import ask_with_basket, change_card, honour, honour_what_waits, renewal_of, stop
from checkout.domain.automatic_charging import charge_due, follow_charges
from checkout.domain.automatic_plans import note_told, note_untold, outlook_of, plan_charges
from checkout.domain.baskets import Payer, start_renewal_after
from checkout.domain.fulfilment import fulfil_what_is_due
from checkout.domain.paying import begin_payment
from checkout.models import AutomaticCharge, AutomaticRenewal, Basket, ChargeState, DropReason, StopReason
from donations.domain.events import apply_event, receive_event
from donations.domain.reversals import apply_dispute
from donations.models import CardRemoval, Payment, PaymentStatus, SavedCard
from donations.payments import registry
from donations.payments.interface import DisputeState, PaymentDisputed
from donations.payments.sandbox import compose_answer
from donations.signals import payment_disputed
from members.domain.credit import credit_of, grant_credit
from members.domain.decisions import Decision, decide
from members.domain.memberships import renew
from members.domain.renewal import say_not_renewing, take_back_not_renewing
from members.models import CreditReason, DecisionKind, LeavingReason, Term
from tests.card_bank import (
    ASKS_HOLDER,
    CRASH_AFTER,
    CRASH_BEFORE,
    DECLINED,
    GOOD,
    LOST_AFTER,
    LOST_BEFORE,
    SLOW,
    CardBank,
    Crash,
)
from tests.factories.checkout import AutomaticRenewalFactory
from tests.factories.donations import SavedCardFactory
from tests.factories.members import EmailFactory, TermFactory

END = date(2026, 12, 31)
NOTICE, CHARGE = date(2026, 12, 10), date(2026, 12, 28)
FEE = Money(25, "JOD")


@pytest.fixture
def bank(monkeypatch):
    found = CardBank()
    monkeypatch.setitem(registry._GATEWAYS, "sandbox", found.gateway)
    return found


@pytest.fixture
def term(db, bank):
    return a_term()


def a_term(**changes) -> Term:
    """A term whose next one is paid by a card on file."""
    term = TermFactory(membership__contact=EmailFactory().contact, ends_on=END, tier__price=FEE, **changes)
    AutomaticRenewalFactory(membership=term.membership)
    return term


def noon(day) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 12))


def on(day):
    return time_machine.travel(noon(day), tick=False)


def announced(term, day=NOTICE) -> AutomaticCharge:
    """The charge after `term`, of which the member was told on `day`."""
    with on(day):
        plan_charges(on=day, at=timezone.now())
        charge = AutomaticCharge.objects.get(term=term)
        note_told(charge, on=day)
    charge.refresh_from_db()
    return charge


def tick(day, *, later=timedelta(0)) -> None:
    with time_machine.travel(noon(day) + later, tick=False):
        plan_charges(on=day, at=timezone.now())
        charge_due(on=day, at=timezone.now())
        fulfil_what_is_due(on=day)
        follow_charges(at=timezone.now())


def state_of(term) -> tuple[str, str]:
    charge = AutomaticCharge.objects.get(term=term)
    return charge.state, charge.drop_reason


def ends(term) -> list[date]:
    return [one.ends_on for one in term.membership.terms.all() if not one.is_void]


class TestTheDays:
    def test_it_is_announced_with_days_to_spare_and_charged_before_the_end(self, term, bank):
        told = {}
        for number in range(60):
            day = date(2026, 11, 20) + timedelta(days=number)
            tick(day)
            charge = AutomaticCharge.objects.filter(term=term).first()
            if charge and charge.state == ChargeState.WAITING and not charge.told_on:
                told[day] = (charge.amount, charge.charge_on)
                note_told(charge, on=day)
        assert told == {NOTICE: (FEE, CHARGE)}
        assert [(taken.on, taken.amount) for taken in bank.taken] == [(CHARGE, FEE)]
        assert ends(term) == [END, date(2027, 12, 31)]
        assert Basket.objects.get().renews == term

    def test_whoever_agrees_late_still_has_fourteen_days(self, term, bank):
        charge = announced(term, date(2026, 12, 27))
        assert charge.charge_on == date(2027, 1, 10)
        tick(date(2027, 1, 9))
        assert bank.taken == []
        tick(date(2027, 1, 10))
        assert ends(term) == [END, date(2027, 12, 31)]

    def test_a_notice_that_went_out_late_moves_the_charge(self, term, bank):
        with on(NOTICE):
            plan_charges(on=NOTICE, at=timezone.now())
        late = CHARGE - timedelta(days=10)
        note_told(AutomaticCharge.objects.get(), on=late)
        for day in (CHARGE, late + timedelta(days=13)):
            tick(day)
        assert bank.asked == []
        tick(late + timedelta(days=14))
        assert len(bank.taken) == 1

    @pytest.mark.parametrize("told", [False, None], ids=["refused", "not known"])
    def test_without_a_notice_that_went_out_nothing_is_charged(self, term, bank, told):
        with on(NOTICE):
            plan_charges(on=NOTICE, at=timezone.now())
        if told is False:
            note_untold(AutomaticCharge.objects.get())
        for number in range(60):
            tick(CHARGE + timedelta(days=number))
        assert bank.asked == []

    def test_a_clock_that_stood_still_too_long_announces_anew(self, term, bank):
        announced(term)
        late = CHARGE + timedelta(days=8)
        tick(late)
        charge = AutomaticCharge.objects.get()
        assert (bank.asked, charge.announcement, charge.told_on) == ([], 2, None)
        assert charge.charge_on == late + timedelta(days=14)

    def test_out_of_grace_nothing_is_charged_and_it_ends(self, term, bank):
        announced(term)
        tick(date(2027, 2, 15))
        assert bank.asked == []
        assert AutomaticRenewal.objects.get().stop_reason == StopReason.ENDED


class TestOnlyWhatWasTold:
    def test_a_higher_fee_is_told_anew_and_waits(self, term, bank):
        announced(term)
        term.tier.price = Money(30, "JOD")
        term.tier.save()
        tick(CHARGE)
        charge = AutomaticCharge.objects.get()
        assert (bank.asked, charge.amount, charge.announcement, charge.told_on) == ([], Money(30, "JOD"), 2, None)
        assert charge.charge_on == CHARGE + timedelta(days=14)
        note_told(charge, on=CHARGE)
        tick(charge.charge_on)
        assert [taken.amount for taken in bank.taken] == [Money(30, "JOD")]

    def test_a_lower_fee_is_simply_charged(self, term, bank):
        announced(term)
        term.tier.price = Money(20, "JOD")
        term.tier.save()
        tick(CHARGE)
        assert [taken.amount for taken in bank.taken] == [Money(20, "JOD")]

    def test_another_currency_is_told_anew(self, term, bank):
        announced(term)
        term.tier.price = Money(5, "USD")
        term.tier.save()
        tick(CHARGE)
        assert (bank.asked, AutomaticCharge.objects.get().amount) == ([], Money(5, "USD"))

    def test_credit_is_used_first_and_may_cover_it_all(self, term, bank):
        announced(term)
        grant_credit(term.membership, Money(10, "JOD"), reason=CreditReason.OVERPAID)
        tick(CHARGE)
        assert [taken.amount for taken in bank.taken] == [Money(15, "JOD")]
        other = a_term()
        announced(other)
        grant_credit(other.membership, Money(40, "JOD"), reason=CreditReason.OVERPAID)
        tick(CHARGE)
        assert len(bank.taken) == 1
        assert (ends(other), credit_of(other.membership)) == ([END, date(2027, 12, 31)], [Money(15, "JOD")])
        assert state_of(other) == (ChargeState.PAID, "")


class TestWhoIsNotCharged:
    @pytest.mark.parametrize("act", ["renewed", "no", "suspended", "leaves", "left", "died", "erased", "stopped"])
    def test_who_renewed_said_no_rests_leaves_died_or_stopped(self, term, bank, act):
        announced(term)
        membership, contact, day = term.membership, term.membership.contact, CHARGE - timedelta(days=1)
        with on(day):
            match act:
                case "renewed":
                    renew(membership, tier=term.tier, on=day)
                case "no":
                    say_not_renewing(term, reason="", at=noon(day))
                case "suspended":
                    decide(membership, Decision(DecisionKind.SUSPENDED, day, LeavingReason.TIME), by=None)
                case "leaves":
                    leaves = Decision(DecisionKind.CANCELLED, END + timedelta(days=1), LeavingReason.TIME)
                    decide(membership, leaves, by=None)
                case "left":
                    decide(membership, Decision(DecisionKind.CANCELLED, day, LeavingReason.TIME), by=None)
                case "died":
                    contact.died_on = day
                    contact.save()
                case "erased":
                    contact.erased_at = noon(day)
                    contact.save()
                case "stopped":
                    stop(renewal_of(membership), reason=StopReason.MEMBER, at=noon(day))
        with on(CHARGE):
            # Also without the plan of that morning, which would have dropped it.
            charge_due(on=CHARGE, at=timezone.now())
        tick(CHARGE)
        assert (bank.asked, Payment.objects.count()) == ([], 0)
        assert state_of(term)[0] == ChargeState.DROPPED

    @pytest.mark.parametrize("what", ["agreement", "card"])
    def test_a_plan_that_outlived_its_agreement_or_its_card_is_not_carried_out(self, term, bank, what):
        announced(term)
        if what == "agreement":
            AutomaticRenewal.objects.update(stopped_at=noon(NOTICE), stop_reason=StopReason.STAFF)
        else:
            SavedCard.objects.update(removed_at=noon(NOTICE), removal_reason=CardRemoval.MEMBER)
        tick(CHARGE)
        assert (bank.asked, Basket.objects.count()) == ([], 0)
        assert state_of(term) == (ChargeState.DROPPED, DropReason.STOPPED)

    def test_whoever_takes_the_no_back_is_told_anew(self, term, bank):
        announced(term)
        say_not_renewing(term, reason="", at=noon(CHARGE))
        tick(CHARGE)
        take_back_not_renewing(term, at=noon(CHARGE))
        tick(CHARGE)
        charge = AutomaticCharge.objects.get()
        assert (charge.state, charge.told_on, charge.announcement) == (ChargeState.WAITING, None, 2)

    @pytest.mark.parametrize("answer", ["", "wait", "succeed"], ids=["on the page", "slow bank", "paid"])
    def test_who_is_paying_by_hand_is_not_charged_behind_their_back(self, term, bank, answer, payer):
        announced(term)
        with on(CHARGE):
            basket = start_renewal_after(term, payer, tier=term.tier, gateway="sandbox", form_key=KEY, on=CHARGE)
            payment = begin_payment(basket)
            if answer:
                facts = {"reference": payment.reference, "amount": payment.amount, "schedule": False}
                body, headers = compose_answer(answer, timezone.now(), **facts)
                apply_event(receive_event("sandbox", body=body, headers=headers))
            charge_due(on=CHARGE, at=timezone.now())
        assert bank.asked == []

    def test_a_page_that_was_left_holds_it_up_for_a_day(self, term, bank, payer):
        announced(term)
        with on(CHARGE):
            begin_payment(start_renewal_after(term, payer, tier=term.tier, gateway="sandbox", form_key=KEY, on=CHARGE))
        tick(CHARGE)
        assert bank.asked == []
        tick(CHARGE + timedelta(days=2))
        assert len(bank.taken) == 1

    def test_a_card_that_expires_before_is_neither_announced_nor_charged(self, term, bank):
        renewal = renewal_of(term.membership)
        renewal.card.expires_on = date(2026, 11, 30)
        renewal.card.save()
        tick(NOTICE)
        assert not AutomaticCharge.objects.exists()
        with on(NOTICE):
            change_card(renewal, SavedCardFactory(contact=term.membership.contact))
        announced(term)
        SavedCard.objects.update(expires_on=date(2026, 11, 30))
        tick(CHARGE)
        assert (bank.asked, state_of(term)) == ([], (ChargeState.DROPPED, DropReason.CARD))


class TestFailures:
    def test_a_declined_card_is_tried_three_times_and_then_it_stops(self, term, bank):
        announced(term)
        bank.behaves = DECLINED
        tried = []
        for number in range(30):
            before = len(bank.asked)
            tick(CHARGE + timedelta(days=number))
            tried += [number] * (len(bank.asked) - before)
        renewal = AutomaticRenewal.objects.get()
        assert (tried, renewal.stop_reason, renewal.card.removal_reason) == (
            [0, 3, 7],
            StopReason.FAILED,
            CardRemoval.UNUSED,
        )
        assert (state_of(term), ends(term)) == ((ChargeState.DROPPED, DropReason.DECLINED), [END])
        assert set(Payment.objects.values_list("status", flat=True)) == {PaymentStatus.FAILED}

    def test_the_second_try_may_succeed(self, term, bank):
        announced(term)
        bank.behaves = DECLINED
        tick(CHARGE)
        bank.behaves = GOOD
        tick(CHARGE + timedelta(days=3))
        assert (state_of(term), len(bank.taken), ends(term)) == (
            (ChargeState.PAID, ""),
            1,
            [END, date(2027, 12, 31)],
        )

    def test_a_bank_that_asks_for_the_holder_is_not_asked_again_until_there_is_another_card(self, term, bank):
        announced(term)
        bank.behaves = ASKS_HOLDER
        for number in range(10):
            tick(CHARGE + timedelta(days=number))
        assert len(bank.asked) == 1
        bank.behaves = GOOD
        renewal, day = AutomaticRenewal.objects.get(), CHARGE + timedelta(days=9)
        assert renewal.stopped_at is None
        with on(day):
            change_card(renewal, SavedCardFactory(contact=term.membership.contact))
            assert outlook_of(renewal, on=day).retry_on == day + timedelta(days=1)
        tick(day)
        assert bank.taken == []
        tick(day + timedelta(days=1))
        assert len(bank.taken) == 1

    def test_a_dispute_of_a_charge_ends_it(self, term, bank):
        announced(term)
        tick(CHARGE)
        payment = Payment.objects.get()
        fact = PaymentDisputed(
            charge=payment.gateway_charge,
            at=noon(CHARGE),
            amount=payment.amount,
            dispute_reference="d1",
            state=DisputeState.OPEN,
        )
        apply_dispute(payment, fact)
        payment_disputed.send(sender=None, dispute=payment.disputes.get())
        assert AutomaticRenewal.objects.get().stop_reason == StopReason.DISPUTED


class TestCrashesAndLostAnswers:
    @pytest.mark.parametrize("way", [LOST_BEFORE, LOST_AFTER, CRASH_BEFORE, CRASH_AFTER])
    def test_what_nobody_knows_is_found_out_and_charged_once(self, term, bank, way):
        announced(term)
        bank.behaves = way
        with suppress(Crash):
            tick(CHARGE)
        assert state_of(term)[0] == ChargeState.CHARGING
        bank.behaves = GOOD
        for minutes in (5, 20, 30):
            tick(CHARGE, later=timedelta(minutes=minutes))
        assert (len(bank.taken), state_of(term)) == (1, (ChargeState.PAID, ""))
        assert ends(term) == [END, date(2027, 12, 31)]

    @pytest.mark.parametrize("way", [LOST_BEFORE, CRASH_BEFORE])
    def test_who_stops_before_the_gateway_heard_of_it_is_not_charged(self, term, bank, way):
        announced(term)
        bank.behaves = way
        with suppress(Crash):
            tick(CHARGE)
        bank.behaves = GOOD
        with on(CHARGE):
            stop(renewal_of(term.membership), reason=StopReason.MEMBER, at=timezone.now())
        tick(CHARGE, later=timedelta(minutes=20))
        assert (bank.taken, state_of(term)) == ([], (ChargeState.DROPPED, DropReason.STOPPED))
        assert Payment.objects.get().failure == "not_wanted"

    @pytest.mark.parametrize("way", [LOST_AFTER, CRASH_AFTER])
    def test_who_was_charged_before_they_stopped_has_what_they_paid_for(self, term, bank, way):
        announced(term)
        bank.behaves = way
        with suppress(Crash):
            tick(CHARGE)
        with on(CHARGE):
            stop(renewal_of(term.membership), reason=StopReason.MEMBER, at=timezone.now())
        bank.behaves = GOOD
        tick(CHARGE, later=timedelta(minutes=20))
        assert (len(bank.taken), ends(term)) == (1, [END, date(2027, 12, 31)])

    def test_a_slow_bank_is_never_asked_for_more(self, term, bank):
        announced(term)
        bank.behaves = SLOW
        for number in range(10):
            tick(CHARGE + timedelta(days=number))
        assert (len(bank.asked), state_of(term)) == (1, (ChargeState.CHARGING, ""))
        facts, bank.facts = bank.facts, {}  # it does not even find it for a while
        tick(CHARGE + timedelta(days=10))
        assert len(bank.asked) == 1
        bank.facts = facts
        bank.decide_slow_ones({payment.reference: payment.amount for payment in Payment.objects.all()})
        tick(CHARGE + timedelta(days=11))
        assert ends(term) == [END, date(2027, 12, 31)]


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def run(self, *functions) -> None:
        start = Barrier(len(functions))

        def go(function):
            try:
                start.wait()
                function()
            finally:
                connection.close()

        threads = [Thread(target=go, args=[function]) for function in functions]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def test_two_workers_make_one_charge(self, bank):
        term = a_term()
        announced(term)
        self.run(*[lambda: charge_due(on=CHARGE, at=noon(CHARGE))] * 2)
        assert (len(bank.taken), Basket.objects.count(), Payment.objects.count()) == (1, 1, 1)

    def test_stopping_while_it_is_charged_is_one_or_the_other(self, bank):
        term = a_term()
        announced(term)
        renewal = renewal_of(term.membership)
        self.run(
            lambda: charge_due(on=CHARGE, at=noon(CHARGE)),
            lambda: stop(renewal, reason=StopReason.MEMBER, at=noon(CHARGE)),
        )
        state, reason = state_of(term)
        assert (state, reason, len(bank.taken)) in [
            (ChargeState.PAID, "", 1),
            (ChargeState.DROPPED, DropReason.STOPPED, 0),
        ]

    def test_two_plans_make_one(self, bank):
        term = a_term()
        self.run(*[lambda: plan_charges(on=NOTICE, at=noon(NOTICE))] * 2)
        assert AutomaticCharge.objects.get(term=term).announcement == 1


class TestAgreeing:
    def ask(self, term, payer, *, by=None, card=True) -> Basket:
        with on(CHARGE):
            basket = start_renewal_after(term, payer, tier=term.tier, gateway="sandbox", form_key=KEY, on=CHARGE)
            ask_with_basket(basket, words="Renew it.", by=by)
            payment = begin_payment(basket)
            assert payment.keeps_card
            facts = {"reference": payment.reference, "amount": payment.amount, "schedule": False, "keep_card": card}
            body, headers = compose_answer("succeed", timezone.now(), **facts)
            apply_event(receive_event("sandbox", body=body, headers=headers))
            fulfil_what_is_due(on=CHARGE)
            honour_what_waits()
        return basket

    def test_it_holds_once_the_gateway_keeps_the_card_and_the_term_stands(self, db, payer):
        term = TermFactory(ends_on=END)
        self.ask(term, payer)
        renewal = renewal_of(term.membership)
        assert (renewal.wording, renewal.card.last4, renewal.card.contact) == (
            "Renew it.",
            "4242",
            term.membership.contact,
        )

    def test_a_card_that_the_gateway_does_not_speak_of_makes_no_agreement(self, db, payer):
        term = TermFactory(ends_on=END)
        self.ask(term, payer, card=False)
        assert renewal_of(term.membership) is None

    def test_asking_twice_makes_one(self, db, payer):
        term = TermFactory(ends_on=END)
        basket = self.ask(term, payer)
        assert honour(basket.automatic_request) is None
        assert AutomaticRenewal.objects.count() == 1

    def test_a_stranger_does_not_put_their_card_in_place_of_the_members(self, term, payer):
        old = renewal_of(term.membership).card
        self.ask(term, payer)
        renewal = renewal_of(term.membership)
        assert renewal.card == old
        [strangers] = SavedCard.objects.exclude(pk=old.pk)
        assert strangers.removal_reason == CardRemoval.UNUSED


@pytest.fixture
def payer():
    return Payer(given_name="", family_name="", email="", language="en")


KEY = "9b2c3c1e-5e0f-4d8e-8d3a-0c5a1f6f7a11"
