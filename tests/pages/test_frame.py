"""Header, menu and footer, the same on every page."""

import pytest
from bs4 import BeautifulSoup
from django.http import JsonResponse
from django.template import engines
from i18nfield.strings import LazyI18nString

from members.models import NonprofitProfile
from pages.models import NewsIndexPage, StandardPage
from tests.factories.pages import add_page, make_menu


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def menu_titles(response) -> list[str]:
    return [link.get_text(strip=True) for link in soup(response).select(".site-header__wide a")]


def test_each_language_has_its_own_menu(client, home, site):
    make_menu(site, "en", ("News", "/en/news/"), ("About", "/en/about/"))
    make_menu(site, "ar", ("الأخبار", "/ar/news/"))

    assert menu_titles(client.get("/en/")) == ["News", "About", "Search"]
    assert menu_titles(client.get("/ar/"))[:1] == ["الأخبار"]


def test_a_page_leaves_the_menu_when_it_is_unpublished(client, home, site):
    page = add_page(home, StandardPage, title="About")
    make_menu(site, "en", ("About", page), ("News", "/en/news/"))
    assert menu_titles(client.get("/en/")) == ["About", "News", "Search"]

    page.unpublish()

    assert menu_titles(client.get("/en/")) == ["News", "Search"]


def test_a_change_of_menu_or_profile_shows_at_once(client, home, site):
    menu = make_menu(site, "en", ("Old", "/en/old/"))
    client.get("/en/")

    menu.items.update(title="New")
    menu.save()
    NonprofitProfile.objects.update_or_create(site=site, defaults={"name": LazyI18nString({"en": "The Well"})})

    response = client.get("/en/")
    assert menu_titles(response) == ["New", "Search"]
    assert soup(response).select_one(".site-header__name").get_text() == "The Well"


def test_the_kept_frame_costs_no_query(rf, home, site, django_assert_num_queries):
    make_menu(site, "en", ("News", "/en/news/"), ("About", add_page(home, StandardPage)))
    template = engines["django"].from_string(
        "{{ frame.name }}{% for link in frame.menu %}{{ link.url }}{% endfor %}{{ profile.purpose }}"
    )
    template.render({}, rf.get("/en/"))

    with django_assert_num_queries(1):  # the site itself, which every page of Wagtail needs anyway
        template.render({}, rf.get("/en/"))


def test_a_page_without_the_frame_pays_nothing_for_it(rf, db, django_assert_num_queries):
    template = engines["django"].from_string("ok")

    with django_assert_num_queries(0):
        template.render({}, rf.get("/en/"))
        JsonResponse({})


def test_the_language_switch_leads_to_the_very_page(client, home):
    page = add_page(home, StandardPage, slug="about")
    arabic_home = home.get_translations().get()
    add_page(arabic_home, StandardPage, slug="about-ar", translation_key=page.translation_key)

    links = {link["lang"]: link["href"] for link in soup(client.get("/en/about/")).select(".languages a")}

    assert links == {"ar": "/ar/about-ar/", "en": "/en/about/"}


@pytest.mark.parametrize(
    ("path", "arabic"),
    [
        pytest.param("/en/search/?q=well", "/ar/search/?q=well", id="a view keeps its question"),
        pytest.param("/en/untranslated/", "/ar/", id="a page without translation leads home"),
        pytest.param("/en/nothing/here/", "/ar/", id="so does a page that does not exist"),
    ],
)
def test_the_language_switch_never_leads_nowhere(client, home, path, arabic):
    add_page(home, NewsIndexPage, slug="untranslated")

    links = {link["lang"]: link["href"] for link in soup(client.get(path)).select(".languages a")}

    assert links["ar"] == arabic


def test_a_language_without_home_page_is_not_offered(client, home):
    home.get_translations().get().unpublish()

    assert [link["lang"] for link in soup(client.get("/en/")).select(".languages a")] == ["en"]


def test_all_stylesheets_come_as_one_file_that_may_be_kept(client, home):
    addresses = [link["href"] for link in soup(client.get("/en/")).select("link[rel=stylesheet]")]

    response = client.get(addresses[0])

    assert len(addresses) == 1
    assert response.text.startswith("/* Colours, sizes and spaces.")
    assert 'url("/static/fonts/vazirmatn-arabic.woff2")' in response.text
    assert "immutable" in response.headers["Cache-Control"]
    assert "max-age=60" in client.get("/styles-0123abc.css").headers["Cache-Control"]


def test_the_page_says_its_language_and_direction(client, home):
    assert [soup(client.get(path)).html.attrs for path in ("/ar/", "/en/")] == [
        {"lang": "ar", "dir": "rtl"},
        {"lang": "en", "dir": "ltr"},
    ]
