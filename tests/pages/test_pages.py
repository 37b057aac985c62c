"""The pages staff build: quick however much they list, without cookies, and nothing inline."""

from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from pages.models import NewsPage
from tests.factories.donations import AppealFactory, FundFactory
from tests.factories.members import TierFactory, UserFactory
from tests.factories.pages import add_one_of_each, add_page, make_menu
from tests.factories.volunteers import OpportunityFactory, ShiftFactory

MOST_QUERIES = 12
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self' https://checkout.stripe.com",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}


@pytest.fixture
def pages(home, site):
    pages = add_one_of_each(home)
    make_menu(site, "en", *((name, page) for name, page in pages.items()))
    return pages


def add_rows(pages, count):
    """As many tiers, funds, appeals, shifts and news as asked for."""
    for _number in range(count):
        TierFactory()
        FundFactory()
        add_page(pages["GivingPage"], type(pages["AppealPage"]), appeal=AppealFactory())
        add_page(pages["NewsIndexPage"], NewsPage)
        start = timezone.now() + timedelta(days=3)
        ShiftFactory(opportunity=OpportunityFactory(), starts_at=start, ends_at=start + timedelta(hours=2))


def inline_things(html: str) -> list[str]:
    found = []
    for tag in BeautifulSoup(html, "html.parser").find_all(True):
        if tag.has_attr("style") or tag.name == "style" or any(name.startswith("on") for name in tag.attrs):
            found.append(str(tag)[:80])
        if tag.name == "script" and not tag.get("src") and tag.get("type") != "application/json":
            found.append(str(tag)[:80])
    return found


def foreign_addresses(html: str) -> list[str]:
    tags = BeautifulSoup(html, "html.parser").find_all(["script", "link", "img", "source", "iframe"])
    addresses = [tag.get("src") or tag.get("href") or "" for tag in tags]
    return [address for address in addresses if "//" in address.replace("http://testserver", "")]


@pytest.mark.parametrize("rows", [1, 3])
def test_a_public_page_asks_few_questions_however_much_it_lists(
    client, pages, rows, django_assert_max_num_queries, subtests
):
    add_rows(pages, rows)
    client.get("/en/")  # the frame is fetched once a minute, not for each page
    for name, page in pages.items():
        with subtests.test(name), django_assert_max_num_queries(MOST_QUERIES):
            assert client.get(page.url).status_code == 200


def test_pages_need_no_more_queries_for_three_rows_than_for_one(client, pages, django_assert_max_num_queries):
    def counts():
        found = {}
        for name, page in pages.items():
            client.get(page.url)
            with django_assert_max_num_queries(MOST_QUERIES) as captured:
                client.get(page.url)
            found[name] = len(captured)
        return found

    add_rows(pages, 1)
    with_one = counts()
    add_rows(pages, 2)

    assert counts() == with_one


def test_a_page_leaves_no_cookie_behind(client, pages, subtests):
    # The giving page carries a form, and its token needs a cookie.
    for name in pages.keys() - {"GivingPage"}:
        with subtests.test(name):
            response = client.get(pages[name].url)
            assert not response.cookies
            assert "Cookie" not in response.headers.get("Vary", "")


def test_the_policy_is_strict_and_the_pages_keep_to_it(client, pages, subtests):
    FundFactory()
    staff = UserFactory(is_staff=True)
    paths = [page.url for page in pages.values()]
    paths += ["/en/search/?q=kitchen", "/en/nothing/", "/en/account/login/", "/en/account/signup/"]
    for path in [*paths, "/en/styleguide/", "/en/account/2fa/", "/en/account/email/"]:
        if path == "/en/styleguide/":
            client.force_login(staff)
        with subtests.test(path):
            response = client.get(path)
            assert response.status_code in (200, 404)
            header = response.headers["Content-Security-Policy"]
            assert dict(part.strip().split(" ", 1) for part in header.split(";") if part.strip()) == POLICY
            assert inline_things(response.text) == []
            assert foreign_addresses(response.text) == []


def test_an_appeal_shows_how_far_it_has_come(client, home):
    pages = add_one_of_each(home)

    html = BeautifulSoup(client.get(pages["AppealPage"].url).content, "html.parser")

    bar = html.select_one("progress")
    assert (float(bar["value"]), float(bar["max"])) == (0, 1000)


def test_news_stand_newest_first(client, pages):
    index = pages["NewsIndexPage"]
    for day in (5, 9, 7):
        add_page(index, NewsPage, title=f"Day {day}", published_on=datetime(2026, 3, day, tzinfo=UTC).date())

    html = BeautifulSoup(client.get(index.url).content, "html.parser")

    assert [title.get_text() for title in html.select(".card__title")] == ["Day 9", "Day 7", "Day 5", "NewsPage 0"]


def test_the_home_page_has_four_doors(client, home):
    html = BeautifulSoup(client.get("/en/").content, "html.parser")

    assert html.h1.get_text(strip=True) == "Neighbours who look after each other."
    assert [door.get_text() for door in html.select(".door__title a")] == ["Join", "Give", "Volunteer", "Tell us"]
