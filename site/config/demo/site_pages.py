"""The demo's pages, in each language, from the texts in `content/`."""

import tomllib
from pathlib import Path
from typing import Any

from wagtail.models import Locale, Page, Site

from donations.models import Appeal
from pages.models import (
    AppealPage,
    ComplaintBoxPage,
    ContactPage,
    GivingPage,
    HomePage,
    MembershipPage,
    Menu,
    MenuItem,
    MenuPlace,
    NewsIndexPage,
    NewsPage,
    StandardPage,
    SurveyPage,
    VolunteeringPage,
)
from surveys.models import Survey

CONTENT = Path(__file__).parent / "content"
CHILDREN = {
    "about": StandardPage,
    "membership": MembershipPage,
    "give": GivingPage,
    "volunteer": VolunteeringPage,
    "survey": SurveyPage,
    "box": ComplaintBoxPage,
    "news": NewsIndexPage,
    "contact": ContactPage,
}
IN_MENU = ["about", "membership", "give", "volunteer", "news", "contact"]
IN_FOOTER = ["survey", "box"]


def create_pages(*, appeal: Appeal, survey: Survey) -> Site:
    """Make the trees of all languages, as translations of one another, and return the site that shows them."""
    root = Page.get_first_root_node()
    for left in Page.objects.filter(depth=2):
        left.delete()
    root.refresh_from_db()
    trees: dict[str, dict[str, Page]] = {}
    for language in ("ar", "en", "fa"):
        locale, _is_new = Locale.objects.get_or_create(language_code=language)
        texts = tomllib.loads((CONTENT / f"{language}.toml").read_text(encoding="utf-8"))
        trees[language] = _tree(
            Page.objects.get(pk=root.pk), locale, texts, trees.get("ar", {}), appeal=appeal, survey=survey
        )
    site, _is_new = Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "port": 80, "root_page": trees["ar"]["home"], "site_name": "Bayader"},
    )
    for language, tree in trees.items():
        _menu(site, language, tree)
    return site


def _tree(
    root: Page, locale: Locale, texts: dict, first: dict[str, Page], *, appeal: Appeal, survey: Survey
) -> dict[str, Page]:
    home = _add(root, HomePage, "home", texts["home"], locale, first, slug=f"home-{locale.language_code}")
    pages: dict[str, Page] = {"home": home}
    for name, kind in CHILDREN.items():
        if name in texts:
            extra = {"survey": survey} if kind is SurveyPage else {}
            pages[name] = _add(home, kind, name, texts[name], locale, first, **extra)
    if "appeal" in texts:
        pages["appeal"] = _add(pages["give"], AppealPage, "appeal", texts["appeal"], locale, first, appeal=appeal)
    if "news_1" in texts:
        pages["news_1"] = _add(pages["news"], NewsPage, "news_1", texts["news_1"], locale, first)
    _open_doors(home, texts["home"], pages)
    pages["footer"] = texts["footer"]["text"]
    return pages


def _add(
    parent: Page, kind: type[Page], name: str, text: dict, locale: Locale, first: dict[str, Page], **fields: Any
) -> Page:
    values = {
        "title": text["title"],
        "slug": text["slug"],
        "introduction": text.get("introduction", ""),
        "locale": locale,
    }
    page = kind(**{**values, **fields}, show_in_menus=name in IN_MENU)
    if name in first:
        page.translation_key = first[name].translation_key
    page.body = _body(text)
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


def _body(text: dict) -> list[tuple[str, Any]]:
    body: list[tuple[str, Any]] = []
    if "text" in text:
        body.append(("text", text["text"]))
    if "figures" in text:
        figures = [{"value": value, "label": label} for value, label in text["figures"]]
        body.append(("figures", {"title": text["figures_title"], "figures": figures, "source": text["figures_source"]}))
    if "quote" in text:
        body.append(("quote", {"text": text["quote"], "name": text["quote_by"], "role": text["quote_role"]}))
    return body


def _open_doors(home: Page, text: dict, pages: dict[str, Page]) -> None:
    home.doors = [
        (
            "door",
            {"icon": door["icon"], "title": door["title"], "text": door["text"], "page": pages[door["to"]], "url": ""},
        )
        for door in text["doors"]
    ]
    home.save_revision().publish()


def _menu(site: Site, language: str, pages: dict[str, Page]) -> None:
    menu = Menu.objects.create(
        site=site, locale=Locale.objects.get(language_code=language), footer_text=pages["footer"]
    )
    places = [(name, MenuPlace.HEADER) for name in IN_MENU] + [(name, MenuPlace.FOOTER) for name in IN_FOOTER]
    for order, (name, place) in enumerate(places):
        if name in pages:
            MenuItem.objects.create(
                menu=menu, place=place, title=pages[name].title, link_page=pages[name], sort_order=order
            )
