"""The zakat calculator: asked, reckoned, explained, and forgotten at once."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from checkout.zakat_forms import ZakatForm
from donations.domain.zakat import NISAB_GRAMS, is_fresh, latest_price, reckon
from donations.models import Fund, Metal
from members.models import NonprofitProfile


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def zakat(request: HttpRequest) -> HttpResponse:
    """The form, and below it what is due. Nothing is stored or logged; the way to a gift carries the sum alone."""
    profile, today = NonprofitProfile.for_request(request), timezone.localdate()
    currency = str(profile.currency or settings.DEFAULT_CURRENCY)
    known = [latest_price(metal, currency=currency, on=today) for metal in (Metal.GOLD, Metal.SILVER)]
    form = ZakatForm(
        request.POST if request.method == "POST" else None, currency=currency, gold=known[0], silver=known[1]
    )
    nisab_by = Metal(profile.zakat_nisab)
    context = {
        "form": form,
        "nisab_by": nisab_by,
        "nisab_grams": NISAB_GRAMS[nisab_by],
        "prices": [(price, is_fresh(price, on=today)) for price in known if price],
        "can_give": Fund.objects.offered().zakat().exists(),
    }
    if form.is_valid():
        by_solar_year = form.cleaned_data["year"] == "solar"
        context["result"] = reckon(form.wealth(), form.prices(), nisab_by=nisab_by, by_solar_year=by_solar_year)
        context["zakat_typed"] = f"{context['result'].zakat.amount.normalize():f}"
        context["rate"] = "2.577%" if by_solar_year else "2.5%"
        context["is_held"] = form.cleaned_data["held"]
        context["debts"] = context["result"].owned - context["result"].net
    return render(request, "checkout/zakat.html", context)
