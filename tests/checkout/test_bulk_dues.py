"""Many memberships renewed or moved at once: each by the rules of the desk, none twice, none unpaid."""

import uuid
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from djmoney.money import Money
from wagtail.models import ModelLogEntry, Site

from checkout.domain.bulk_dues import Kind, Way, Wish, carry_out_wish, plans_of
from checkout.domain.bulk_runs import start_dues
from checkout.domain.fulfilment import fulfil_what_is_due
from donations.domain.transfers import record_transfer
from donations.models import Payment, PaymentStatus
from members.domain import bulk
from members.domain.bulk import carry_out, outcome_of, refused_in, undo_bulk
from members.domain.credit import credit_of, grant_credit
from members.domain.decisions import Decision, decide
from members.domain.renewal import say_not_renewing
from members.models import (
    BulkRun,
    BulkState,
    Contact,
    CreditReason,
    DecisionKind,
    Membership,
    MembershipStatus,
    NonprofitProfile,
    Term,
)
from tests.factories.members import ContactFactory, TermFactory, TierFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 12, 10)
FIRST, END = date(2026, 1, 1), date(2026, 12, 31)
NEXT = (date(2027, 1, 1), date(2027, 12, 31))


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY):
        yield


@pytest.fixture(autouse=True)
def account(settings):
    settings.PAYMENT_GATEWAYS = ["transfer"]
    NonprofitProfile.objects.create(site=Site.objects.get(), bank_account="JO94CBJO0010000000000131000302")


def jod(amount):
    return Money(amount, "JOD")


@pytest.fixture
def clerk():
    return UserFactory(is_superuser=True)


@pytest.fixture
def tier():
    return TierFactory(price=jod(25), renewal_window_days=60, grace_days=30)


def member_on(tier, **contact):
    return TermFactory(
        membership__contact=ContactFactory(**contact), tier=tier, starts_on=FIRST, ends_on=END, fee=jod(25)
    ).membership


@pytest.fixture
def member(tier):
    return member_on(tier)


def spans(membership):
    return [(term.starts_on, term.ends_on) for term in membership.terms.order_by("starts_on") if not term.is_void]


def run(clerk, wish, *memberships):
    started = start_dues(wish, memberships=memberships, by=clerk, language="en")
    carry_out(started.pk)
    started.refresh_from_db()
    return started


def comes_in(payment, amount, clerk):
    record_transfer(payment, amount=amount, received_on=TODAY, entered_by=clerk)
    fulfil_what_is_due(on=TODAY)


RENEW = Wish(Kind.RENEW, None)
GIVE = Wish(Kind.RENEW, None, Way.FREE, "Board, 1 December")


class TestRenewing:
    def test_whoever_owes_gets_an_invoice_and_the_term_once_it_is_paid(self, member, clerk):
        done = run(clerk, RENEW, member)
        assert (done.state, outcome_of(done), spans(member)) == (
            BulkState.DONE,
            ["1 invoice sent; the term is granted when it is paid."],
            [(FIRST, END)],
        )
        payment = Payment.objects.get()
        assert (payment.amount, payment.gateway, payment.status) == (jod(25), "transfer", PaymentStatus.OPEN)
        comes_in(payment, jod(25), clerk)
        assert spans(Membership.objects.get()) == [(FIRST, END), NEXT]

    def test_by_decision_it_is_granted_at_once_and_the_reason_stays(self, member, clerk):
        done = run(clerk, GIVE, member)
        assert (spans(member), Term.objects.last().fee, Payment.objects.count()) == ([(FIRST, END), NEXT], jod(0), 0)
        assert outcome_of(done) == ["1 term granted at once."]
        entry = ModelLogEntry.objects.for_instance(member.contact).get(action="sanduq.fee_taken")
        assert entry.data["reason"] == "Board, 1 December"

    def test_what_credit_covers_is_granted_at_once_and_the_rest_of_it_stays(self, member, clerk):
        grant_credit(member, jod(40), reason=CreditReason.OVERPAID)
        run(clerk, RENEW, member)
        assert (spans(member), credit_of(member)) == ([(FIRST, END), NEXT], [jod(15)])

    def test_each_rule_refuses_with_its_sentence_and_stops_nobody_else(self, member, tier, clerk):
        early = TermFactory(tier=tier, starts_on=date(2026, 6, 1), ends_on=date(2027, 5, 31), fee=jod(25)).membership
        resting = member_on(tier)
        decide(resting, Decision(DecisionKind.SUSPENDED, TODAY, "asked"), by=clerk)
        leaving = member_on(tier)
        say_not_renewing(leaving.last_term, reason="moved", at=timezone.now())
        asked = member_on(tier)
        run(clerk, RENEW, asked)
        done = run(clerk, GIVE, early, resting, leaving, asked, member)
        sentences = dict(refused_in(done))
        assert {contact.pk: sentence for contact, sentence in sentences.items()} == {
            early.contact_id: "You can renew from 1 April 2027.",
            resting.contact_id: "This membership stands as “Suspended” and cannot be renewed here. Please contact us.",
            leaving.contact_id: "They said that they will not renew.",
            asked.contact_id: "An invoice was sent already and is not paid yet.",
        }
        assert outcome_of(done) == ["1 term granted at once.", "4 refused by a rule."]
        assert spans(member) == [(FIRST, END), NEXT]

    def test_the_log_names_whom_it_was_done_for_and_nobody_who_was_refused(self, member, tier, clerk):
        early = TermFactory(tier=tier, starts_on=date(2026, 6, 1), ends_on=date(2027, 5, 31)).membership
        run(clerk, GIVE, early, member)
        assert _logged(member.contact) == {"sanduq.fee_taken", "sanduq.bulk"}
        assert _logged(early.contact) == set()

    def test_a_lapsed_member_starts_afresh_today(self, tier, clerk):
        lapsed = TermFactory(tier=tier, starts_on=date(2024, 1, 1), ends_on=date(2024, 12, 31)).membership
        run(clerk, GIVE, lapsed)
        assert spans(lapsed)[-1] == (TODAY, date(2027, 12, 9))

    def test_whoever_outgrew_their_tier_goes_to_the_one_that_fits(self, clerk):
        adult = TierFactory(price=jod(30), minimum_age=26)
        youth = TierFactory(price=jod(10), maximum_age=25, renewal_window_days=60)
        grown = member_on(youth, birth_date=date(2000, 12, 20))
        young = member_on(youth, birth_date=date(2010, 1, 1))
        run(clerk, GIVE, grown, young)
        assert [grown.terms.last().tier, young.terms.last().tier] == [adult, youth]

    def test_a_tier_that_was_chosen_holds_its_own_rules(self, member, clerk):
        children = TierFactory(maximum_age=12)
        Contact.objects.filter(pk=member.contact_id).update(birth_date=date(1990, 1, 1))
        done = run(clerk, replace(GIVE, tier=children), Membership.objects.get(pk=member.pk))
        assert (spans(member), len(done.refusals)) == ([(FIRST, END)], 1)

    def test_sent_twice_or_to_two_who_were_merged_meanwhile_it_is_done_once(self, member, clerk):
        key = uuid.uuid4()
        first, again = (carry_out_wish(member, RENEW, on=TODAY, form_key=key, by=clerk) for _time in range(2))
        assert (first, Payment.objects.count()) == (again, 1)

    def test_a_run_that_was_killed_goes_on_where_it_stopped(self, tier, clerk, monkeypatch):
        members = [member_on(tier) for _number in range(3)]
        monkeypatch.setitem(bulk.VERBS, "renew", replace(bulk.VERBS["renew"], batch=1))
        started = start_dues(GIVE, memberships=members, by=clerk, language="en")
        assert bulk._one_batch(started.pk)
        carry_out(started.pk)
        carry_out(started.pk)
        assert [spans(one) for one in members] == [[(FIRST, END), NEXT]] * 3


class TestChangingTier:
    def test_what_is_unused_pays_and_the_move_is_made_at_once(self, member, clerk):
        cheap = TierFactory(price=jod(1))
        run(clerk, Wish(Kind.CHANGE, cheap), member)
        assert spans(member) == [(FIRST, TODAY - timedelta(days=1)), (TODAY, date(2027, 12, 9))]
        assert Payment.objects.count() == 0

    def test_where_something_is_due_the_move_waits_for_the_money(self, member, clerk):
        dear = TierFactory(price=jod(100))
        run(clerk, Wish(Kind.CHANGE, dear), member)
        assert spans(member) == [(FIRST, END)]
        payment = Payment.objects.get()
        comes_in(payment, payment.amount, clerk)
        assert Membership.objects.get().terms.filter(tier=dear).exists()

    def test_by_rule_only_those_move_who_outgrew_their_tier(self, clerk):
        adult = TierFactory(price=jod(0), minimum_age=26)
        youth = TierFactory(price=jod(10), maximum_age=25)
        grown = member_on(youth, birth_date=date(2000, 12, 1))
        young = member_on(youth, birth_date=date(2010, 1, 1))
        done = run(clerk, Wish(Kind.CHANGE, None), grown, young)
        assert [grown.status_on(TODAY), grown.terms.last().tier] == [MembershipStatus.CURRENT, adult]
        assert [sentence for _contact, sentence in refused_in(done)] == [
            "This membership is on that tier already, and it fits."
        ]

    def test_where_two_tiers_fit_a_person_decides_unless_one_names_the_present_one(self, clerk):
        youth = TierFactory(price=jod(10), maximum_age=25)
        one, _other = TierFactory(price=jod(0), minimum_age=26), TierFactory(price=jod(0), minimum_age=26)
        grown = member_on(youth, birth_date=date(2000, 12, 1))
        [plan] = plans_of([grown], Wish(Kind.CHANGE, None), on=TODAY)
        assert (
            plan.refusal == "Too old or too young for their tier, and no single tier fits. Please choose one for them."
        )
        one.moves_from.add(youth)
        [plan] = plans_of([grown], Wish(Kind.CHANGE, None), on=TODAY)
        assert (plan.tier, plan.refusal) == (one, "")


class TestPreview:
    def test_it_says_what_then_happens(self, member, tier, clerk):
        others = [member_on(tier, birth_date=date(2010, 1, 1)) for _number in range(2)]
        grant_credit(member, jod(25), reason=CreditReason.OVERPAID)
        decide(others[0], Decision(DecisionKind.SUSPENDED, TODAY, "asked"), by=clerk)
        everybody = list(Membership.objects.order_by("pk"))
        plans = list(plans_of(everybody, RENEW, on=TODAY))
        done = run(clerk, RENEW, *everybody)
        expected = {plan.membership.contact_id: plan.refusal for plan in plans if plan.refusal}
        assert {contact.pk: sentence for contact, sentence in refused_in(done)} == expected
        assert [plan.is_invoiced for plan in plans] == [False, False, True]
        assert outcome_of(done) == [
            "1 term granted at once.", "1 invoice sent; the term is granted when it is paid.", "1 refused by a rule.",
        ]  # fmt: skip

    def test_places_are_counted_down_as_they_would_be_taken(self, tier, clerk):
        small = TierFactory(price=jod(0), capacity=1)
        members = [member_on(tier) for _number in range(2)]
        wish = Wish(Kind.CHANGE, small)
        refusals = [plan.refusal for plan in plans_of(members, wish, on=TODAY)]
        done = run(clerk, wish, *members)
        assert refusals == ["", done.refusals[0][1]]
        assert len(done.refusals) == 1


class TestUndoing:
    def test_what_nobody_paid_for_is_as_if_it_had_never_been(self, member, tier, clerk):
        other, third = member_on(tier), member_on(tier)
        grant_credit(other, jod(25), reason=CreditReason.OVERPAID)
        granted = run(clerk, GIVE, member)
        mixed = run(clerk, RENEW, other, third)
        before = len(mail.outbox)
        for one in (granted, mixed):
            undo_bulk(one, by=clerk)
        assert [spans(one) for one in (member, other, third)] == [[(FIRST, END)]] * 3
        assert credit_of(other) == [jod(25)]
        assert [payment.status for payment in Payment.objects.all()] == [PaymentStatus.FAILED]
        assert len(mail.outbox) == before

    def test_what_was_paid_meanwhile_stays(self, member, tier, clerk):
        partly = member_on(tier)
        done = run(clerk, RENEW, member, partly)
        paid, begun = Payment.objects.order_by("pk")
        comes_in(paid, jod(25), clerk)
        comes_in(begun, jod(5), clerk)
        undo_bulk(done, by=clerk)
        assert spans(Membership.objects.get(pk=member.pk)) == [(FIRST, END), NEXT]
        begun.refresh_from_db()
        assert begun.status != PaymentStatus.FAILED


def test_where_nobody_can_transfer_it_is_said_before(member, settings):
    settings.PAYMENT_GATEWAYS = ["sandbox"]
    [plan] = plans_of([member], RENEW, on=TODAY)
    assert plan.refusal == (
        "No invoice can be sent: paying by bank transfer is not switched on, or the bank account is not known."
    )


class TestScreens:
    def url(self, kind, *memberships):
        ids = "&".join(f"id={one.pk}" for one in memberships)
        return reverse("wagtail_bulk_action", args=["members", "membership", kind]) + f"?{ids}&next=/admin/"

    def test_the_preview_comes_before_the_work(self, client, clerk, member, tier):
        early = TermFactory(tier=tier, starts_on=date(2026, 6, 1), ends_on=date(2027, 5, 31)).membership
        client.force_login(clerk)
        page = client.post(self.url("renew", member, early), {"way": "invoice"})
        assert page.status_code == 200
        assert (len(page.context["preview"].invoiced), len(page.context["preview"].refused)) == (1, 1)
        assert page.context["preview"].sums == [jod(25)]
        assert BulkRun.objects.count() == 0
        client.post(self.url("renew", member, early), {"way": "invoice", "go": "1"})
        done = BulkRun.objects.get()
        carry_out(done.pk)
        page = client.get(reverse("members_bulk_run", args=[done.pk]))
        assert page.context["outcome"] == [
            "1 invoice sent; the term is granted when it is paid.", "1 refused by a rule.",
        ]  # fmt: skip

    def test_all_of_a_filtered_list_are_those_that_the_filter_leaves(self, client, clerk, member, tier):
        TermFactory(tier=tier, starts_on=date(2024, 1, 1), ends_on=date(2024, 12, 31))
        client.force_login(clerk)
        url = reverse("wagtail_bulk_action", args=["members", "membership", "renew"])
        next_url = quote(reverse("wagtailsnippets_members_membership:list") + "?membership_status=current")
        page = client.get(f"{url}?id=all&next={next_url}")
        assert page.context["memberships"] == 1

    def test_what_costs_nothing_needs_a_reason(self, client, clerk, member):
        client.force_login(clerk)
        page = client.post(self.url("renew", member), {"way": "free", "go": "1"})
        assert "reason" in page.context["form"].errors
        assert BulkRun.objects.count() == 0

    def test_it_takes_the_permission_to_take_fees(self, client, member):
        user = UserFactory()
        codes = ["access_admin", "view_membership", "change_contact"]
        user.user_permissions.set(Permission.objects.filter(codename__in=codes))
        client.force_login(user)
        assert client.get(self.url("renew", member)).status_code == 403
        assert client.get(self.url("tag", member)).status_code == 200

    def test_who_may_not_see_memberships_does_nothing_with_them(self, client, member):
        user = UserFactory()
        user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", "change_contact"]))
        client.force_login(user)
        assert client.get(self.url("tag", member)).status_code == 403

    def test_the_preview_asks_the_database_no_more_often_than_its_rules_need(
        self, client, clerk, tier, django_assert_max_num_queries
    ):
        members = [member_on(tier) for _number in range(10)]
        client.force_login(clerk)
        with django_assert_max_num_queries(30 + 8 * len(members)):
            client.post(self.url("renew", *members), {"way": "invoice"})


def _logged(contact):
    return set(ModelLogEntry.objects.for_instance(contact).values_list("action", flat=True))
