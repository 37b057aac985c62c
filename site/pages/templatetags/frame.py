"""What `base.html` needs to draw its frame."""

from django import template
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse, translate_url
from django.utils.html import format_html
from django.utils.translation import get_language, get_language_info
from wagtail.models import Page

from pages.frame import KEEP_SECONDS
from pages.styles import bundle

register = template.Library()


@register.filter
def ltr(text: object) -> str:
    """An address or number that keeps its own direction inside a sentence of any language."""
    return format_html('<bdi dir="ltr">{}</bdi>', text)


@register.simple_tag
def stylesheet_url() -> str:
    """Address of the one file that holds all stylesheets of the design."""
    digest, _css = bundle()
    return reverse("pages_styles", args=[digest])


@register.simple_tag
def theme_url(accent: str) -> str:
    """Address of the stylesheet with the nonprofit's accent; it changes with the colour, so it may be kept for ever."""
    return f"{reverse('pages_theme')}?v={accent.lstrip('#').lower()}"


@register.simple_tag(takes_context=True)
def language_links(context) -> list[dict]:
    """This very page in every language of the site, or that language's home page where there is no translation."""
    request = context.get("request")
    if request is None:
        return []
    page, frame = context.get("page"), context.get("frame")
    if not (isinstance(page, Page) and page.pk and frame and frame.key) or request.GET:
        return _language_links(context, request)
    # The same for everybody who opens this page; forgotten with the frame, whenever a page is saved.
    key = f"{frame.key}.languages.{page.pk}"
    if (links := cache.get(key)) is None:
        links = _language_links(context, request)
        cache.set(key, links, KEEP_SECONDS)
    return links


def _language_links(context, request) -> list[dict]:
    current = get_language()
    page = context.get("page")
    codes = context["frame"].languages if "frame" in context else [code for code, _name in settings.LANGUAGES]
    translations = {}
    if isinstance(page, Page) and page.pk:
        translations = {
            translation.locale.language_code: translation.get_url(request)
            for translation in page.get_translations(inclusive=True).live().select_related("locale")
        }
    is_ours = not translations and "exception" not in context
    links = []
    for code in codes:
        url = translations.get(code)
        if not url and is_ours:
            url = translate_url(request.get_full_path(), code)
            if code != current and url == request.get_full_path():
                url = None
        links.append(
            {
                "code": code,
                "name": get_language_info(code)["name_local"].capitalize(),
                "url": url or f"/{code}/",
                "is_current": code == current,
            }
        )
    return links
