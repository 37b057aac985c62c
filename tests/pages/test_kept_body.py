"""The body of a page is kept rendered for a minute, and nobody ever notices."""

import pytest
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from pages.models import StandardPage
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
