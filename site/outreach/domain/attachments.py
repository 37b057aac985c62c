"""What can be attached to a message, made at the moment of sending so that the queue stays small."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone, translation

from checkout.documents.voucher import voucher_pdf
from checkout.domain.paying import basket_invoice
from checkout.domain.present_links import present_token
from checkout.models import Present
from donations.domain.receipts import receipt_pdf
from donations.models import Payment, Receipt
from members.documents.card import card_pdf
from members.domain.cards import code_text, own_face, with_card_facts
from members.models import Membership, NonprofitProfile
from outreach.domain.addresses import page_url


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
    today = timezone.localdate()
    face = own_face(with_card_facts(Membership.objects.filter(pk=pk)).get(), on=today)
    with translation.override(language):
        pdf = card_pdf(face, profile=profile, qr_text=code_text(face, on=today), language=language)
    return Attachment(f"card-{face.number}.pdf", pdf)


def _invoice(pk: int, language: str, profile: NonprofitProfile) -> Attachment:
    payment = Payment.objects.select_related("attempt__basket").get(pk=pk)
    pdf = basket_invoice(payment, profile=profile, language=language, on=timezone.localdate(payment.created_at))
    return Attachment(f"invoice-{payment.reference}.pdf", pdf)


def _voucher(pk: int, language: str, profile: NonprofitProfile) -> Attachment:
    """In the language of whoever gets the present, whatever the giver reads."""
    present = Present.objects.select_related("tier", "basket").get(pk=pk)
    url = page_url("checkout:present", present_token(present), language=present.language)
    return Attachment("voucher.pdf", voucher_pdf(present, profile=profile, url=url))


_MAKERS: dict[str, Callable[[int, str, NonprofitProfile], Attachment]] = {
    "receipt": _receipt,
    "card": _card,
    "invoice": _invoice,
    "voucher": _voucher,
}
