import pytest
from wagtail.models import Site

from tests.factories.pages import make_site


@pytest.fixture
def home(db):
    """The English home page of a site whose first language is Arabic."""
    return make_site()


@pytest.fixture
def site(home):
    return Site.objects.get(is_default_site=True)
