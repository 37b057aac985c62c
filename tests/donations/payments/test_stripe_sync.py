"""What no webhook brought is asked for, over real HTTP, and taken in the same way."""

from datetime import timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import timezone
from djmoney.money import Money

from config.schedule import JOBS
from donations.domain.events import apply_pending_events
from donations.domain.payments import checkout_url, open_payment
from donations.domain.syncing import Pulled, pull_missed
from donations.exceptions import GatewayUnavailableError
from donations.models import DisputeStatus, Payment, PaymentEvent, PaymentStatus, Refund
from donations.payments.stripe_gateway import StripeGateway
from tests.stripe_standin.server import MOST_TYPES

pytestmark = pytest.mark.django_db(transaction=True)

BACK = "https://sanduq.example/ar/pay/basket/"


def paid_at_stripe(stripe) -> Payment:
    """A payment that was paid on the hosted page, of which we heard nothing."""
    payment = open_payment(
        amount=Money("12.500", "JOD"),
        gateway="stripe",
        payer_name="Layla Haddad",
        payer_email="layla@people.example",
        language="ar",
        description="كفالة الأيتام",
    )
    checkout_url(payment, return_url=BACK)
    stripe.books.pay(payment.gateway_reference)
    return payment


def pull(days: int = 3) -> Pulled:
    return pull_missed("stripe", since=timezone.now() - timedelta(days=days))


def everything() -> dict[str, list]:
    """Every row of every table, whole."""
    return {model._meta.label: list(model.objects.order_by("pk").values()) for model in apps.get_models()}


def test_a_payment_that_no_webhook_told_of_is_settled(stripe):
    payment = paid_at_stripe(stripe)

    assert pull() == Pulled(seen=1, missing=1, applied=1)

    payment.refresh_from_db()
    (told,) = stripe.books.events
    assert payment.status == PaymentStatus.SETTLED
    assert PaymentEvent.objects.get().event_id == told["id"]


def test_a_second_time_changes_nothing_in_any_table(stripe):
    payment = paid_at_stripe(stripe)
    charge = stripe.books.sessions[payment.gateway_reference]["payment_intent"]
    stripe.books.create_refund({"payment_intent": charge, "amount": "2500"})
    # About a payment that we shall never know: it waits, and waiting is not asked about again either.
    stripe.books.intents["pi_other"] = {"amount_received": 100, "currency": "jod"}
    stripe.books.dispute("pi_other")
    call_command("stripe_sync", stdout=StringIO())
    before = everything()
    assert (PaymentEvent.objects.count(), Refund.objects.count()) == (3, 1)

    output = StringIO()
    call_command("stripe_sync", stdout=output)

    assert everything() == before
    assert output.getvalue() == "Looked at 3 messages of the last 3 days: 0 were missing, of which 0 are applied.\n"


def test_what_the_webhook_brought_is_left_alone_and_the_rest_is_taken_in(hooked_stripe):
    first = paid_at_stripe(hooked_stripe)
    apply_pending_events()
    hooked_stripe.post.hold()
    second = paid_at_stripe(hooked_stripe)

    assert pull() == Pulled(seen=2, missing=1, applied=1)

    # The webhook that was lost comes after all, days later.
    hooked_stripe.post.release(copies=2)
    apply_pending_events()
    assert PaymentEvent.objects.count() == 2
    assert {payment.status for payment in Payment.objects.filter(pk__in=[first.pk, second.pk])} == {"settled"}


def test_what_happened_before_is_not_asked_for(stripe):
    stripe.books.now = lambda: int((timezone.now() - timedelta(days=5)).timestamp())
    paid_at_stripe(stripe)

    assert (pull(), pull(days=6).applied) == (Pulled(), 1)


def test_more_than_a_page_is_taken_in_oldest_first(stripe):
    payment = paid_at_stripe(stripe)
    charge = stripe.books.sessions[payment.gateway_reference]["payment_intent"]
    for _time in range(130):
        stripe.books.create_refund({"payment_intent": charge, "amount": "10"})
    number = stripe.books.dispute(charge)
    stripe.books.end_dispute(number, good=False)

    assert pull() == Pulled(seen=133, missing=133, applied=133)

    stored = PaymentEvent.objects.order_by("pk").values_list("event_id", flat=True)
    assert list(stored) == [event["id"] for event in stripe.books.events]
    assert (Refund.objects.count(), payment.disputes.get().status) == (130, DisputeStatus.LOST)


def test_kinds_that_we_do_not_read_are_not_fetched_and_all_others_fit_into_one_question(stripe):
    stripe.books.send_unknown_event()

    assert pull() == Pulled()
    assert len(StripeGateway._READERS) <= MOST_TYPES


def test_what_stripe_shows_in_an_older_version_is_read_in_ours(stripe):
    payment = paid_at_stripe(stripe)
    (event,) = stripe.books.events
    event["api_version"] = "2020-08-27"
    # The version of those days called it otherwise.
    event["data"]["object"]["state"] = event["data"]["object"].pop("payment_status")

    pull()

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.SETTLED


@pytest.mark.parametrize("change", [{"account": "acct_other"}, {"livemode": True}], ids=["other account", "real money"])
@pytest.mark.parametrize("by_hook", [True, False], ids=["webhook", "asked for"])
def test_a_message_for_another_account_or_of_other_money_is_noted_and_moves_nothing(hooked_stripe, change, by_hook):
    hooked_stripe.post.hold()
    payment = paid_at_stripe(hooked_stripe)
    hooked_stripe.books.events[0].update(change)

    if by_hook:
        hooked_stripe.post.release()
        apply_pending_events()
    else:
        pull()

    payment.refresh_from_db()
    event = PaymentEvent.objects.get()
    assert payment.status == PaymentStatus.OPEN
    assert (event.payment, event.payload, event.applied_at is not None) == (None, "", True)
    assert event.error.startswith("This message is about another account")


def test_test_money_is_refused_where_real_money_is_taken(hooked_stripe, settings):
    hooked_stripe.post.hold()
    payment = paid_at_stripe(hooked_stripe)
    settings.STRIPE_SECRET_KEY = "rk_live_sanduq"

    hooked_stripe.post.release()
    apply_pending_events()

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.OPEN


def test_without_an_answer_nothing_is_lost_and_the_command_says_what_to_do(stripe, settings):
    payment = paid_at_stripe(stripe)
    base, settings.STRIPE_API_BASE = settings.STRIPE_API_BASE, "http://127.0.0.1:9"
    with pytest.raises(GatewayUnavailableError):
        pull()
    with pytest.raises(CommandError, match="STRIPE_SECRET_KEY"):
        call_command("stripe_sync")

    settings.STRIPE_API_BASE = base
    pull()

    payment.refresh_from_db()
    assert payment.is_settled


def test_the_clock_asks_every_hour(stripe):
    payment = paid_at_stripe(stripe)
    (job,) = [job for job in JOBS if job.name == "pull-missed-events"]

    job.run(timezone.now())

    payment.refresh_from_db()
    assert (job.cron, payment.status) == ("40 * * * *", PaymentStatus.SETTLED)


@pytest.mark.parametrize("days", ["0", "31"])
def test_days_that_stripe_does_not_remember_are_refused(stripe, days):
    with pytest.raises(CommandError, match="between 1 and 30"):
        call_command("stripe_sync", "--days", days)


def test_the_command_needs_stripe(settings):
    settings.PAYMENT_GATEWAYS = ["sandbox"]
    with pytest.raises(CommandError, match="PAYMENT_GATEWAYS"):
        call_command("stripe_sync")
