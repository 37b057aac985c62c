import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from wagtail.models import Page, PageViewRestriction

from pages.models import StandardPage
from tests.factories.pages import add_page


def found(client, words, language="en") -> list[str]:
    html = BeautifulSoup(client.get(f"/{language}/search/", {"q": words}).content, "html.parser")
    return [title.get_text() for title in html.select(".results__title")]


@pytest.fixture
def bakery(home):
    page = add_page(home, StandardPage, title="Our bakery")
    add_page(home, StandardPage, title="A secret bakery").unpublish()
    call_command("update_index", verbosity=0)  # in a running site the task worker does it
    return page


def test_search_finds_published_pages_in_the_readers_language(client, home, bakery):
    assert found(client, "bakery") == ["Our bakery"]
    assert found(client, "bakery", "ar") == []


def test_search_leaves_out_what_is_not_for_everyone(client, home, bakery):
    PageViewRestriction.objects.create(page=Page.objects.get(pk=bakery.pk), restriction_type="login")

    assert found(client, "bakery") == []


@pytest.mark.parametrize("words", ["", "   ", "x" * 5000, "\x00", "🙂", "\u202ebakery", "%", "' OR 1=1 --", "(", '"'])
def test_search_takes_any_words(client, home, words):
    assert client.get("/en/search/", {"q": words}).status_code == 200


@pytest.mark.parametrize("number", ["0", "-1", "99999", "x"])
def test_search_takes_any_page_number(client, bakery, number):
    assert client.get("/en/search/", {"q": "bakery", "p": number}).status_code == 200


def test_search_engines_are_told_what_to_leave_alone(client, home):
    lines = client.get("/robots.txt").text.splitlines()

    assert "Disallow: /en/pay/" in lines
    assert "Disallow: /ar/me/" in lines
    assert "Sitemap: http://testserver/sitemap.xml" in lines


def test_the_sitemap_lists_the_pages(client, home, bakery):
    assert bakery.get_full_url() in client.get("/sitemap.xml").text
