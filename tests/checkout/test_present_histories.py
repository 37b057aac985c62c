"""Whatever happens to a present in whatever order: at most one term, and it stands if and only if its money is ours."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.test import TestCase
from django.utils import timezone
from djmoney.money import Money
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from checkout.domain.baskets import Payer
from checkout.domain.fulfilment import fulfil_what_is_due
from checkout.domain.paying import begin_payment
from checkout.domain.present_taking import Taker, accept_present
from checkout.domain.presents import Wishes, found_again, start_present, state_of
from checkout.domain.undoing import follow_what_changed
from checkout.exceptions import PresentNotReadyError
from checkout.models import Present, PresentState, PresentWay
from donations.domain.events import apply_event, receive_event
from donations.domain.reversals import reversal_of
from donations.models import DisputeStatus
from donations.payments.interface import DisputeState, RefundState
from donations.payments.sandbox import compose_answer, compose_dispute, compose_refund
from members.domain.eligibility import places_left
from members.exceptions import MembersError
from members.models import Term
from outreach.domain.present_messages import queue_present_messages
from outreach.models import Delivery
from tests.factories.members import TierFactory

pytestmark = pytest.mark.django_db
START = datetime(2026, 6, 1, 9, tzinfo=UTC)
FEE = Money(25, "JOD")
ACTS = ("paid", "refund", "refund fails", "dispute", "won", "lost", "accept", "accept by another", "clock")


class History:
    """One present, what happens to it, and what must hold after each step."""

    def __init__(self):
        self.tier = TierFactory(price=FEE, capacity=1)
        giver = Payer(given_name="Omar", family_name="", email="omar@people.example", language="en")
        wishes = Wishes("Layla", "", "en", PresentWay.EMAIL, "layla@people.example", START.date())
        with TestCase.captureOnCommitCallbacks(execute=True):
            basket = start_present(
                giver, wishes, tier=self.tier, gateway="sandbox", form_key=uuid.uuid4(), on=START.date()
            )
            begin_payment(basket)
        self.present = basket.present
        self.payment = basket.attempts.get().payment

    @property
    def charge(self) -> str:
        return f"charge-{self.payment.reference}"

    def act(self, name: str, at: datetime) -> None:
        match name:
            case "paid":
                reference = self.payment.reference
                self.tell(compose_answer("succeed", at, reference=reference, amount=FEE, schedule=False))
            case "refund" | "refund fails":
                how = RefundState.FAILED if "fails" in name else RefundState.SETTLED
                self.tell(compose_refund(how, at, charge=self.charge, amount=FEE, number="re_1"))
            case "dispute" | "won" | "lost":
                how = DisputeState.OPEN if name == "dispute" else DisputeState(name)
                self.tell(compose_dispute(how, at, charge=self.charge, amount=FEE))
            case "clock":
                with TestCase.captureOnCommitCallbacks(execute=True):
                    fulfil_what_is_due(on=timezone.localdate())
                    follow_what_changed(at)
                    queue_present_messages(on=timezone.localdate(), at=at)
            case _:
                self.accept("Noor" if "another" in name else "Layla", at)

    def tell(self, message) -> None:
        body, headers = message
        with TestCase.captureOnCommitCallbacks(execute=True):
            apply_event(receive_event("sandbox", body=body, headers=headers))

    def accept(self, name: str, at: datetime) -> None:
        before = state_of(found_again(self.present), on=timezone.localdate())
        try:
            with TestCase.captureOnCommitCallbacks(execute=True):
                taker = Taker(name, "Haddad", f"{name.lower()}@people.example", "en")
                accept_present(self.present, taker, on=timezone.localdate(), at=at)
        except (PresentNotReadyError, MembersError):
            assert before != PresentState.READY
        else:
            assert before == PresentState.READY

    def is_ours(self) -> bool:
        self.payment.refresh_from_db()
        return self.payment.is_settled and reversal_of(self.payment) is None

    def check(self) -> None:
        present = Present.objects.get(pk=self.present.pk)
        today = timezone.localdate()
        state = state_of(found_again(present), on=today)
        terms = list(Term.objects.all())
        assert len(terms) <= 1
        assert bool(terms) == bool(present.accepted_at)
        if terms:
            [term] = terms
            assert term.fee == FEE
            assert timezone.localdate(present.accepted_at) <= present.last_on
            assert (term.cut_reason == "") == self.is_ours()
        assert (state in (PresentState.READY, PresentState.HELD, PresentState.ACCEPTED)) <= self.is_ours()
        if state == PresentState.READY:
            assert not self.payment.disputes.filter(status=DisputeStatus.OPEN).exists()
            assert places_left(self.tier, at=timezone.now(), on=today) == 0, "its place is kept"
        assert Delivery.objects.filter(template="present").count() <= 1


STEP = st.tuples(st.sampled_from(ACTS), st.sampled_from([0, 1, 5, 40, 200]))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEP, min_size=3, max_size=12))
@example(steps=[("paid", 0), ("accept", 1), ("lost", 5), ("won", 40)])
@example(steps=[("paid", 0), ("lost", 1), ("accept", 1), ("won", 5), ("accept", 0), ("accept by another", 0)])
@example(
    steps=[("paid", 0), ("dispute", 1), ("accept", 1), ("won", 5), ("accept", 1), ("refund", 1), ("refund fails", 1)]
)
@example(steps=[("paid", 0), ("clock", 200), ("clock", 200), ("accept", 0)])
@example(steps=[("refund", 0), ("paid", 0), ("clock", 0), ("accept", 0), ("refund", 1), ("clock", 0)])
def test_at_most_one_term_and_only_for_money_that_is_ours(db, steps):
    with transaction.atomic():
        now = START
        with time_machine.travel(now, tick=False):
            history = History()
        for name, days in steps:
            now += timedelta(days=days, seconds=1)
            with time_machine.travel(now, tick=False):
                history.act(name, now)
                history.check()
        transaction.set_rollback(True)
