"""The donation form as everybody gets it who is not logged in, kept rendered for a minute.

Rendering its dozen fields takes longer than the rest of the page. Only its key is each visitor's own, and that is set
beside it.
"""

from django.conf import settings
from django.core.cache import cache
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from checkout.gift_forms import GiveForm
from donations.domain.fee_cover import payment_fee, suggested_amounts
from donations.models import Fund
from members.models import NonprofitProfile

KEEP_SECONDS = 60


def asked_of_givers(profile: NonprofitProfile, funds: list[Fund]) -> dict:
    """Return what makes the donation form this nonprofit's own: its currency, funds, suggestions and costs."""
    currency = str(profile.currency or settings.DEFAULT_CURRENCY)
    return {
        "currency": currency,
        "funds": funds,
        "suggestions": suggested_amounts(profile, currency),
        "fee": payment_fee(profile),
    }


def empty_give_form(funds: list[Fund], *, profile: NonprofitProfile) -> SafeString:
    """Return the fields of an empty donation form to one of `funds`, without its key, in the active language."""
    asked = asked_of_givers(profile, funds)
    # Whatever the form shows is in the cache's key, so that a change shows at once.
    shown = hash(
        (tuple((fund.pk, str(fund)) for fund in funds), asked["currency"], tuple(asked["suggestions"]), asked["fee"])
    )
    key = f"checkout.empty_give_form.{get_language()}.{shown}"
    if (html := cache.get(key)) is None:
        form = GiveForm(**asked)
        del form.fields["form_key"]
        html = form.render()
        cache.set(key, html, KEEP_SECONDS)
    return html
