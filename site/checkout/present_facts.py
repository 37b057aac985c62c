"""What the page of a basket says of the present in it."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation

from checkout.domain.present_links import present_token
from checkout.domain.presents import found_again, state_of
from checkout.models import Basket, Present, PresentState, PresentWay


def present_facts(request: HttpRequest, basket: Basket) -> dict:
    """What its giver sees of the present in `basket`: how it stands, and the link if they hand it over themselves."""
    present = Present.objects.filter(basket=basket).first()
    if present is None:
        return {}
    present = found_again(present)
    state = state_of(present, on=timezone.localdate())
    is_shown = state == PresentState.READY and present.way == PresentWay.HAND
    return {"present": present, "state": state, "link": link_to(request, present) if is_shown else ""}


def link_to(request: HttpRequest, present: Present) -> str:
    """The whole address of the page on which `present` is accepted, in the recipient's language."""
    with translation.override(present.language):
        return request.build_absolute_uri(reverse("checkout:present", args=[present_token(present)]))
