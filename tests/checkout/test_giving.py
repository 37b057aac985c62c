"""Giving, once and every month, as the browser and the gateway drive it."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import TestCase
from django.utils import timezone
from djmoney.money import Money
from i18nfield.strings import LazyI18nString

from checkout.models import Basket
from donations.domain.sandbox_clock import charge_due
from donations.models import Gift, Payment, Receipt, RecurringGift, RecurringStatus
from members.models import Contact
from outreach.domain.sending import send_due
from pages.models import GivingPage
from tests.checkout.giving_steps import giver_form
from tests.factories.donations import AppealFactory, FundFactory
from tests.factories.members import EmailFactory, UserFactory
from tests.factories.pages import add_page, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def fund():
    return FundFactory(slug="kitchen")


def form_of(fund, /, **changes):
    return giver_form(**{"fund": fund.pk, **changes})


def give(client, form, answer="succeed"):
    client.post("/en/pay/give/", form)
    basket = Basket.objects.get(form_key=form["form_key"])
    client.post(f"/en/sandbox/{basket.attempts.last().payment.reference}/", {"answer": answer})
    return basket


def test_a_gift_goes_to_its_fund_and_is_receipted_in_the_chosen_language(client, fund):
    give(client, form_of(fund, language="ar", amount="١٢٫٥"))
    gift = Gift.objects.get()
    [allocation] = gift.allocations.all()
    assert (gift.amount, allocation.fund, allocation.amount) == (Money("12.5", "JOD"), fund, Money("12.5", "JOD"))
    assert gift.donor.name == "Layla Haddad"
    assert Receipt.objects.get().language == "ar"
    send_due(at=timezone.now())
    [message] = mail.outbox
    assert "الإيصال" in message.subject
    assert [name.split("-")[0] for name, _content, _kind in message.attachments] == ["receipt"]


def test_somebody_logged_in_gives_as_themselves_whatever_they_type(client, fund):
    contact = EmailFactory(contact__user=UserFactory()).contact
    client.force_login(contact.user)
    give(client, form_of(fund, given_name="Somebody", family_name="Else"))
    assert Gift.objects.get().donor == contact
    assert Contact.objects.count() == 1


def test_a_monthly_gift_starts_with_its_first_payment_and_is_charged_again(client, fund):
    give(client, form_of(fund, interval="month"))
    recurring = RecurringGift.objects.get()
    assert (recurring.status, recurring.amount, recurring.shares.get().fund) == (
        RecurringStatus.ACTIVE,
        Money(25, "JOD"),
        fund,
    )
    assert Gift.objects.get().recurring_gift == recurring

    with TestCase.captureOnCommitCallbacks(execute=True):
        charge_due(recurring.next_charge_on)
        charge_due(recurring.next_charge_on)

    assert (Gift.objects.count(), Receipt.objects.count()) == (2, 2)


def test_a_declined_monthly_gift_never_starts_and_a_second_try_starts_one(client, fund):
    basket = give(client, form_of(fund, interval="month"), "decline")
    assert not RecurringGift.objects.filter(status=RecurringStatus.ACTIVE).exists()
    client.post(f"/en/pay/{basket.pk}/go/")
    client.post(f"/en/sandbox/{basket.attempts.last().payment.reference}/", {"answer": "succeed"})
    assert RecurringGift.objects.filter(status=RecurringStatus.ACTIVE).count() == 1
    assert Gift.objects.count() == 1


def test_a_gift_to_an_appeal_counts_for_it_and_its_fund(client):
    appeal = AppealFactory(slug="library", starts_on=timezone.localdate() - timedelta(days=1))
    form = form_of(appeal.fund)
    client.post("/en/pay/give/library/", form)
    basket = Basket.objects.get()
    client.post(f"/en/sandbox/{basket.attempts.get().payment.reference}/", {"answer": "succeed"})
    gift = Gift.objects.get()
    assert (gift.appeal, gift.allocations.get().fund) == (appeal, appeal.fund)


def test_an_appeal_that_is_over_takes_no_gifts(client):
    today = timezone.localdate()
    AppealFactory(slug="over", starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1))
    assert client.get("/en/pay/give/over/").status_code == 404


def test_a_form_sent_twice_opens_one_payment(client, fund):
    form = form_of(fund)
    client.post("/en/pay/give/", form)
    client.post("/en/pay/give/", form)
    assert Payment.objects.count() == 1


def test_going_back_after_paying_shows_the_thanks_and_charges_nothing(client, fund):
    form = form_of(fund)
    basket = give(client, form)
    again = client.post("/en/pay/give/", form, follow=True)
    assert "Thank you" in again.content.decode()
    assert (Payment.objects.count(), Gift.objects.count(), basket.attempts.count()) == (1, 1, 1)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        pytest.param("amount", "", "Please enter an amount.", id="missing"),
        pytest.param("amount", "0", "Please enter at least", id="zero"),
        pytest.param("amount", "-5", "Please enter at least", id="negative"),
        pytest.param("amount", "1000000000", "Please enter at most", id="huge"),
        pytest.param("amount", "5.0001", "at most 3 decimals", id="too many decimals"),
        pytest.param("amount", "lots", "Please write the amount as a number", id="words"),
        pytest.param("amount", "9" * 40, "at most", id="over-long"),
        pytest.param("fund", "999999", "Select a valid choice", id="unknown fund"),
        pytest.param("fund", "x", "Select a valid choice", id="fund that is no number"),
        pytest.param("interval", "hour", "Select a valid choice", id="unknown interval"),
        pytest.param("language", "xx", "Select a valid choice", id="unknown language"),
        pytest.param("given_name", "x" * 200, "at most 150 characters", id="over-long name"),
        pytest.param("email", "nobody", "Enter a valid email address.", id="no address"),
    ],
)
def test_bad_input_gets_a_sentence_keeps_what_was_typed_and_writes_nothing(client, fund, field, value, sentence):
    page = client.post("/en/pay/give/", form_of(fund, **{field: value}))
    text = page.content.decode()
    assert page.status_code == 200
    assert sentence in text
    assert "Haddad" in text
    assert not Basket.objects.exists()


def test_a_fund_that_is_no_longer_offered_is_refused(client, fund):
    fund.is_offered = False
    fund.save()
    assert "Select a valid choice" in client.post("/en/pay/give/", form_of(fund)).content.decode()


def test_an_expired_csrf_token_writes_nothing(strict_client, fund):
    assert strict_client.post("/en/pay/give/", form_of(fund)).status_code == 403
    assert not Basket.objects.exists()


def test_ten_megabytes_of_text_get_a_sentence_at_the_field_and_are_kept(client, fund):
    typed = "x" * 10_000_000
    page = client.post("/en/pay/give/", form_of(fund, family_name=typed))
    assert list(page.context["form"].errors) == ["family_name"]
    assert "at most 150 characters" in page.text
    assert typed in page.text
    assert not Basket.objects.exists()


def test_more_than_a_form_can_take_gets_a_page_and_writes_nothing(client, fund):
    page = client.post("/en/pay/give/", form_of(fund, family_name="x" * 20_000_000))
    assert page.status_code == 413
    assert "This is too large" in page.content.decode()
    assert not Basket.objects.exists()


def test_the_form_on_the_giving_page_is_kept_but_its_key_is_each_visitors_own(client, fund):
    page = add_page(make_site(), GivingPage, title="Give", slug="give")
    texts = [client.get(page.url).content.decode() for _visit in range(2)]
    keys = [re.search(r'name="form_key" value="([0-9a-f-]{36})"', text)[1] for text in texts]
    assert keys[0] != keys[1]

    fund.name = LazyI18nString({"en": "A new name"})
    fund.save()

    assert "A new name" in client.get(page.url).content.decode()
