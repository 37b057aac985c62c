"""The way to the page of a payment service on which a card is given, whatever it shall pay for."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from donations.domain.cards import setup_url
from donations.exceptions import DonationsError
from donations.models import CardSetup


def to_the_card_page(request: HttpRequest, ask: Callable[[], CardSetup], *, back: str, or_else: str) -> HttpResponse:
    """Write down by `ask` that a card is to be given, and go where it is given; from there the holder comes to `back`.

    `back` is the name of an address with the setup's reference in it. When the service refuses, nothing has changed: the
    page `or_else` says so and offers to try again.
    """
    try:
        setup = ask()
        url = reverse(back, args=[setup.reference])
        return redirect(setup_url(setup, return_url=request.build_absolute_uri(url)))
    except DonationsError as refusal:
        messages.error(request, str(refusal))
        return redirect(or_else)
