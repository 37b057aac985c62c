"""A gift as its giver means it: to several funds, with its cost covered, for an organisation, in somebody's honour."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import TestCase
from django.utils import timezone
from djmoney.money import Money
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Site

from checkout.models import Basket
from donations.domain.fee_cover import PaymentFee
from donations.domain.sandbox_clock import charge_due
from donations.models import Gift, Payment, Receipt, RecurringGift, Tribute
from members.models import Contact, ContactKind, NonprofitProfile, Relationship
from tests.checkout.giving_steps import giver_form
from tests.factories.donations import FundFactory
from tests.factories.members import EmailFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def funds():
    return [FundFactory(slug="kitchen"), FundFactory(slug="books"), FundFactory(slug="water")]


@pytest.fixture
def profile():
    return NonprofitProfile.objects.create(site=Site.objects.get())


def give(client, form) -> Basket:
    client.post("/en/pay/give/", form)
    basket = Basket.objects.get(form_key=form["form_key"])
    if not basket.attempts.exists():
        client.post(f"/en/pay/{basket.pk}/go/")
    client.post(f"/en/sandbox/{basket.attempts.last().payment.reference}/", {"answer": "succeed"})
    return basket


def parts_of(gift: Gift) -> list[tuple[str, Decimal]]:
    return [(part.fund.slug, part.amount.amount.normalize()) for part in gift.allocations.order_by("fund__pk")]


class TestSeveralFunds:
    @pytest.mark.parametrize(
        ("typed", "expected"),
        [
            pytest.param(("10", "15", ""), [10, 15], id="amounts"),
            pytest.param(("١٠", "15", ""), [10, 15], id="arabic digits"),
            pytest.param(("40%", "60 %", ""), [10, 15], id="percents"),
            pytest.param(("٤٠٪", "60%", ""), [10, 15], id="arabic percent"),
            pytest.param(("33.4%", "33.3%", "33.3%"), [Decimal("8.35"), Decimal("8.325"), Decimal("8.325")], id="odd"),
            pytest.param(("25", "0", ""), [25], id="all to one, and a zero"),
        ],
    )
    def test_one_gift_is_divided_as_it_was_typed(self, client, funds, typed, expected):
        shares = {f"share_{fund.pk}": text for fund, text in zip(funds, typed, strict=True)}
        give(client, giver_form(**shares))
        gift = Gift.objects.get()
        assert gift.amount == Money(25, "JOD")
        assert [part for _slug, part in parts_of(gift)] == expected
        assert len(Receipt.objects.get().content["lines"]) == len(expected)

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            pytest.param(("10", "10", ""), "add up to", id="too little"),
            pytest.param(("20", "10", ""), "add up to", id="too much"),
            pytest.param(("50%", "40%", ""), "not to 100", id="percents that are not a hundred"),
            pytest.param(("50%", "12.5", ""), "amounts everywhere or percents everywhere", id="mixed"),
            pytest.param(("half", "", ""), "Please write a number", id="words"),
            pytest.param(("-5", "30", ""), "Please write a number", id="below zero"),
            pytest.param(("10.0001", "14.9999", ""), "add up to", id="smaller than the smallest coin"),
        ],
    )
    def test_parts_that_do_not_add_up_are_said_and_nothing_typed_is_lost(self, client, funds, typed, sentence):
        shares = {f"share_{fund.pk}": text for fund, text in zip(funds, typed, strict=True)}
        answer = client.post("/en/pay/give/", giver_form(**shares)).content.decode()
        assert sentence in answer
        assert f'value="{typed[0]}"' in answer
        assert not Basket.objects.exists()

    def test_without_any_choice_the_form_asks_for_one(self, client, funds):
        assert "Please choose what it should help." in client.post("/en/pay/give/", giver_form()).content.decode()

    def test_a_regular_gift_goes_to_all_of_them_each_time(self, client, funds):
        shares = {f"share_{funds[0].pk}": "10", f"share_{funds[2].pk}": "15"}
        give(client, giver_form(interval="quarter", **shares))
        recurring = RecurringGift.objects.get()
        assert [(share.fund, share.amount) for share in recurring.shares.all()] == [
            (funds[0], Money(10, "JOD")),
            (funds[2], Money(15, "JOD")),
        ]
        assert recurring.yearly == Money(100, "JOD")


class TestSuggestedAmounts:
    def test_a_suggestion_is_enough_and_what_is_typed_counts_more(self, client, funds):
        give(client, giver_form(amount="", suggested="10", fund=funds[0].pk))
        give(client, giver_form(amount="7", suggested="10", fund=funds[0].pk))
        assert sorted(gift.amount.amount for gift in Gift.objects.all()) == [7, 10]

    def test_neither_is_asked_for(self, client, funds):
        form = giver_form(amount="", suggested="", fund=funds[0].pk)
        assert "Please enter an amount." in client.post("/en/pay/give/", form).content.decode()

    def test_one_that_was_never_suggested_is_refused(self, client, funds):
        form = giver_form(amount="", suggested="0.001", fund=funds[0].pk)
        assert "Please enter an amount." in client.post("/en/pay/give/", form).content.decode()
        assert not Basket.objects.exists()

    def test_the_nonprofit_may_name_its_own(self, client, funds, profile):
        profile.suggested_amounts = "3 9"
        profile.save()
        answer = client.get("/en/pay/give/").content.decode()
        assert 'name="suggested" value="3"' in answer
        assert 'name="suggested" value="9"' in answer


class TestCostOfThePayment:
    @given(
        units=st.integers(1, 10**9),
        percent=st.decimals(0, 20, places=2),
        fixed=st.decimals(0, 10, places=3),
    )
    def test_what_is_left_after_the_gateways_part_is_never_less_than_the_gift(self, units, percent, fixed):
        gift = Money(Decimal(units).scaleb(-3), "JOD")
        whole = gift.amount + PaymentFee(percent, fixed).cover_for(gift).amount
        left = whole - whole * percent / 100 - fixed
        assert left >= gift.amount
        assert left - gift.amount < Decimal("0.001")

    def test_it_is_shown_as_what_it_is_and_is_no_part_of_the_gift(self, client, funds, profile):
        profile.payment_fee_percent, profile.payment_fee_fixed = Decimal("2.5"), Decimal("0.1")
        profile.save()
        form = giver_form(fund=funds[0].pk, covers_fee="on")
        page = client.post("/en/pay/give/", form, follow=True).content.decode()
        assert "For the cost of the payment" in page

        give(client, form)

        assert (Payment.objects.get().amount, Gift.objects.get().amount) == (Money("25.744", "JOD"), Money(25, "JOD"))
        assert [line["amount"] for line in Receipt.objects.get().content["lines"]] == ["25.000", "0.744"]

    def test_nobody_is_asked_where_the_nonprofit_does_not_say_what_it_costs(self, client, funds):
        assert "covers_fee" not in client.get("/en/pay/give/").content.decode()

    def test_a_regular_gift_covers_it_each_time(self, client, funds, profile):
        profile.payment_fee_fixed = Decimal("0.5")
        profile.save()
        give(client, giver_form(fund=funds[0].pk, covers_fee="on", interval="month"))
        recurring = RecurringGift.objects.get()
        assert (recurring.amount, recurring.charged) == (Money(25, "JOD"), Money("25.5", "JOD"))


class TestForAnOrganisation:
    def test_gift_and_receipt_are_the_organisations_and_the_giver_sees_to_its_money(self, client, funds):
        give(client, giver_form(fund=funds[0].pk, organisation="Haddad & Sons"))
        gift, person = Gift.objects.get(), Contact.objects.get(kind=ContactKind.INDIVIDUAL)
        assert (gift.donor.kind, gift.donor.name) == (ContactKind.ORGANISATION, "Haddad & Sons")
        assert Receipt.objects.get().recipient_name == "Haddad & Sons"
        assert gift.payment.payer == person
        assert Relationship.objects.get(from_contact=person).to_contact == gift.donor

    def test_the_same_giver_gives_for_the_same_organisation_again(self, client, funds):
        give(client, giver_form(fund=funds[0].pk, organisation="Haddad & Sons"))
        give(client, giver_form(fund=funds[0].pk, organisation="haddad &  sons"))
        assert Contact.objects.filter(kind=ContactKind.ORGANISATION).count() == 1

    def test_a_stranger_who_types_the_name_gets_no_hold_of_it(self, client, funds):
        give(client, giver_form(fund=funds[0].pk, organisation="Haddad & Sons"))
        give(client, giver_form(fund=funds[0].pk, organisation="Haddad & Sons", given_name="Omar", email="o@x.example"))
        assert Contact.objects.filter(kind=ContactKind.ORGANISATION).count() == 2

    def test_who_sees_to_its_money_may_stop_its_regular_gift_and_a_stranger_may_not(self, client, funds):
        contact = EmailFactory(contact__user=UserFactory()).contact
        client.force_login(contact.user)
        give(client, giver_form(fund=funds[0].pk, organisation="Haddad & Sons", interval="month"))
        gift = RecurringGift.objects.get()
        assert client.get(f"/en/me/giving/{gift.pk}/").status_code == 200
        client.force_login(EmailFactory(contact__user=UserFactory()).contact.user)
        assert client.get(f"/en/me/giving/{gift.pk}/").status_code == 404

    def test_what_is_charged_later_is_receipted_to_whoever_sees_to_its_money(self, client, funds):
        give(client, giver_form(fund=funds[0].pk, organisation="Haddad & Sons", interval="month"))
        recurring = RecurringGift.objects.get()
        with TestCase.captureOnCommitCallbacks(execute=True):
            charge_due(recurring.next_charge_on)
        later = recurring.payments.latest("pk")
        assert (later.payer, later.payer_name, later.payer_email) == (
            recurring.donor,
            "Haddad & Sons",
            "layla@people.example",
        )


class TestTribute:
    def test_it_stands_with_the_gift_and_its_card_waits_for_its_day(self, client, funds):
        day = timezone.localdate() + timedelta(days=9)
        give(
            client,
            giver_form(
                fund=funds[0].pk,
                tribute_kind="memory",
                honoree="Salma",
                card_name="Huda",
                card_email="huda@people.example",
                card_words="In our thoughts",
                card_on=day.isoformat(),
                message="Use it well",
            ),
        )
        tribute = Tribute.objects.get()
        assert (tribute.kind, tribute.honoree, tribute.from_name, tribute.card_email, tribute.card_on) == (
            "memory",
            "Salma",
            "Layla Haddad",
            "huda@people.example",
            day,
        )
        assert tribute.gift.message == "Use it well"

    @pytest.mark.parametrize(
        ("facts", "sentence"),
        [
            pytest.param({"tribute_kind": "honour"}, "Please write the name.", id="nobody named"),
            pytest.param({"card_email": "h@x.example"}, "in honour or in memory", id="a card for nothing"),
            pytest.param(
                {"tribute_kind": "honour", "honoree": "Salma", "card_words": "Hi"},
                "Please write where the card shall go.",
                id="a card to nowhere",
            ),
            pytest.param(
                {"tribute_kind": "honour", "honoree": "S", "card_email": "h@x.example", "card_on": date(2020, 1, 1)},
                "This day is past.",
                id="a day that is past",
            ),
        ],
    )
    def test_half_a_tribute_is_asked_about(self, client, funds, facts, sentence):
        assert sentence in client.post("/en/pay/give/", giver_form(fund=funds[0].pk, **facts)).content.decode()
        assert not Basket.objects.exists()
