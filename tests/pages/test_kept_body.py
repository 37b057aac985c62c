"""The body of a page and its list of appeals are kept rendered for a minute, and nobody ever notices."""

from datetime import date

import pytest
import time_machine
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from pages.models import AppealPage, GivingPage, StandardPage
from tests.factories.donations import AppealFactory
from tests.factories.pages import add_page

pytestmark = pytest.mark.django_db


def text(words):
    return [("text", f"<p>{words}</p>")]


def test_a_published_change_shows_at_once(client, home):
    page = add_page(home, StandardPage, body=text("Open on Sunday."))
    assert "Open on Sunday." in client.get(page.url).text

    page.body = text("Closed on Sunday.")
    page.save_revision().publish()

    assert "Closed on Sunday." in client.get(page.url).text


def test_a_preview_shows_what_is_not_saved_and_leaves_the_page_alone(client, home, rf):
    page = add_page(home, StandardPage, body=text("Open on Sunday."))
    client.get(page.url)

    page.body = text("A draft.")

    assert "A draft." in page.make_preview_request().render().text
    assert "Open on Sunday." in client.get(page.url).text


def test_a_new_description_of_a_picture_shows_at_once(client, home):
    image = Image.objects.create(title="People", description="Before", file=get_test_image_file())
    page = add_page(home, StandardPage, body=[("picture", {"image": image, "alt": "", "caption": ""})])
    assert 'alt="Before"' in client.get(page.url).text

    image.description = "After"
    image.save()

    assert 'alt="After"' in client.get(page.url).text


@time_machine.travel("2026-06-01", tick=False)
def test_an_appeal_that_is_closed_leaves_the_giving_page_at_once(client, home):
    giving = add_page(home, GivingPage)
    appeal = add_page(giving, AppealPage, title="A roof", appeal=AppealFactory()).appeal
    assert "A roof" in client.get(giving.url).text

    appeal.ends_on = date(2026, 5, 31)
    appeal.save()

    assert "A roof" not in client.get(giving.url).text


def test_an_appeal_is_shown_to_the_midnight_of_its_last_day(client, home, settings):
    settings.TIME_ZONE = "UTC"
    giving = add_page(home, GivingPage)
    add_page(giving, AppealPage, title="A roof", appeal=AppealFactory())
    with time_machine.travel("2026-12-31T23:59:50Z", tick=False):
        assert "A roof" in client.get(giving.url).text
    with time_machine.travel("2027-01-01T00:00:10Z", tick=False):
        assert "A roof" not in client.get(giving.url).text
