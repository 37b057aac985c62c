"""Fees on their way from the form to the books: parts, concessions, codes, changes of tier."""

import uuid
from datetime import date, timedelta

import pytest
import time_machine
from djmoney.money import Money

from checkout.domain.baskets import quote_for_renewal
from checkout.models import Basket, LineKind
from donations.models import Receipt
from members.domain.credit import credit_of, grant_credit
from members.models import CodeUse, CreditReason, Membership, Term, TermKind
from tests.factories.members import (
    BranchFactory,
    ConcessionFactory,
    ContactFactory,
    DiscountCodeFactory,
    TermFactory,
    TierFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 2)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY):
        yield


def jod(amount):
    return Money(amount, "JOD")


def form_of(**changes):
    person = {"given_name": "Layla", "family_name": "Haddad", "email": "layla@people.example", "phone": "0790000000"}
    return {**person, "gateway": "sandbox", "form_key": str(uuid.uuid4()), **changes}


def pay(client, answer="succeed"):
    payment = Basket.objects.latest("created_at").attempts.last().payment
    return client.post(f"/en/sandbox/{payment.reference}/", {"answer": answer})


@pytest.fixture
def member(client):
    contact = ContactFactory(user=UserFactory())
    client.force_login(contact.user)
    TermFactory(
        membership__contact=contact,
        membership__number="X1",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        fee=jod(365),
        tier__price=jod(365),
    )
    return contact


class TestJoining:
    def test_the_joining_fee_is_a_line_of_its_own_in_basket_and_receipt(self, client):
        TierFactory(slug="member", price=jod(25), joining_fee=jod(5))
        assert "JOD 30" in client.get("/en/pay/join/member/").text.replace("\xa0", " ")
        sent = client.post("/en/pay/join/member/", form_of())
        assert "/sandbox/" in sent["Location"]
        pay(client)
        basket = Basket.objects.get()
        assert [(line.kind, line.amount) for line in basket.lines.all()] == [
            (LineKind.DUES, jod(25)),
            (LineKind.JOINING, jod(5)),
        ]
        assert (Term.objects.get().fee, Receipt.objects.get().payment.amount) == (jod(25), jod(30))

    def test_whoever_was_a_member_before_does_not_pay_it_again(self, client):
        contact = ContactFactory(user=UserFactory())
        tier = TierFactory(slug="member", price=jod(25), joining_fee=jod(5))
        TermFactory(membership__contact=contact, tier=tier, starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31))
        client.force_login(contact.user)
        client.post("/en/pay/join/member/", form_of())
        assert Basket.objects.get().total == jod(25)

    def test_by_the_calendar_the_part_that_is_left_is_paid(self, client):
        TierFactory(slug="member", price=jod(365), term_kind=TermKind.CALENDAR, is_pro_rata=True)
        assert "JOD 183" in client.get("/en/pay/join/member/").text.replace("\xa0", " ")
        client.post("/en/pay/join/member/", form_of())
        pay(client)
        term = Term.objects.get()
        assert (term.starts_on, term.ends_on, term.fee) == (TODAY, date(2026, 12, 31), jod(183))

    def test_a_fee_that_was_not_on_the_form_is_shown_before_the_gateway(self, client):
        TierFactory(slug="member", price=jod(25))
        ConcessionFactory(max_age=26)
        sent = client.post("/en/pay/join/member/", form_of(birth_date="2005-01-01"))
        assert sent["Location"] == f"/en/pay/{Basket.objects.get().pk}/"
        page = client.get(sent["Location"]).text.replace("\xa0", " ")
        assert "Membership fee: Supporting member (Students)" in page
        assert "JOD 12.500" in page
        client.post(f"{sent['Location']}go/")
        pay(client)
        assert Membership.objects.get().contact.birth_date == date(2005, 1, 1)

    def test_the_age_is_asked_for_only_where_the_fee_depends_on_it(self, client):
        TierFactory(slug="member")
        assert "birth_date" not in client.get("/en/pay/join/member/").text
        ConcessionFactory(max_age=26)
        assert "birth_date" in client.get("/en/pay/join/member/").text

    def test_a_code_is_used_once_it_is_paid(self, client):
        TierFactory(slug="member", price=jod(25))
        code = DiscountCodeFactory(most_uses=1)
        client.post("/en/pay/join/member/", form_of(code=code.code.lower()))
        client.post(f"/en/pay/{Basket.objects.get().pk}/go/")
        pay(client)
        assert (Term.objects.get().fee, CodeUse.objects.get().term) == (jod("12.5"), Term.objects.get())
        refused = client.post("/en/pay/join/member/", form_of(code=code.code))
        assert "This code is not valid here" in refused.text
        assert Basket.objects.count() == 1

    def test_a_form_sent_twice_with_the_last_use_of_a_code_makes_one_basket(self, client):
        TierFactory(slug="member", price=jod(25))
        form = form_of(code=DiscountCodeFactory(most_uses=1).code)
        answers = [client.post("/en/pay/join/member/", form)["Location"] for _time in range(2)]
        assert answers[0] == answers[1]
        assert (Basket.objects.count(), CodeUse.objects.count()) == (1, 1)

    def test_a_concession_of_all_grants_at_once_without_a_payment(self, client):
        TierFactory(slug="member", price=jod(25))
        code = DiscountCodeFactory(concession__percent=100)
        client.post("/en/pay/join/member/", form_of(code=code.code))
        assert (Membership.objects.count(), Receipt.objects.count()) == (1, 0)

    def test_a_tier_that_is_repriced_or_closed_while_somebody_pays_is_granted_at_the_price_promised(self, client):
        tier = TierFactory(slug="member", price=jod(25))
        client.post("/en/pay/join/member/", form_of())
        tier.price, tier.is_offered = jod(99), False
        tier.save()
        pay(client)
        assert (Term.objects.get().fee, Term.objects.get().tier) == (jod(25), tier)

    def test_a_branch_is_joined_beside_the_whole(self, client, member):
        TierFactory(slug="irbid", branch=BranchFactory())
        client.post("/en/pay/join/irbid/", form_of())
        pay(client)
        assert member.memberships.count() == 2
        assert {membership.branch is None for membership in member.memberships.all()} == {True, False}


class TestRenewing:
    def test_what_is_to_the_members_credit_is_taken_off_and_spent(self, client, member):
        membership = member.memberships.get()
        grant_credit(membership, jod(65), reason=CreditReason.OVERPAID)
        with time_machine.travel(date(2026, 12, 1)):
            client.force_login(member.user)
            tier = membership.last_term.tier
            assert quote_for_renewal(member, tier=tier, on=date(2026, 12, 1)).due == jod(300)
            sent = client.post(f"/en/pay/renew/{membership.pk}/", form_of(tier=tier.pk))
            assert "/sandbox/" in sent["Location"]
            pay(client)
        last = Membership.objects.get().last_term
        assert (last.fee, last.starts_on, credit_of(membership)) == (jod(365), date(2027, 1, 1), [])

    def test_two_forms_that_count_on_one_credit_grant_one_term_and_keep_the_other_payment_for_staff(
        self, client, member
    ):
        membership = member.memberships.get()
        grant_credit(membership, jod(65), reason=CreditReason.OVERPAID)
        tier = membership.last_term.tier
        with time_machine.travel(date(2026, 12, 1)):
            client.force_login(member.user)
            for _form in range(2):
                client.post(f"/en/pay/renew/{membership.pk}/", form_of(tier=tier.pk))
            for basket in Basket.objects.all():
                client.post(f"/en/sandbox/{basket.attempts.last().payment.reference}/", {"answer": "succeed"})
        assert membership.terms.count() == 2
        assert [bool(line.problem) for line in Basket.objects.order_by("fulfilled_at").last().lines.all()] == [True]

    def test_nobody_renews_anothers_membership(self, client, member):
        other = TermFactory().membership
        for page in ("renew", "change"):
            assert client.get(f"/en/pay/{page}/{other.pk}/").status_code == 404


class TestChanging:
    def test_another_tier_costs_what_is_not_used_yet_less(self, client, member):
        membership, tier = member.memberships.get(), TierFactory(price=jod(730))
        page = client.get(f"/en/pay/change/{membership.pk}/").text.replace("\xa0", " ")
        assert "JOD 547 now (JOD 730 less JOD 183 that you paid already)" in page
        client.post(f"/en/pay/change/{membership.pk}/", form_of(tier=tier.pk))
        assert Term.objects.count() == 1, "nothing is granted unpaid"
        pay(client)
        assert Membership.objects.get().last_term.tier == tier

    def test_a_slow_bank_takes_nothing_from_what_was_unused(self, client, member):
        membership, tier = member.memberships.get(), TierFactory(price=jod(730))
        client.post(f"/en/pay/change/{membership.pk}/", form_of(tier=tier.pk))
        with time_machine.travel(TODAY + timedelta(days=9)):
            pay(client)
        last = Membership.objects.get().last_term
        assert (last.tier, last.starts_on, credit_of(membership)) == (tier, TODAY, [])

    def test_a_cheaper_tier_is_granted_at_once(self, client, member):
        membership, tier = member.memberships.get(), TierFactory(price=jod(100))
        client.post(f"/en/pay/change/{membership.pk}/", form_of(tier=tier.pk))
        assert Membership.objects.get().last_term.tier == tier
        assert credit_of(membership) == [jod(83)]

    def test_with_nothing_to_move_to_it_says_so(self, client, member):
        page = client.get(f"/en/pay/change/{member.memberships.get().pk}/").text
        assert "cannot move to another tier at the moment" in page
