"""What can be attached to a message, made at the moment of sending so that the queue stays small."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone, translation

from checkout.domain.paying import basket_invoice
from donations.domain.receipts import receipt_pdf
from donations.models import Payment, Receipt
from members.documents.card import card_pdf
from members.domain.cards import signed_address
from members.models import Membership, NonprofitProfile
from outreach.domain.addresses import absolute_url


@dataclass(frozen=True)
class Attachment:
    """A file as a mail program shows it."""

    name: str
    content: bytes
    media_type: str = "application/pdf"


def attachment(kind: str, pk: int, *, language: str, profile: NonprofitProfile) -> Attachment:
    """Return the file of `kind` made from the row `pk`. Raises KeyError for a kind that does not exist."""
    return _MAKERS[kind](pk, language, profile)


def _receipt(pk: int, language: str, profile: NonprofitProfile) -> Attachment:
    receipt = Receipt.objects.get(pk=pk)
    return Attachment(f"receipt-{receipt.label}.pdf", receipt_pdf(receipt))


def _card(pk: int, language: str, profile: NonprofitProfile) -> Attachment:
    membership = Membership.objects.select_related("contact", "card").get(pk=pk)
    with translation.override(language):
        page = absolute_url(reverse("members:verify_card", args=[membership.card.token]))
    pdf = card_pdf(
        membership,
        profile=profile,
        valid_until=membership.paid_until or membership.joined_on,
        qr_text=signed_address(membership, page, on=timezone.localdate()),
        language=language,
    )
    return Attachment(f"card-{membership.number}.pdf", pdf)


def _invoice(pk: int, language: str, profile: NonprofitProfile) -> Attachment:
    payment = Payment.objects.select_related("attempt__basket").get(pk=pk)
    pdf = basket_invoice(payment, profile=profile, language=language, on=timezone.localdate(payment.created_at))
    return Attachment(f"invoice-{payment.reference}.pdf", pdf)


_MAKERS: dict[str, Callable[[int, str, NonprofitProfile], Attachment]] = {
    "receipt": _receipt,
    "card": _card,
    "invoice": _invoice,
}
