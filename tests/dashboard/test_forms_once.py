"""Each field of a staff form is drawn once: of two with one name a browser sends both, and the last one wins."""

from collections import Counter
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from members.models import Contact, CustomFieldKind
from tests.dashboard.test_list_queries import LISTS
from tests.factories.members import ContactFactory
from tests.factories.people import CustomFieldFactory, TagFactory

pytestmark = pytest.mark.django_db


class NamedFields(HTMLParser):
    """Counts the fields of a page by name; the choices of one question count as one."""

    def __init__(self, page: str):
        super().__init__()
        self.counted: Counter[str] = Counter()
        self._choices: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        name = facts.get("name")
        if tag not in {"input", "select", "textarea"} or not name or name in self._choices:
            return
        if facts.get("type") in {"radio", "checkbox"}:
            self._choices.add(name)
        self.counted[name] += 1


def drawn_more_than_once(page: str) -> set[str]:
    # Each form on the page, such as the one to log out, has its own token.
    return {name for name, times in NamedFields(page).counted.items() if times > 1} - {"csrfmiddlewaretoken", "q"}


@pytest.mark.parametrize("label", LISTS)
def test_a_form_for_something_new(staff, label):
    page = staff("administrator").get(reverse(LISTS[label].snippet_viewset.get_url_name("add")))
    if page.status_code != 200:
        pytest.skip("Nobody writes these down by hand.")
    assert drawn_more_than_once(page.text) == set()


@pytest.mark.parametrize("kind", CustomFieldKind)
def test_what_is_asked_of_a_contact_besides_the_fields_of_the_table(staff, kind):
    CustomFieldFactory(code="own", kind=kind)
    TagFactory()
    contact = ContactFactory()
    page = staff("administrator").get(reverse(Contact.snippet_viewset.get_url_name("edit"), args=[contact.pk]))
    form = page.context["form"]
    counted = NamedFields(page.text).counted
    assert drawn_more_than_once(page.text) == set()
    assert {"custom_own", "version", "photo_file"} <= set(form.fields)
    assert set(form.fields) - set(counted) == set()
