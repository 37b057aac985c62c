"""Awaited bank transfers, as a statement brings them: whole, in parts, too much, twice."""

from datetime import date
from threading import Thread

import pytest
from django.db import connection, connections
from djmoney.money import Money
from wagtail.models import Site

from donations.domain.invoices import account_of, transfer_qr
from donations.domain.payments import open_payment
from donations.domain.transfers import (
    left_to_come,
    paid_too_much,
    plain_reference,
    record_transfer,
    transfer_reference,
)
from donations.exceptions import AmountError, DuplicateEntryError, PaymentClosedError
from donations.models import PaymentStatus, TransferReceived
from donations.payments.registry import gateways_offered
from donations.payments.transfer import TransferGateway
from members.models import NonprofitProfile
from tests.factories.donations import PaymentFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 7, 2)


@pytest.fixture(autouse=True)
def switched_on(settings):
    settings.PAYMENT_GATEWAYS = ["sandbox", "transfer"]


def jod(amount):
    return Money(amount, "JOD")


@pytest.fixture
def awaited():
    return open_payment(
        amount=jod(30), gateway="transfer", payer_name="Layla", payer_email="", language="en", description="Dues"
    )


def receive(payment, amount, line=""):
    return record_transfer(payment, amount=amount, received_on=DAY, bank_reference=line, entered_by=None)


def test_all_of_it_settles_the_payment(awaited):
    payment = receive(awaited, jod(30), "line 1")
    assert (payment.status, payment.settled_at.date(), paid_too_much(payment)) == (PaymentStatus.SETTLED, DAY, jod(0))


def test_a_part_settles_nothing_until_the_rest_is_there(awaited):
    payment = receive(awaited, jod(12), "line 1")
    assert (payment.status, left_to_come(payment)) == (PaymentStatus.OPEN, jod(18))
    payment = receive(payment, jod(18), "line 2")
    assert (payment.status, left_to_come(payment)) == (PaymentStatus.SETTLED, jod(0))


def test_what_is_too_much_is_on_record_and_the_amount_is_not_edited(awaited):
    payment = receive(awaited, jod(35))
    assert (payment.amount, payment.status, payment.review, paid_too_much(payment)) == (
        jod(30),
        PaymentStatus.SETTLED,
        "",
        jod(5),
    )


def test_one_line_of_the_statement_is_entered_once(awaited):
    receive(awaited, jod(10), "line 1")
    with pytest.raises(DuplicateEntryError):
        receive(awaited, jod(10), "line 1")
    assert left_to_come(awaited) == jod(20)


@pytest.mark.parametrize("amount", [Money(30, "EUR"), jod(0), jod(-1)])
def test_another_currency_and_nothing_at_all_are_refused(awaited, amount):
    with pytest.raises(AmountError):
        receive(awaited, amount)
    assert not TransferReceived.objects.exists()


def test_what_is_settled_or_paid_otherwise_awaits_nothing(awaited):
    receive(awaited, jod(30))
    for payment in (awaited, PaymentFactory(gateway="sandbox", status=PaymentStatus.OPEN, settled_at=None)):
        with pytest.raises(PaymentClosedError):
            receive(payment, payment.amount)


def test_a_reference_is_found_as_a_statement_writes_it(awaited):
    plain = awaited.reference
    rf = transfer_reference(awaited)
    assert rf[:2] == "RF"
    spaced = " ".join(rf[start : start + 4] for start in range(0, len(rf), 4)).lower()
    assert (plain_reference(rf), plain_reference(spaced), plain_reference(plain)) == (plain, plain, plain)
    assert plain_reference("Layla Haddad") == "Layla Haddad"


def test_nobody_is_offered_a_transfer_while_the_account_is_unknown():
    profile = NonprofitProfile.objects.create(site=Site.objects.get())
    assert [gateway.code for gateway in gateways_offered()] == ["sandbox"]
    profile.bank_account = "0131000302"
    profile.save()
    assert [gateway.code for gateway in gateways_offered()] == ["sandbox", TransferGateway.code]


def test_in_euros_to_an_iban_the_code_is_that_of_european_banks():
    payment = open_payment(
        amount=Money("12.30", "EUR"),
        gateway="transfer",
        payer_name="L",
        payer_email="",
        language="en",
        description="Dues",
    )
    profile = NonprofitProfile(
        bank_account_holder="Bayader", bank_account="DE89370400440532013000", bank_code="COBADEFFXXX"
    )
    assert transfer_qr(payment, account_of(profile)).split("\n") == [
        "BCD",
        "002",
        "1",
        "SCT",
        "COBADEFFXXX",
        "Bayader",
        "DE89370400440532013000",
        "EUR12.30",
        "",
        transfer_reference(payment),
    ]


def test_elsewhere_the_code_is_the_same_facts_as_text(awaited):
    profile = NonprofitProfile(bank_account_holder="Bayader", bank_account="JO94CBJO0010000000000131000302")
    lines = transfer_qr(awaited, account_of(profile)).split("\n")
    assert lines == [
        "Bayader",
        "JO94CBJO0010000000000131000302",
        f"{awaited.amount.amount:f} JOD",
        transfer_reference(awaited),
    ]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_enter_the_same_line_at_once_one_is_refused(awaited):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite writes one by one anyhow.")
    refused = []

    def enter():
        try:
            receive(awaited, jod(20), "line 1")
        except DuplicateEntryError:
            refused.append(1)
        finally:
            connections.close_all()

    threads = [Thread(target=enter) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (TransferReceived.objects.count(), len(refused)) == (1, 2)
