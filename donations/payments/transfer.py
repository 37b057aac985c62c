"""A bank transfer: the payer is told where to and with which reference, and staff enter what the statement says."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from djmoney.money import Money

from donations.exceptions import GatewayRefusedError, WrongSignatureError
from donations.payments.interface import (
    CardGiven,
    CardOrder,
    CheckoutOrder,
    CheckoutPage,
    Fact,
    KeptCard,
    Message,
    PaymentFailed,
    PaymentPending,
    PaymentRefunded,
    PaymentSettled,
    RecurringTerms,
    RefundOrder,
    SavedCharge,
)
from members.models import NonprofitProfile


class TransferGateway:
    code = "transfer"
    label = _("Bank transfer")
    can_repeat = False
    can_keep_cards = False
    costs_a_fee = False
    remembers = False

    def is_ready(self) -> bool:
        """Once the profile says to which account."""
        return NonprofitProfile.objects.exclude(bank_account="").exists()

    def check_amount(self, amount: Money) -> None:
        """A bank moves every amount."""

    def open_checkout(self, order: CheckoutOrder) -> CheckoutPage:
        """There is no page of the bank's: the payer comes back to ours, which says what to do."""
        if order.schedule:
            raise GatewayRefusedError
        return CheckoutPage(reference=f"transfer-{order.reference}", url=order.return_url)

    def find_checkout(self, gateway_reference: str) -> CheckoutPage | None:
        """Nothing to go on with but to open it again, which leads to the same page."""
        return None

    def look_up(self, gateway_reference: str) -> Fact | None:
        """Only staff know, from the statement."""
        return None

    def receive(self, body: bytes, headers: Mapping[str, str]) -> Message:
        raise WrongSignatureError

    def read(self, payload: str) -> Fact | None:
        return None

    def messages_since(self, since: datetime) -> Iterator[Message]:
        return iter(())

    def refund(self, order: RefundOrder) -> PaymentRefunded:
        """Staff send it back by hand, which the domain notes without asking here."""
        raise GatewayRefusedError

    def stop_recurring(self, gateway_reference: str) -> None:
        """It has none."""

    def set_recurring(self, terms: RecurringTerms) -> None:
        raise GatewayRefusedError

    def card_of_recurring(self, subscription: str) -> KeptCard | None:
        return None

    def use_card(self, subscription: str, method: str) -> str:
        raise GatewayRefusedError

    def open_card_page(self, order: CardOrder) -> CheckoutPage:
        """A bank transfer knows no card."""
        raise GatewayRefusedError

    def look_up_card(self, gateway_reference: str) -> CardGiven | None:
        return None

    def charge_saved(self, order: SavedCharge) -> PaymentSettled | PaymentPending | PaymentFailed:
        raise GatewayRefusedError

    def find_saved_charge(self, order: SavedCharge) -> PaymentSettled | PaymentPending | PaymentFailed | None:
        return None

    def forget_card(self, customer: str, method: str) -> None:
        """It has none."""
