"""The gateways' door, the page behind the code on a receipt, and the pages of the test gateway."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from donations.domain.events import apply_event, receive_event
from donations.domain.receipt_checks import ReceiptVerdict, check_receipt
from donations.exceptions import UnknownGatewayError, WrongSignatureError
from donations.forms import SandboxAnswerForm, SandboxCardForm
from donations.models import CardSetup, Payment
from donations.payments.sandbox import SandboxGateway, compose_answer, compose_card
from donations.tasks import apply_stored_event
from members.scans import answer_scan


@never_cache
def verify_receipt(request: HttpRequest, code: str) -> HttpResponse:
    """Where a receipt's QR code leads. Unknown codes are counted together with those of cards, so none can be guessed."""

    def check() -> tuple[ReceiptVerdict | None, bool]:
        verdict = check_receipt(code)
        return verdict, verdict is not None

    return answer_scan(request, "donations/verify_receipt.html", check)


@csrf_exempt  # a gateway has no cookie of ours; its signature proves it
@require_POST
def receive_hook(request: HttpRequest, gateway: str) -> HttpResponse:
    """Store what the gateway says and answer at once; it is applied by a task, else by the scheduler's pump."""
    try:
        event = receive_event(gateway, body=request.body, headers=request.headers)
    except UnknownGatewayError:
        # Not 404, which would be answered by a redirect to the same address in some language.
        return HttpResponse("This gateway is not switched on.", status=403, content_type="text/plain")
    except WrongSignatureError:
        return HttpResponse("The signature is wrong.", status=400, content_type="text/plain")
    if event.applied_at is None:
        apply_stored_event.enqueue(event.pk)
    return HttpResponse(status=200)


@never_cache
@require_http_methods(["GET", "POST"])
def sandbox_pay(request: HttpRequest, reference: str) -> HttpResponse:
    """The page that a real gateway would show: the tester chooses how the payment ends."""
    if SandboxGateway.code not in settings.PAYMENT_GATEWAYS:
        raise Http404
    payment = get_object_or_404(Payment, reference=reference, gateway=SandboxGateway.code)
    form = SandboxAnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        body, headers = compose_answer(
            form.cleaned_data["answer"],
            timezone.now(),
            reference=payment.reference,
            amount=payment.amount,
            schedule=payment.recurring_gift_id is not None,
            keep_card=payment.keeps_card,
        )
        apply_event(receive_event(SandboxGateway.code, body=body, headers=headers))
        return redirect(_return_url(request, payment))
    context = {"payment": payment, "return_url": _return_url(request, payment)}
    return render(request, "donations/sandbox_pay.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def sandbox_card(request: HttpRequest, reference: str) -> HttpResponse:
    """The page on which a real gateway would ask for a card without taking money."""
    if SandboxGateway.code not in settings.PAYMENT_GATEWAYS:
        raise Http404
    setup = get_object_or_404(CardSetup, reference=reference, gateway=SandboxGateway.code)
    form = SandboxCardForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        body, headers = compose_card(form.cleaned_data["answer"], timezone.now(), reference=setup.reference)
        apply_event(receive_event(SandboxGateway.code, body=body, headers=headers))
        return redirect(_return_url(request, setup))
    context = {"setup": setup, "return_url": _return_url(request, setup)}
    return render(request, "donations/sandbox_card.html", context)


def _return_url(request: HttpRequest, payment: Payment | CardSetup) -> str:
    """Where the payer came from. It was stored by our own code; a foreign one would still be refused."""
    url = payment.return_url
    return url if url_has_allowed_host_and_scheme(url, {request.get_host()}) else request.path
