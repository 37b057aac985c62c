"""Joining, from the form to the card in the mail, as the browser and the gateway drive it."""

import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.test import TestCase
from django.utils import timezone
from djmoney.money import Money

from checkout.domain.fulfilment import fulfil_what_is_due
from checkout.models import Basket, BasketLine, PaymentAttempt
from donations.models import Payment, PaymentStatus, Receipt
from members.models import Consent, Contact, Membership, MembershipStatus, Term
from outreach.domain.sending import send_due
from outreach.models import Delivery
from tests.factories.members import TierFactory

pytestmark = pytest.mark.django_db

PERSON = {
    "given_name": "ليلى",
    "family_name": "حداد",
    "email": "Layla@people.example",
    "phone": "٠٧٩ ٠٠٠ ٠٠٠٠",
    "gateway": "sandbox",
}


@pytest.fixture
def tier():
    return TierFactory(slug="member", price=Money(25, "JOD"))


def form_of(**changes):
    return {**PERSON, "form_key": str(uuid.uuid4()), **changes}


def pay(client, basket, answer="succeed"):
    """Press a button on the test gateway's page, as the payer does."""
    payment = basket.attempts.last().payment
    return client.post(f"/en/sandbox/{payment.reference}/", {"answer": answer})


def test_joining_grants_a_term_a_card_a_receipt_and_one_message(client, tier):
    sent = client.post("/ar/pay/join/member/", form_of())
    basket = Basket.objects.get()
    assert sent.status_code == 302
    assert "/sandbox/" in sent["Location"]
    assert Membership.objects.count() == 0, "nothing is granted unpaid"

    pay(client, basket)

    basket.refresh_from_db()
    membership = Membership.objects.get()
    assert membership.contact.name == "ليلى حداد"
    assert membership.status_on(timezone.localdate()) == MembershipStatus.CURRENT
    assert basket.fulfilled_at
    send_due(at=timezone.now())
    [message] = mail.outbox
    assert message.to == ["layla@people.example"]
    assert message.extra_headers["Content-Language"] == "ar"
    assert [name for name, _content, _kind in message.attachments] == [
        f"receipt-{Receipt.objects.get().label}.pdf",
        f"card-{membership.number}.pdf",
    ]
    assert all(content.startswith(b"%PDF") for _name, content, _kind in message.attachments)
    page = client.get(f"/en/pay/{basket.pk}/")
    assert membership.number in page.content.decode()


def test_a_form_sent_twice_makes_one_basket_and_one_payment(client, tier):
    form = form_of()
    client.post("/en/pay/join/member/", form)
    client.post("/en/pay/join/member/", form)
    assert (Basket.objects.count(), Payment.objects.count(), Contact.objects.count()) == (1, 1, 1)


def test_a_declined_payment_grants_nothing_and_can_be_tried_again(client, tier):
    client.post("/en/pay/join/member/", form_of())
    basket = Basket.objects.get()
    pay(client, basket, "decline")
    assert Membership.objects.count() == 0
    assert "did not go through" in client.get(f"/en/pay/{basket.pk}/").content.decode()

    client.post(f"/en/pay/{basket.pk}/go/")
    pay(client, basket)

    assert Membership.objects.count() == 1


def test_a_pending_payment_says_so_and_grants_once_it_settles(client, tier):
    client.post("/en/pay/join/member/", form_of())
    basket = Basket.objects.get()
    pay(client, basket, "wait")
    page = client.get(f"/en/pay/{basket.pk}/").content.decode()
    assert "please do not pay again" in page
    assert "Try again" not in page
    assert Membership.objects.count() == 0

    pay(client, basket)

    assert Membership.objects.count() == 1


def test_a_basket_left_ungranted_by_a_crash_is_granted_by_the_clock(client, tier):
    client.post("/en/pay/join/member/", form_of())
    basket = Basket.objects.get()
    payment = basket.attempts.get().payment
    # As a process leaves it that is killed between the gateway's message and its effects.
    Payment.objects.filter(pk=payment.pk).update(status=PaymentStatus.SETTLED, settled_at=timezone.now())

    with TestCase.captureOnCommitCallbacks(execute=True):
        assert fulfil_what_is_due(on=timezone.localdate()) == 1
    assert fulfil_what_is_due(on=timezone.localdate()) == 0
    assert (Membership.objects.count(), Receipt.objects.count(), Delivery.objects.count()) == (1, 1, 1)


def test_a_free_tier_is_granted_without_payment(client):
    TierFactory(slug="free", price=Money(0, "JOD"))
    client.post("/en/pay/join/free/", form_of())
    assert (Membership.objects.count(), Payment.objects.count()) == (1, 0)
    send_due(at=timezone.now())
    assert [message.subject for message in mail.outbox] == ["Your membership card"]


def test_paying_again_shortly_before_the_end_adds_the_next_term(client, tier):
    client.post("/en/pay/join/member/", form_of())
    pay(client, Basket.objects.get())
    first = Term.objects.get()
    first.starts_on, first.ends_on = first.starts_on - timedelta(days=300), first.ends_on - timedelta(days=300)
    first.save()

    client.post("/en/pay/join/member/", form_of())
    pay(client, Basket.objects.order_by("-created_at").first())

    second = Membership.objects.get().terms.order_by("starts_on").last()
    assert second.starts_on == first.ends_on + timedelta(days=1)


def test_what_a_rule_forbids_after_payment_is_receipted_and_laid_before_staff(client, tier):
    for _time in range(2):
        client.post("/en/pay/join/member/", form_of())
        pay(client, Basket.objects.order_by("-created_at").first())
    assert (Term.objects.count(), Receipt.objects.count()) == (1, 2)
    assert BasketLine.objects.get(term=None).problem.startswith("You can renew from")


def test_the_box_for_news_records_consent_with_its_wording(client, tier):
    client.post("/en/pay/join/member/", form_of(wants_news="on"))
    pay(client, Basket.objects.get())
    consent = Consent.objects.select_related("event").get()
    assert (consent.purpose, consent.granted, consent.event.source) == ("news", True, "checkout")
    assert consent.event.wording == "Write to me by e-mail with news and invitations. I can stop this at any time."


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        pytest.param("given_name", "", "This field is required.", id="missing"),
        pytest.param("given_name", "x" * 151, "at most 150 characters", id="over-long"),
        pytest.param("email", "not an address", "Enter a valid email address.", id="no address"),
        pytest.param("phone", "12", "Please enter a telephone number", id="no telephone"),
        pytest.param("gateway", "bitcoin", "Select a valid choice", id="unknown gateway"),
        pytest.param("form_key", "not-a-key", "valid UUID", id="broken form"),
    ],
)
def test_bad_input_gets_a_sentence_keeps_what_was_typed_and_writes_nothing(client, tier, field, value, sentence):
    page = client.post("/en/pay/join/member/", form_of(**{field: value}))
    text = page.content.decode()
    assert page.status_code == 200
    assert sentence in text
    assert "حداد" in text
    assert (Basket.objects.count(), Contact.objects.count()) == (0, 0)


def test_ten_megabytes_of_text_get_a_sentence_at_the_field_and_are_kept(client, tier):
    typed = "x" * 10_000_000
    page = client.post("/en/pay/join/member/", form_of(family_name=typed))
    assert list(page.context["form"].errors) == ["family_name"]
    assert "at most 150 characters" in page.text
    assert typed in page.text
    assert Basket.objects.count() == 0


def test_direction_overrides_are_stripped_from_names_and_emoji_kept(client, tier):
    client.post("/en/pay/join/member/", form_of(given_name="\u202eليلى\u202c 🌸"))
    assert Basket.objects.get().given_name == "ليلى 🌸"


def test_an_unknown_tier_is_not_found(client):
    assert client.get("/en/pay/join/nothing/").status_code == 404


def test_an_expired_csrf_token_keeps_calm_and_writes_nothing(strict_client, tier):
    page = strict_client.post("/en/pay/join/member/", form_of())
    assert page.status_code == 403
    assert Basket.objects.count() == 0


def test_two_settled_attempts_fulfil_once(client, tier):
    client.post("/en/pay/join/member/", form_of())
    basket = Basket.objects.get()
    pay(client, basket, "decline")
    client.post(f"/en/pay/{basket.pk}/go/")
    for attempt in PaymentAttempt.objects.all():
        client.post(f"/en/sandbox/{attempt.payment.reference}/", {"answer": "succeed"})
    assert Membership.objects.get().terms.count() == 1
