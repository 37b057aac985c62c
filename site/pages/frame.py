"""Name, menu, footer and languages of the site: the same on every page, so fetched once and kept for a minute.

Saving a menu, the profile, a page or a site forgets it at once in this process (see `receivers.py`); other processes
follow within KEEP_SECONDS unless they share a cache.
"""

from dataclasses import dataclass, field, replace

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from wagtail.models import Site
from wagtail.rich_text import expand_db_html

from members.models import NonprofitProfile

from .models import Menu, MenuItem, MenuPlace

KEEP_SECONDS = 60
GENERATION_KEY = "pages.frame.generation"


@dataclass(frozen=True)
class Link:
    title: str
    url: str


@dataclass(frozen=True)
class Frame:
    """What surrounds every page of one site in one language."""

    profile: NonprofitProfile
    menu: list[Link] = field(default_factory=list)
    footer: list[Link] = field(default_factory=list)
    footer_text: str = ""
    languages: list[str] = field(default_factory=list)
    # Names this state of the frame: what was rendered with it may be kept as long as it stays the same.
    key: str = ""

    @property
    def name(self) -> str:
        """The nonprofit's name, until it has given one the name of this software."""
        return str(self.profile.name) or settings.WAGTAIL_SITE_NAME

    @property
    def has_contact_data(self) -> bool:
        profile = self.profile
        return bool(profile.email or profile.phone or str(profile.postal_address) or str(profile.opening_hours))

    @property
    def phone_href(self) -> str:
        """The telephone number as a `tel:` link wants it."""
        return "".join(sign for sign in self.profile.phone if sign.isdigit() or sign == "+")

    @property
    def footer_html(self) -> SafeString:
        """What staff wrote for the foot of the page; Wagtail's editor has cleaned it."""
        return mark_safe(expand_db_html(self.footer_text))  # noqa: S308

    @property
    def home_url(self) -> str:
        return f"/{get_language()}/"

    @property
    def portal_url(self) -> str:
        return _url_or_nothing("portal:home")

    @property
    def search_url(self) -> str:
        return _url_or_nothing("pages:search")


def _url_or_nothing(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def load_frame(request: HttpRequest) -> Frame:
    """Return the frame of the site that `request` is for, in the active language. Mostly without a query."""
    site = Site.find_for_request(request)
    language = get_language() or settings.LANGUAGE_CODE
    key = f"pages.frame.{cache.get(GENERATION_KEY, 0)}.{site.pk if site else 0}.{language}"
    if (frame := cache.get(key)) is None:
        frame = replace(_build(request, site, language), key=key)
        cache.set(key, frame, KEEP_SECONDS)
    return frame


def forget_frames() -> None:
    """Let every frame be built afresh."""
    try:
        cache.incr(GENERATION_KEY)
    except ValueError:
        cache.set(GENERATION_KEY, 1, None)


def _build(request: HttpRequest, site: Site | None, language: str) -> Frame:
    if site is None:
        return Frame(profile=NonprofitProfile(), languages=[code for code, _name in settings.LANGUAGES])
    items = list(
        MenuItem.objects.filter(menu__site=site, menu__locale__language_code=language).select_related(
            "menu__site__nonprofitprofile", "link_page"
        )
    )
    # One query brings menu, pages and profile; only a site without any link needs to ask again.
    if items:
        menu, owner = items[0].menu, items[0].menu.site
    else:
        menu = Menu.objects.filter(site=site, locale__language_code=language).first()
        owner = site
    links: dict[str, list[Link]] = {MenuPlace.HEADER: [], MenuPlace.FOOTER: []}
    for item in items:
        if url := item.get_url(request):
            links[item.place].append(Link(item.title, url))
    return Frame(
        # Not `for_site`, which would write a row because somebody read a page.
        profile=getattr(owner, "nonprofitprofile", None) or NonprofitProfile(),
        menu=links[MenuPlace.HEADER],
        footer=links[MenuPlace.FOOTER],
        footer_text=menu.footer_text if menu else "",
        languages=_languages_of(site),
    )


def _languages_of(site: Site) -> list[str]:
    """Languages in which the site has a published home page, in the order of the settings."""
    homes = site.root_page.get_translations(inclusive=True).live()
    published = set(homes.values_list("locale__language_code", flat=True))
    return [code for code, _name in settings.LANGUAGES if code in published]
