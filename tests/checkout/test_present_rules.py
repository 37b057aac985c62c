"""What a present becomes: by the rules of membership and tier, by its money, by the day, and at once."""

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection
from djmoney.money import Money

from checkout.domain.fulfilment import fulfil, fulfil_what_is_due
from checkout.domain.present_taking import Taker, accept_present
from checkout.exceptions import PresentNotReadyError
from checkout.models import Present, PresentState
from donations.models import Payment, PaymentStatus, Receipt
from members.domain.eligibility import places_left
from members.domain.memberships import join
from members.exceptions import (
    CannotMoveToTierError,
    ForLifeError,
    RenewalTooEarlyError,
    WrongAgeError,
)
from members.models import Contact, CutReason, Term
from tests.checkout.present_steps import (
    FEE,
    LAYLA,
    NOW,
    TODAY,
    accept,
    dispute,
    give,
    give_back,
    letters,
    path_of,
    pay,
    proven_path,
    state,
    typed,
)
from tests.factories.members import (
    ContactFactory,
    EmailFactory,
    TermFactory,
    TierFactory,
)
from tests.factories.presents import PAID_AT, PresentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def tier():
    return TierFactory(slug="member", price=FEE, joining_fee=Money(5, "JOD"))


class TestMembersAlready:
    @pytest.fixture
    def layla(self):
        return EmailFactory(
            address="layla@people.example", contact__given_name="Layla", contact__family_name="Haddad"
        ).contact

    def test_the_term_follows_the_one_they_have(self, layla):
        TermFactory(membership__contact=layla, ends_on=date(2026, 7, 31))
        term = accept(PresentFactory())
        assert (term.membership.terms.count(), term.starts_on) == (2, date(2026, 8, 1))

    def test_whoever_lapsed_belongs_again_under_their_old_number(self, layla):
        old = TermFactory(membership__contact=layla, starts_on=date(2024, 8, 1), ends_on=date(2025, 7, 31))
        term = accept(PresentFactory())
        assert (term.membership, term.starts_on) == (old.membership, TODAY)

    @pytest.mark.parametrize(
        ("ends_on", "error"),
        [(date(2026, 12, 31), RenewalTooEarlyError), (date.max, ForLifeError)],
    )
    def test_where_a_rule_is_against_it_they_are_told_and_it_stays_theirs_to_take(self, client, layla, ends_on, error):
        TermFactory(membership__contact=layla, ends_on=ends_on)
        present = PresentFactory()
        with pytest.raises(error) as refusal:
            accept(present)
        page = client.post(proven_path(present), LAYLA)
        assert str(refusal.value) in page.text
        assert (state(present), Term.objects.count()) == (PresentState.READY, 1)

    def test_they_move_only_from_where_the_tier_may_be_reached(self, layla):
        TermFactory(membership__contact=layla, ends_on=date(2026, 7, 31))
        present = PresentFactory()
        present.tier.moves_from.add(TierFactory())
        with pytest.raises(CannotMoveToTierError):
            accept(present)


class TestRulesOfTheTier:
    def test_age_is_asked_and_checked_when_it_is_accepted(self, client):
        present = PresentFactory(tier__minimum_age=18)
        page = client.post(proven_path(present), LAYLA)
        assert list(page.context["form"].errors) == ["birth_date"]
        with pytest.raises(WrongAgeError):
            accept(present, birth_date=date(2010, 1, 1))
        assert Contact.objects.filter(given_name="Layla").count() == 0, "nothing is written"
        assert accept(present, birth_date=date(1990, 1, 1))

    def test_what_was_paid_for_is_a_place_taken_until_it_is_accepted_given_back_or_over(self, client):
        tier = TierFactory(slug="member", price=FEE, capacity=2)
        present = give(client)
        pay(client, present)

        def left(at=NOW):
            return places_left(tier, at=at, on=at.date())

        assert left(NOW + timedelta(days=300)) == 1
        give_back(present)
        assert left() == 2
        give_back(present, at=NOW + timedelta(days=1), is_done="failed")
        assert left() == 1
        assert left(datetime(2027, 6, 2, 9, tzinfo=UTC)) == 2
        accept(present)
        assert left() == 1

    def test_it_is_accepted_although_the_tier_is_full_or_closed_by_now(self, client):
        tier = TierFactory(slug="member", price=FEE, capacity=1)
        present = give(client)
        pay(client, present)
        join(ContactFactory(), tier=tier, on=TODAY)
        tier.is_offered = False
        tier.save()
        assert accept(present)

    def test_a_full_tier_cannot_be_given(self, client):
        tier = TierFactory(slug="member", price=FEE, capacity=1)
        join(ContactFactory(), tier=tier, on=TODAY)
        client.post("/en/pay/present/give/member/", typed())
        assert Present.objects.count() == 0


class TestMoney:
    def test_given_back_before_it_was_accepted_it_cannot_be_any_more_and_its_page_says_so(self, client):
        present = PresentFactory()
        give_back(present)
        page = client.post(proven_path(present), LAYLA)
        assert (page.status_code, "given back" in page.text, Term.objects.count()) == (410, True, 0)

    def test_a_part_given_back_changes_nothing(self):
        present = PresentFactory()
        give_back(present, Money(10, "JOD"))
        assert accept(present)

    def test_on_its_way_back_it_waits_for_how_that_ends(self):
        present = PresentFactory()
        give_back(present, is_done="pending")
        assert state(present) == PresentState.HELD
        with pytest.raises(PresentNotReadyError):
            accept(present)
        give_back(present, at=NOW + timedelta(days=1), is_done="failed")
        assert accept(present)

    def test_while_a_bank_disputes_it_it_waits_and_won_it_can_be_accepted(self):
        present = PresentFactory()
        seen = []
        for days, how in enumerate(("open", "lost", "won")):
            dispute(present, how, NOW + timedelta(days=days))
            seen.append(state(present))
        assert seen == [PresentState.HELD, PresentState.RETURNED, PresentState.READY]
        assert accept(present)

    @pytest.mark.parametrize(
        ("undo", "reason"),
        [(give_back, CutReason.REFUNDED), (lambda present: dispute(present, "lost"), CutReason.DISPUTED)],
    )
    def test_gone_after_it_was_accepted_the_term_ends_by_rule_and_the_recipient_is_told(self, undo, reason):
        present = PresentFactory()
        term = accept(present)
        letters()
        undo(present)
        term.refresh_from_db()
        assert (term.is_void, term.cut_reason) == (True, reason)
        assert set(letters()) == {"layla@people.example"}

    def test_won_back_the_term_runs_again(self):
        present = PresentFactory()
        term = accept(present)
        dispute(present, "lost")
        dispute(present, "won", NOW + timedelta(days=30))
        term.refresh_from_db()
        assert (term.is_void, term.cut_reason) == (False, "")

    def test_gone_before_it_was_noted_as_paid_it_waits_for_being_won_back(self, client, tier):
        present = give(client)
        payment = present.basket.attempts.get().payment
        Payment.objects.filter(pk=payment.pk).update(
            status=PaymentStatus.SETTLED, settled_at=NOW, gateway_charge="charge-early"
        )
        dispute(present, "lost")
        assert fulfil(present.basket, on=TODAY)
        assert (state(present), Receipt.objects.count()) == (PresentState.RETURNED, 0)
        dispute(present, "won", NOW + timedelta(days=30))
        fulfil_what_is_due(on=TODAY)
        assert (state(present), Receipt.objects.count()) == (PresentState.READY, 1)


class TestTime:
    def test_on_its_last_day_it_can_be_accepted_and_a_day_later_not(self, client):
        present = PresentFactory()
        with time_machine.travel(datetime(2027, 6, 2, 9, tzinfo=UTC), tick=False):
            page = client.get(path_of(present))
            assert (page.status_code, "1 June 2027" in page.text) == (410, True)
            with pytest.raises(PresentNotReadyError):
                accept(present)
        with time_machine.travel(datetime(2027, 6, 1, 9, tzinfo=UTC), tick=False):
            assert accept(present)

    def test_a_year_counts_from_the_payment_and_what_is_delivered_late_has_some_weeks(self, client, tier):
        late = give(client, deliver_on="2027-06-01")
        with time_machine.travel(NOW + timedelta(days=2), tick=False):
            pay(client, late)
        late.refresh_from_db()
        assert late.last_on == date(2027, 7, 1)


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_at_once_make_one_term():
    present = PresentFactory()
    start, outcomes = Barrier(2), []

    def run(name):
        try:
            start.wait()
            taker = Taker(name, "Haddad", f"{name}@people.example", "en")
            outcomes.append(accept_present(present, taker, on=TODAY, at=PAID_AT).pk)
        except PresentNotReadyError as refusal:
            outcomes.append(refusal.state)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(name,)) for name in ("layla", "noor")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    term = Term.objects.get()
    assert sorted(outcomes, key=str) == sorted([term.pk, PresentState.ACCEPTED], key=str)
    assert Contact.objects.filter(family_name="Haddad").count() == 1


@pytest.mark.django_db(transaction=True)
def test_accepted_and_given_back_at_once_no_unpaid_term_stays():
    present = PresentFactory()
    start, failures = Barrier(2), []

    def run(call):
        try:
            start.wait()
            call()
        except PresentNotReadyError:
            pass
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(call,)) for call in (lambda: accept(present), lambda: give_back(present))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert all(term.is_void for term in Term.objects.all())
