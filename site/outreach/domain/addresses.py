"""Addresses of our own pages, as a message outside the browser needs them."""

from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from outreach.models import Delivery


def absolute_url(path: str) -> str:
    """Return `path` with the site's own host before it."""
    return urljoin(settings.BASE_URL, path)


def page_url(name: str, *args, language: str) -> str:
    """Return the whole address of a page of ours in `language`."""
    with translation.override(language):
        return absolute_url(reverse(name, args=args))


def unsubscribe_url(delivery: Delivery) -> str:
    """Return the secret address with which the recipient of `delivery` can say no, without logging in."""
    return page_url("outreach:unsubscribe", delivery.token, language=delivery.language)
