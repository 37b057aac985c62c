"""The gateways' door and the sandbox's page, as a browser or a machine meets them."""

from datetime import UTC, datetime

import pytest
from django.core import checks
from django.urls import reverse
from djmoney.money import Money

from donations.checks import no_play_money
from donations.domain.events import apply_pending_events
from donations.domain.payments import checkout_url, open_payment
from donations.models import Payment, PaymentEvent, PaymentStatus
from donations.payments.sandbox import compose_answer

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BACK = "http://testserver/en/pay/basket/"


@pytest.fixture
def payment() -> Payment:
    opened = open_payment(
        amount=Money("12.500", "JOD"),
        gateway="sandbox",
        payer_name="Layla <b>Haddad</b>",
        payer_email="",
        language="en",
        description="Orphans <script>",
    )
    checkout_url(opened, return_url=BACK)
    return opened


def page_of(payment: Payment) -> str:
    return reverse("donations:sandbox_pay", args=[payment.reference])


class TestHook:
    @staticmethod
    def message(payment: Payment):
        return compose_answer("succeed", NOON, reference=payment.reference, amount=payment.amount, schedule=False)

    def test_message_is_stored_and_answered_at_once(self, strict_client, payment):
        body, headers = self.message(payment)

        answers = [
            strict_client.post("/hooks/sandbox/", body, content_type="application/json", headers=headers).status_code
            for _time in range(2)
        ]

        assert answers == [200, 200]
        assert PaymentEvent.objects.get().applied_at is None
        apply_pending_events()
        payment.refresh_from_db()
        assert payment.is_settled

    def test_unsigned_message_is_refused(self, client, payment):
        body, _headers = self.message(payment)

        assert client.post("/hooks/sandbox/", body, content_type="application/json").status_code == 400
        assert client.post("/hooks/sandbox/", b"\xff\x00", content_type="application/json").status_code == 400
        assert not PaymentEvent.objects.exists()

    def test_gateway_that_is_switched_off_has_no_door(self, client, payment):
        body, headers = self.message(payment)

        assert client.post("/hooks/stripe/", body, content_type="application/json", headers=headers).status_code == 403
        assert not PaymentEvent.objects.exists()

    def test_only_posts_are_taken(self, client):
        assert client.get("/hooks/sandbox/").status_code == 405


class TestSandboxPage:
    def test_page_says_that_it_is_a_test_and_what_is_paid(self, client, payment):
        text = client.get(page_of(payment)).content.decode()

        assert "This is a test: no money moves." in text
        assert "JOD" in text
        assert "12.500" in text
        assert "Orphans &lt;script&gt;" in text
        assert payment.reference in text

    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            ("succeed", PaymentStatus.SETTLED),
            ("decline", PaymentStatus.FAILED),
            ("wait", PaymentStatus.PENDING),
        ],
    )
    def test_tester_chooses_how_it_ends_and_goes_back(self, client, payment, answer, expected):
        response = client.post(page_of(payment), {"answer": answer})

        payment.refresh_from_db()
        assert (response.status_code, response["Location"], payment.status) == (302, BACK, expected)

    def test_what_waits_can_be_decided_later_on_the_same_page(self, client, payment):
        client.post(page_of(payment), {"answer": "wait"})
        assert "The bank is still at it." in client.get(page_of(payment)).content.decode()

        client.post(page_of(payment), {"answer": "succeed"})

        payment.refresh_from_db()
        assert payment.is_settled

    def test_double_click_settles_once(self, client, payment):
        client.post(page_of(payment), {"answer": "succeed"})
        client.post(page_of(payment), {"answer": "succeed"})

        assert PaymentEvent.objects.count() == 1
        payment.refresh_from_db()
        assert (payment.status, payment.review) == (PaymentStatus.SETTLED, "")

    @pytest.mark.parametrize("answer", ["", "give me everything", "x" * 100_000])
    def test_unknown_answer_changes_nothing(self, client, payment, answer):
        assert client.post(page_of(payment), {"answer": answer}).status_code == 200
        payment.refresh_from_db()
        assert payment.status == PaymentStatus.OPEN

    def test_post_without_a_token_is_refused(self, strict_client, payment):
        assert strict_client.post(page_of(payment), {"answer": "succeed"}).status_code == 403
        payment.refresh_from_db()
        assert payment.status == PaymentStatus.OPEN

    def test_page_never_leads_to_a_foreign_site(self, client, payment):
        Payment.objects.update(return_url="https://evil.example/")

        assert client.post(page_of(payment), {"answer": "wait"})["Location"] == page_of(payment)

    def test_page_is_gone_where_the_sandbox_is_switched_off(self, client, payment, settings):
        settings.PAYMENT_GATEWAYS = ["stripe"]

        assert client.post(page_of(payment), {"answer": "succeed"}).status_code == 404
        payment.refresh_from_db()
        assert payment.status == PaymentStatus.OPEN

    def test_page_of_another_gateways_payment_does_not_exist(self, client, payment):
        Payment.objects.update(gateway="stripe")

        assert client.post(page_of(payment), {"answer": "succeed"}).status_code == 404


@pytest.mark.parametrize(("gateways", "found"), [(["sandbox", "stripe"], ["donations.E001"]), (["stripe"], [])])
def test_deployment_with_play_money_is_an_error(settings, gateways, found):
    settings.PAYMENT_GATEWAYS = gateways

    assert [error.id for error in no_play_money(None)] == found
    assert no_play_money in checks.registry.registry.get_checks(include_deployment_checks=True)
