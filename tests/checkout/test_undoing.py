"""Terms follow the money: refunds, disputes and their ends, in any order, any number of times, at once."""

import uuid
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection
from django.test import TestCase
from django.urls import reverse
from djmoney.money import Money
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from checkout.domain.baskets import Payer, start_renewal
from checkout.domain.fulfilment import fulfil
from checkout.domain.paying import begin_payment
from checkout.domain.undoing import follow_the_money, follow_what_changed
from checkout.models import Basket, PaymentAttempt
from donations.domain.events import apply_event, receive_event
from donations.domain.payments import refund
from donations.models import Dispute, Payment, PaymentStatus, Refund, RefundStatus, ReviewReason
from donations.payments.interface import DisputeState, RefundState
from donations.payments.sandbox import compose_answer, compose_dispute, compose_refund
from members.domain.memberships import join, membership_of
from members.domain.terms import end_of_term
from members.exceptions import MembersError
from members.models import CutReason, Membership, Term
from outreach.models import Delivery
from tests.factories.donations import PaymentFactory
from tests.factories.members import ContactFactory, EmailFactory, TierFactory, UserFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 1, 9, tzinfo=UTC)
FEE = Money(25, "JOD")


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOON, tick=False):
        yield


def tell(message) -> None:
    """The test gateway sends a message, which is received, stored and applied."""
    body, headers = message
    with TestCase.captureOnCommitCallbacks(execute=True):
        apply_event(receive_event("sandbox", body=body, headers=headers))


def basket_for(contact, tier, on) -> Basket:
    payer = Payer(given_name="Layla", family_name="", email="layla@people.example", language="en")
    with TestCase.captureOnCommitCallbacks(execute=True):
        basket = start_renewal(contact, payer, tier=tier, gateway="sandbox", form_key=uuid.uuid4(), on=on)
        if basket.total.amount:
            begin_payment(basket)
        else:
            fulfil(basket, on=on)
    return basket


def charge_of(basket: Basket) -> str:
    return f"charge-{basket.attempts.first().payment.reference}"


def pay(basket: Basket, at=NOON) -> None:
    reference = basket.attempts.first().payment.reference
    tell(compose_answer("succeed", at, reference=reference, amount=basket.total, schedule=False))


def dispute(basket: Basket, state: str, at=NOON) -> None:
    tell(compose_dispute(DisputeState(state), at, charge=charge_of(basket), amount=basket.total))


def give_back(basket: Basket, amount=None, at=NOON, number="re_1", state="settled") -> None:
    amount = amount or basket.total
    tell(compose_refund(RefundState(state), at, charge=charge_of(basket), amount=amount, number=number))


@pytest.fixture
def tier():
    return TierFactory(price=FEE, renewal_window_days=400)


@pytest.fixture
def basket(tier):
    """A member who joined on 15 May and paid today for the year after, from 15 May 2027."""
    contact = EmailFactory(contact__user=UserFactory()).contact
    term = join(contact, tier=tier, on=date(2026, 5, 15))
    made = basket_for(term.membership.contact, tier, date(2026, 6, 1))
    pay(made)
    return made


def term_of(basket: Basket) -> Term:
    return Term.objects.get(basket_line__basket=basket)


def messages() -> list[str]:
    return sorted(
        Delivery.objects.exclude(template__in=["welcome", "card", "receipt"]).values_list("template", flat=True)
    )


class TestRefunds:
    def test_all_of_it_ends_the_term_and_says_so(self, basket):
        give_back(basket)
        assert (term_of(basket).is_void, term_of(basket).cut_reason) == (True, CutReason.REFUNDED)
        assert messages() == ["term-undone"]

    def test_part_of_it_cuts_nothing_until_the_parts_make_the_whole(self, basket):
        give_back(basket, Money(10, "JOD"))
        assert (term_of(basket).is_void, messages()) == (False, ["receipt-again"])
        give_back(basket, Money(15, "JOD"), number="re_2")
        assert (term_of(basket).is_void, messages()) == (True, ["receipt-again", "term-undone"])

    def test_one_that_staff_ask_for_counts_as_well(self, basket):
        payment = basket.attempts.get().payment
        with TestCase.captureOnCommitCallbacks(execute=True):
            refund(payment, amount=FEE, reason="asked", actor=None)
        assert term_of(basket).is_void

    def test_one_on_its_way_changes_nothing_yet(self, basket):
        give_back(basket, state="pending")
        assert not term_of(basket).is_void

    def test_one_that_fails_after_all_gives_the_term_back(self, basket):
        give_back(basket)
        give_back(basket, at=NOON + timedelta(days=3), state="failed")
        assert (term_of(basket).is_void, term_of(basket).cut_reason) == (False, "")
        assert messages() == ["receipt-again", "term-reinstated", "term-undone"]

    def test_paid_twice_and_one_given_back_leaves_the_term(self, basket):
        other = PaymentFactory(settled=True, gateway_charge="charge-other", amount=FEE)
        PaymentAttempt.objects.create(basket=basket, payment=other)
        give_back(basket)
        assert not term_of(basket).is_void

    def test_money_that_went_back_before_it_was_granted_grants_nothing(self, tier):
        contact = join(ContactFactory(), tier=tier, on=date(2026, 5, 15)).membership.contact
        made = basket_for(contact, tier, date(2026, 6, 1))
        payment = made.attempts.get().payment
        Payment.objects.filter(pk=payment.pk).update(
            status=PaymentStatus.SETTLED, settled_at=NOON, gateway_charge=charge_of(made)
        )
        give_back(made)
        assert fulfil(made, on=date(2026, 6, 1))
        line = made.lines.get()
        assert (line.term, bool(line.problem), Term.objects.count()) == (None, True, 1)
        assert not fulfil(made, on=date(2026, 6, 1))


class TestDisputes:
    def test_while_it_is_open_the_member_stays_and_staff_are_told(self, basket):
        dispute(basket, "open")
        assert not term_of(basket).is_void
        assert basket.attempts.get().payment.review == ReviewReason.DISPUTED

    def test_lost_it_ends_the_term_and_won_after_all_it_gives_it_back(self, basket):
        dispute(basket, "open")
        dispute(basket, "lost", NOON + timedelta(days=30))
        assert (term_of(basket).is_void, term_of(basket).cut_reason) == (True, CutReason.DISPUTED)
        dispute(basket, "won", NOON + timedelta(days=60))
        assert (term_of(basket).is_void, term_of(basket).cut_reason) == (False, "")
        assert messages() == ["receipt-again", "term-reinstated", "term-undone"]

    def test_messages_that_come_late_change_nothing(self, basket):
        dispute(basket, "won", NOON + timedelta(days=60))
        dispute(basket, "lost", NOON + timedelta(days=30))
        dispute(basket, "open")
        assert not term_of(basket).is_void
        assert Dispute.objects.get().status == "won"

    def test_one_told_before_its_payment_waits_for_it(self, tier):
        contact = join(ContactFactory(), tier=tier, on=date(2026, 5, 15)).membership.contact
        made = basket_for(contact, tier, date(2026, 6, 1))
        body, headers = compose_dispute(DisputeState.LOST, NOON + timedelta(days=1), charge=charge_of(made), amount=FEE)
        event = receive_event("sandbox", body=body, headers=headers)
        assert not apply_event(event)
        pay(made)
        with TestCase.captureOnCommitCallbacks(execute=True):
            assert apply_event(event)
        assert term_of(made).is_void


class TestCrashes:
    def test_what_a_lost_signal_left_undone_the_clock_does_once(self, basket):
        payment = basket.attempts.get().payment
        Refund.objects.create(payment=payment, amount=FEE, status=RefundStatus.SETTLED, settled_at=NOON)
        assert not term_of(basket).is_void
        assert [follow_what_changed(NOON) for _time in range(2)] == [1, 0]
        assert term_of(basket).is_void

    def test_one_that_fails_does_not_keep_the_others_waiting(self, basket, tier, monkeypatch):
        other = basket_for(
            join(ContactFactory(), tier=tier, on=date(2026, 5, 15)).membership.contact, tier, NOON.date()
        )
        pay(other)
        for one in (basket, other):
            Refund.objects.create(
                payment=one.attempts.get().payment, amount=FEE, status=RefundStatus.SETTLED, settled_at=NOON
            )

        def follow(one):
            if one == basket:
                raise RuntimeError("broken")
            return follow_the_money(one)

        monkeypatch.setattr("checkout.domain.undoing.follow_the_money", follow)
        assert follow_what_changed(NOON) == 1


@pytest.mark.django_db(transaction=True)
def test_a_refund_a_dispute_and_the_clock_at_once_cut_once(tier):
    contact = EmailFactory().contact
    contact = join(contact, tier=tier, on=date(2026, 5, 15)).membership.contact
    made = basket_for(contact, tier, date(2026, 6, 1))
    pay(made)
    calls = [
        lambda: give_back(made),
        lambda: dispute(made, "lost"),
        lambda: follow_what_changed(NOON),
        lambda: follow_the_money(made),
    ]
    start, failures = Barrier(len(calls)), []

    def run(call):
        try:
            start.wait()
            call()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    follow_the_money(made)
    assert failures == []
    assert term_of(made).is_void
    assert messages() == ["term-undone"]


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["renew", "refund", "refund fails", "lost", "won"]),
        st.integers(0, 3),
        st.integers(0, 200),
    ),
    min_size=1,
    max_size=12,
)


@settings(
    max_examples=40,
    deadline=None,
    # Each example pays and refunds for real; making a failing one smaller would take many minutes.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(kind=st.sampled_from(["rolling", "calendar"]), acts=ACTS)
def test_whatever_happens_terms_never_overlap(kind, acts):
    tier = TierFactory(price=FEE, renewal_window_days=700, term_kind=kind)
    contact = ContactFactory()
    day = date(2026, 1, 10)
    join(contact, tier=tier, on=day)
    baskets: list[Basket] = []
    for act, which, days in acts:
        day += timedelta(days=days)
        at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        with time_machine.travel(at, tick=False):
            if act == "renew":
                try:
                    made = basket_for(contact, tier, day)
                except MembersError:
                    continue
                if made.total.amount:
                    pay(made, at)
                    baskets.append(made)
            elif baskets:
                chosen = baskets[which % len(baskets)]
                if act.startswith("refund"):
                    give_back(chosen, at=at, state="failed" if "fails" in act else "settled")
                else:
                    dispute(chosen, act, at)
        terms = [term for term in membership_of(contact).terms.order_by("starts_on") if not term.is_void]
        for one, other in pairwise(terms):
            assert one.ends_on < other.starts_on
    kept = [term for term in Term.objects.filter(basket_line__basket__in=baskets) if not term.cut_reason]
    assert all(term.ends_on == end_of_term(term.starts_on, tier=tier) for term in kept), "no paid day is lost"


class TestStaffScreens:
    def page(self, client, membership):
        client.force_login(UserFactory(is_superuser=True))
        return client.get(reverse("members_membership", args=[membership.pk])).text.replace("\xa0", " ")

    def test_what_went_back_in_part_stands_beside_the_payment(self, client, basket):
        give_back(basket, Money(10, "JOD"))
        dispute(basket, "open")
        page = self.page(client, Membership.objects.get())
        assert "JOD 10 of JOD 25 went back" in page
        assert "bank disputes it" in page

    def test_whoever_may_not_see_payments_sees_none_here(self, client, basket):
        from django.contrib.auth.models import Group

        from dashboard.domain.roles import sync_roles

        sync_roles()
        user = UserFactory()
        user.groups.add(Group.objects.get(name="volunteers"))
        client.force_login(user)
        page = client.get(reverse("members_membership", args=[Membership.objects.get().pk])).text
        assert basket.attempts.get().payment.reference not in page
