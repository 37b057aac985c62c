"""What staff may put on a page, and its way into another language."""

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import Locale
from wagtail_localize.operations import translate_object

from pages.blocks import CallToActionBlock
from pages.models import HomePage, MenuItem, StandardPage
from tests.factories.members import UserFactory
from tests.factories.pages import BODY, add_page, make_menu


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//elsewhere.example", "data:text/html,x", "elsewhere"])
def test_a_link_leads_to_a_web_address_only(address):
    block = CallToActionBlock()

    with pytest.raises(ValidationError):
        block.clean(block.to_python({"button": "Go", "url": address}))


@pytest.mark.parametrize(
    "address", ["/en/pay/give/", "https://sanduq.example/a?b=c", "mailto:a@b.example", "tel:+9626"]
)
def test_a_link_may_be_any_proper_address(address):
    block = CallToActionBlock()

    assert block.clean(block.to_python({"button": "Go", "url": address}))["url"] == address


def test_a_menu_link_is_a_page_or_an_address(home, site):
    menu = make_menu(site, "en")

    for fields in ({}, {"link_page": home, "link_url": "/en/"}):
        with pytest.raises(ValidationError) as refusal:
            MenuItem(menu=menu, title="Both", **fields).full_clean()
        assert refusal.value.message_dict == {"link_url": ["Choose a page or write an address: one of the two."]}


def test_a_page_can_be_translated(home):
    page = add_page(home, StandardPage, body=BODY)
    arabic = Locale.objects.get(language_code="ar")

    translate_object(page, [arabic])

    translated = page.get_translation(arabic)
    assert translated.get_parent().specific == HomePage.objects.get(locale=arabic)
    assert [block.block_type for block in translated.specific.body] == [kind for kind, _value in BODY]


def test_staff_open_and_add_menus_and_pages(client, home, site):
    make_menu(site, "en", ("Home", home))
    client.force_login(UserFactory(is_staff=True, is_superuser=True))

    paths = ["/admin/snippets/pages/menu/", "/admin/snippets/pages/menu/add/", f"/admin/pages/{home.pk}/edit/"]

    assert [client.get(path).status_code for path in paths] == [200, 200, 200]
