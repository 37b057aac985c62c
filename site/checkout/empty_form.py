"""The donation form as everybody gets it who is not logged in, kept rendered for a minute.

Rendering its dozen fields takes longer than the rest of the page. Only its key is each visitor's own, and that is set
beside it.
"""

from django.core.cache import cache
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from checkout.forms import GiveForm
from donations.models import Fund

KEEP_SECONDS = 60


def empty_give_form(funds: list[Fund], *, currency: str) -> SafeString:
    """Return the fields of an empty donation form to one of `funds`, without its key, in the active language."""
    # Whatever of a fund the form shows is in the cache's key, so that a change shows at once.
    shown = hash(tuple((fund.pk, str(fund)) for fund in funds))
    key = f"checkout.empty_give_form.{get_language()}.{currency}.{shown}"
    if (html := cache.get(key)) is None:
        form = GiveForm(currency=currency)
        form.fields["fund"].choices = [(fund.pk, str(fund)) for fund in funds]
        del form.fields["form_key"]
        html = form.render()
        cache.set(key, html, KEEP_SECONDS)
    return html
