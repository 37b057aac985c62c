"""A fee taken at the desk: by the rules of the site, once, with nothing granted unpaid and nothing lost."""

import uuid
from dataclasses import replace
from datetime import date

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.urls import reverse
from djmoney.money import Money

from checkout.domain.desk import Action, Order, Taken, desk_of, offer_of, take_fee
from checkout.domain.undoing import follow_the_money
from checkout.exceptions import OfferChangedError, PartForNobodyError
from dashboard.domain.roles import sync_roles
from donations.domain.payments import refund
from donations.exceptions import DuplicateEntryError
from donations.models import Payment, Receipt
from members.domain.credit import credit_of
from members.domain.decisions import Decision, decide
from members.exceptions import MembersError, RenewalTooEarlyError, TierFullError, WrongAgeError
from members.models import CutReason, DecisionKind, Membership, MembershipStatus, OpenTo, Term, Tier
from tests.factories.members import ContactFactory, TermFactory, TierFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 12, 10)
FIRST, END = date(2026, 1, 1), date(2026, 12, 31)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY):
        yield


@pytest.fixture
def clerk():
    return UserFactory(is_superuser=True)


@pytest.fixture
def tier():
    return TierFactory(price=jod(25), joining_fee=jod(5), renewal_window_days=60, grace_days=30)


@pytest.fixture
def member(tier):
    return TermFactory(tier=tier, starts_on=FIRST, ends_on=END, fee=jod(25)).membership


def jod(amount):
    return Money(amount, "JOD")


def order(contact, tier, action=Action.RENEW, *, pays=None, on=TODAY, gateway="cash", reference="", **changes):
    offer = offer_of(contact, tier=tier, action=action, on=on)
    amount = offer.quote.due if pays is None else jod(pays)
    taken = Taken(gateway, amount, reference)
    asked = Order(contact, tier, action, offer.quote.due, offer.after, uuid.uuid4(), taken)
    return replace(asked, **changes)


def take(asked, clerk, *, on=TODAY):
    return take_fee(asked, on=on, today=TODAY, by=clerk)


def spans(membership):
    return [(term.starts_on, term.ends_on) for term in membership.terms.order_by("starts_on") if not term.is_void]


class TestRules:
    def test_somebody_new_joins_with_fee_joining_fee_card_and_receipt(self, tier, clerk):
        contact = ContactFactory()
        basket = take(order(contact, tier, Action.JOIN), clerk)
        membership = Membership.objects.get(contact=contact)
        assert spans(membership) == [(TODAY, date(2027, 12, 9))]
        assert (Payment.objects.get().amount, Receipt.objects.get().payment.amount) == (jod(30), jod(30))
        assert [line.amount for line in basket.lines.all()] == [jod(25), jod(5)]

    def test_a_member_renews_without_a_gap(self, member, tier, clerk):
        take(order(member.contact, tier), clerk)
        assert spans(member) == [(FIRST, END), (date(2027, 1, 1), date(2027, 12, 31))]

    def test_whoever_paid_in_time_is_in_time_also_when_it_is_entered_later(self, member, tier, clerk):
        with time_machine.travel(date(2027, 2, 20)):
            paid_on = date(2027, 1, 30)
            asked = order(member.contact, tier, on=paid_on)
            take_fee(asked, on=paid_on, today=date(2027, 2, 20), by=clerk)
        assert spans(member)[1][0] == date(2027, 1, 1)
        assert Receipt.objects.get().issued_on == date(2027, 2, 20)

    def test_the_tier_one_has_stands_first(self, member, tier):
        Tier.objects.update(position=9)
        TierFactory(position=0)
        assert desk_of(member.contact, on=TODAY).offers[0].tier == tier

    def test_before_the_window_opens_it_is_refused(self, tier, clerk):
        term = TermFactory(tier=tier, starts_on=TODAY, ends_on=date(2027, 12, 9))
        with pytest.raises(RenewalTooEarlyError):
            offer_of(term.membership.contact, tier=tier, action=Action.RENEW, on=TODAY)
        desk = desk_of(term.membership.contact, on=TODAY)
        assert (desk.offers, bool(desk.refusal)) == ([], True)

    @pytest.mark.parametrize("kind", [DecisionKind.SUSPENDED, DecisionKind.CANCELLED])
    def test_what_is_stopped_is_not_renewed(self, member, tier, clerk, kind):
        decide(member, Decision(kind, TODAY, "cost"), by=clerk)
        with pytest.raises((MembersError, OfferChangedError)):
            offer_of(member.contact, tier=tier, action=Action.RENEW, on=TODAY)

    def test_nobody_joins_beside_a_membership(self, member, tier):
        with pytest.raises(OfferChangedError):
            offer_of(member.contact, tier=tier, action=Action.JOIN, on=TODAY)

    def test_age_and_places_hold_here_too(self, clerk):
        child = ContactFactory(birth_date=date(2016, 1, 1))
        with pytest.raises(WrongAgeError):
            offer_of(child, tier=TierFactory(minimum_age=18), action=Action.JOIN, on=TODAY)
        full = TierFactory(price=jod(10), capacity=0)
        with pytest.raises(TierFullError):
            take(order(ContactFactory(), full, Action.JOIN), clerk)
        assert not Payment.objects.exists()

    def test_the_office_gives_what_nobody_chooses_by_themselves_but_nothing_that_is_closed(self):
        honorary, closed = TierFactory(open_to=OpenTo.OFFICE), TierFactory(is_offered=False)
        assert [offer.tier for offer in desk_of(ContactFactory(), on=TODAY).offers] == [honorary]
        assert closed not in [offer.tier for offer in desk_of(ContactFactory(), on=TODAY).offers]

    def test_a_change_takes_off_what_is_unused(self, member, clerk):
        dear = TierFactory(price=jod(100))
        offer = offer_of(member.contact, tier=dear, action=Action.CHANGE, on=TODAY)
        assert offer.quote.credit_used == jod("1.507")
        take(order(member.contact, dear, Action.CHANGE), clerk)
        assert member.terms.get(tier=dear).starts_on == TODAY
        assert member.terms.get(starts_on=FIRST).cut_reason == CutReason.CHANGED


class TestMoney:
    def test_a_part_grants_nothing_and_waits_and_the_rest_grants(self, member, tier, clerk):
        take(order(member.contact, tier, pays=10), clerk)
        assert (spans(member), credit_of(member)) == ([(FIRST, END)], [jod(10)])
        assert Receipt.objects.get().payment.amount == jod(10)
        asked = order(member.contact, tier)
        assert asked.due == jod(15)
        take(asked, clerk)
        assert (len(spans(member)), credit_of(member)) == (2, [])

    def test_a_part_of_a_first_fee_has_nothing_to_wait_for(self, tier, clerk):
        with pytest.raises(PartForNobodyError):
            take(order(ContactFactory(), tier, Action.JOIN, pays=10), clerk)
        assert (Payment.objects.exists(), Membership.objects.exists()) == (False, False)

    def test_what_is_more_is_kept_for_the_next_fee(self, tier, clerk):
        contact = ContactFactory()
        take(order(contact, tier, Action.JOIN, pays=40), clerk)
        assert credit_of(Membership.objects.get(contact=contact)) == [jod(10)]
        assert Receipt.objects.get().payment.amount == jod(40)

    def test_by_decision_it_costs_nothing_and_credit_stays(self, member, tier, clerk):
        take(order(member.contact, tier, pays=4), clerk)
        asked = order(member.contact, tier, taken=None, reason="Helped all summer")
        take(asked, clerk)
        assert (spans(member)[-1][0], credit_of(member)) == (date(2027, 1, 1), [jod(4)])
        assert member.terms.get(starts_on=date(2027, 1, 1)).fee == jod(0)

    def test_nothing_at_all_is_no_fee(self, member, tier, clerk):
        with pytest.raises(PartForNobodyError):
            take(order(member.contact, tier, taken=None), clerk)
        assert spans(member) == [(FIRST, END)]

    def test_a_refund_undoes_the_term_and_what_was_kept(self, tier, clerk):
        contact = ContactFactory()
        basket = take(order(contact, tier, Action.JOIN, pays=40), clerk)
        refund(Payment.objects.get(), amount=jod(40), reason="", actor=clerk)
        follow_the_money(basket)
        membership = Membership.objects.get(contact=contact)
        assert (membership.status_on(TODAY), credit_of(membership)) == (MembershipStatus.LAPSED, [])

    def test_one_line_of_the_statement_is_entered_once_and_a_refusal_enters_nothing(self, member, tier, clerk):
        other = TermFactory(tier=tier, starts_on=FIRST, ends_on=END).membership
        take(order(member.contact, tier, gateway="transfer", reference="L7"), clerk)
        with pytest.raises(DuplicateEntryError):
            take(order(other.contact, tier, gateway="transfer", reference="L7"), clerk)
        assert (len(spans(other)), Payment.objects.count()) == (1, 1)


class TestTwice:
    def test_a_form_sent_twice_takes_one_fee(self, member, tier, clerk):
        asked = order(member.contact, tier)
        assert take(asked, clerk) == take(asked, clerk)
        assert (len(spans(member)), Payment.objects.count()) == (2, 1)

    def test_a_colleague_who_was_faster_is_told_of(self, member, clerk):
        tier = member.last_term.tier
        tier.renewal_window_days = 900
        tier.save()
        first, second = order(member.contact, tier), order(member.contact, tier)
        take(first, clerk)
        with pytest.raises(OfferChangedError):
            take(second, clerk)
        assert (len(spans(member)), Payment.objects.count()) == (2, 1)

    def test_a_fee_that_changed_meanwhile_is_told_of(self, member, tier, clerk):
        asked = order(member.contact, tier)
        tier.price = jod(30)
        tier.save()
        with pytest.raises(OfferChangedError):
            take(asked, clerk)
        assert not Payment.objects.exists()


class TestPages:
    @pytest.fixture
    def desk(self, client):
        sync_roles()
        user = UserFactory(is_staff=True)
        user.groups.add(Group.objects.get(name="membership"))
        client.force_login(user)
        return client

    def test_from_the_membership_to_the_receipt(self, desk, member, tier):
        membership_page = reverse("members_membership", args=[member.pk])
        choose = reverse("checkout_desk", args=[member.contact_id])
        assert choose in desk.get(membership_page).text
        enter = reverse("checkout_desk_enter", args=[member.contact_id, tier.pk, "renew"])
        assert enter in desk.get(choose).text
        form = desk.get(enter).context["form"]
        facts = {name: form[name].value() or "" for name in ("form_key", "due", "after", "amount", "way")}
        sent = desk.post(enter, facts)
        assert (sent.status_code, sent["Location"]) == (302, membership_page)
        assert (len(spans(member)), Receipt.objects.count()) == (2, 1)

    def test_what_is_missing_is_said(self, desk, member, tier):
        enter = reverse("checkout_desk_enter", args=[member.contact_id, tier.pk, "renew"])
        form = desk.get(enter).context["form"]
        facts = {name: form[name].value() or "" for name in ("form_key", "due", "after")}
        assert list(desk.post(enter, {**facts, "way": "free"}).context["form"].errors) == ["reason"]
        assert list(desk.post(enter, {**facts, "way": "cash"}).context["form"].errors) == ["amount"]

    def test_a_day_to_come_offers_nothing(self, desk, member):
        page = desk.get(reverse("checkout_desk", args=[member.contact_id]), {"on": "2027-01-01"})
        assert (page.context["desk"], list(page.context["form"].errors)) == (None, ["on"])

    def test_only_for_those_who_may(self, client, member, tier):
        client.force_login(UserFactory(is_staff=True))
        paths = [
            reverse("checkout_desk", args=[member.contact_id]),
            reverse("checkout_desk_enter", args=[member.contact_id, tier.pk, "renew"]),
        ]
        assert {client.get(path).status_code for path in paths} <= {302, 403}
        assert Term.objects.count() == 1
