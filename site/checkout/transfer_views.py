"""What somebody who pays by bank transfer takes along: the invoice, and the code for the bank's app."""

import io

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from checkout.domain.paying import basket_invoice, payment_of
from checkout.models import Basket
from donations.domain.invoices import account_of, transfer_qr
from donations.domain.transfers import AWAITED
from donations.models import Payment
from donations.payments.transfer import TransferGateway
from members.models import NonprofitProfile


@never_cache
def invoice(request: HttpRequest, basket: str) -> HttpResponse:
    """The invoice of a basket that is to be paid by transfer, as PDF."""
    payment = _awaited(basket)
    pdf = basket_invoice(
        payment, profile=NonprofitProfile.for_request(request), language=get_language(), on=timezone.localdate()
    )
    name = f"invoice-{payment.reference}.pdf"
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


@never_cache
def transfer_code(request: HttpRequest, basket: str) -> HttpResponse:
    """The code that a bank's app reads, black on white, whatever colours the page has."""
    payment = _awaited(basket)
    text = transfer_qr(payment, account_of(NonprofitProfile.for_request(request)))
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", scale=5, border=4, light="#ffffff", dark="#000000")
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")


def _awaited(basket: str) -> Payment:
    payment = payment_of(get_object_or_404(Basket, pk=basket))
    if payment is None or payment.gateway != TransferGateway.code or payment.status not in AWAITED:
        raise Http404
    return payment
