"""A receipt never says more than is left of the money."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone
from djmoney.money import Money

from donations.domain.receipt_corrections import correct_receipt, correct_what_changed
from donations.domain.receipts import ReceiptLine, issue_receipt, reissue_after_void, reissue_receipt, void_receipt
from donations.exceptions import ReceiptVoidedError
from donations.models import DisputeStatus, Receipt, RefundStatus
from donations.signals import payment_disputed, payment_refunded, refund_failed
from tests.factories.donations import DisputeFactory, PaymentFactory, RefundFactory

pytestmark = pytest.mark.django_db

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
AT = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def receipt() -> Receipt:
    payment = PaymentFactory(settled=True, language="en", amount=Money(25, "JOD"))
    return issue_receipt(payment, lines=[ReceiptLine("Orphans", payment.amount)], on=MARCH)


def give_back(receipt: Receipt, amount: int, *, status=RefundStatus.SETTLED):
    return RefundFactory(payment=receipt.payment, amount=Money(amount, "JOD"), status=status, settled_at=AT)


def said() -> list[tuple]:
    return [(each.label, each.amount, each.is_valid) for each in Receipt.objects.order_by("pk")]


def test_a_part_that_went_back_is_taken_off_in_a_new_receipt(receipt):
    refund = give_back(receipt, 10)

    payment_refunded.send(type(refund), refund=refund)

    new = Receipt.objects.get(voided_on=None)
    assert said() == [("R-2026-00001", Money(25, "JOD"), False), (new.label, Money(15, "JOD"), True)]
    assert (new.replaces, new.content["in_words"]) == (receipt, "fifteen Jordanian dinars")
    assert (new.content["lines"], new.content["given_back"]) == (receipt.content["lines"], "10.000")


def test_a_second_refund_counts_with_the_first(receipt):
    for amount in (10, 5):
        give_back(receipt, amount)
        correct_receipt(receipt.payment, on=APRIL)

    assert [amount for _label, amount, _valid in said()] == [Money(25, "JOD"), Money(15, "JOD"), Money(10, "JOD")]


def test_of_what_went_back_whole_the_receipt_is_only_voided(receipt):
    give_back(receipt, 25)

    assert correct_receipt(receipt.payment, on=APRIL) is None
    assert said() == [("R-2026-00001", Money(25, "JOD"), False)]


@pytest.mark.parametrize("amount", [10, 25])
def test_told_twice_it_is_corrected_once(receipt, amount):
    refund = give_back(receipt, amount)
    payment_refunded.send(type(refund), refund=refund)
    before = said()

    payment_refunded.send(type(refund), refund=refund)

    assert said() == before


@pytest.mark.parametrize("status", [RefundStatus.REQUESTED, RefundStatus.PENDING, RefundStatus.FAILED])
def test_money_that_has_not_gone_changes_nothing(receipt, status):
    give_back(receipt, 10, status=status)

    assert correct_receipt(receipt.payment, on=APRIL) == receipt


@pytest.mark.parametrize(
    ("status", "valid"), [(DisputeStatus.OPEN, True), (DisputeStatus.WON, True), (DisputeStatus.LOST, False)]
)
def test_only_a_lost_dispute_voids_the_receipt(receipt, status, valid):
    dispute = DisputeFactory(payment=receipt.payment, amount=Money(25, "JOD"), status=status, status_at=AT)

    payment_disputed.send(type(dispute), dispute=dispute)

    assert said() == [("R-2026-00001", Money(25, "JOD"), valid)]


def test_a_new_name_leaves_taken_off_what_was(receipt):
    give_back(receipt, 10)
    corrected = correct_receipt(receipt.payment, on=APRIL)

    renamed = reissue_receipt(corrected, on=APRIL, reason="Name was misspelt", recipient_name="Layla")

    assert renamed.amount == Money(15, "JOD")


def test_money_that_came_back_after_all_is_receipted_again_under_a_new_number(receipt):
    refund = give_back(receipt, 25)
    payment_refunded.send(type(refund), refund=refund)
    refund.status = RefundStatus.FAILED
    refund.save()

    for _time in range(2):
        refund_failed.send(type(refund), refund=refund)

    assert said() == [("R-2026-00001", Money(25, "JOD"), False), ("R-2026-00002", Money(25, "JOD"), True)]


def test_a_part_that_came_back_is_put_on_the_paper_again(receipt):
    refund = give_back(receipt, 10)
    correct_receipt(receipt.payment, on=APRIL)
    refund.status = RefundStatus.FAILED
    refund.save()

    assert correct_receipt(receipt.payment, on=APRIL).amount == Money(25, "JOD")


def test_what_staff_voided_for_a_reason_of_their_own_stays_void(receipt):
    void_receipt(receipt, on=APRIL, reason="Wrong person")

    assert correct_receipt(receipt.payment, on=APRIL) is None
    assert said() == [("R-2026-00001", Money(25, "JOD"), False)]


def test_what_a_crash_left_the_clock_makes_good(receipt):
    give_back(receipt, 10)

    for _time in range(2):
        correct_what_changed(timezone.now())

    assert [amount for _label, amount, _valid in said()] == [Money(25, "JOD"), Money(15, "JOD")]


def test_what_is_valid_or_has_a_follower_is_not_issued_again(receipt):
    nothing = Money(0, "JOD")
    with pytest.raises(ReceiptVoidedError):
        reissue_after_void(receipt, on=APRIL, given_back=nothing)
    void_receipt(receipt, on=APRIL, reason="Given back")
    reissue_after_void(receipt, on=APRIL, given_back=nothing)

    with pytest.raises(ReceiptVoidedError):
        reissue_after_void(receipt, on=APRIL, given_back=nothing)
    assert Receipt.objects.count() == 2
