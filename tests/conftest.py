"""What all tests share."""

import pytest
from django.core.cache import cache
from django.test import Client, TestCase
from django.utils import translation

from tests.databases import drop_the_copy, use_a_copy


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """A copy of the one migrated database, instead of pytest-django's own that is migrated in every process."""
    with django_db_blocker.unblock():
        use_a_copy()
    yield
    with django_db_blocker.unblock():
        drop_the_copy()


@pytest.fixture(autouse=True)
def _fresh_process_state():
    """No test sees another's cache or language."""
    cache.clear()
    with translation.override("en"):
        yield
    cache.clear()


@pytest.fixture(autouse=True)
def _media_of_its_own(settings, tmp_path):
    """Uploaded and private files go to a folder that ends with the test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PRIVATE_ROOT = tmp_path / "private"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "media"), "base_url": "/media/"},
        },
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "private"), "base_url": None},
        },
    }


class CommittingClient(Client):
    """A client whose requests commit: what waits for the end of the transaction happens before the answer is looked at.

    A test runs inside one transaction that is rolled back, in which on_commit would never come. It asks for English
    where the address does not say the language, as in the admin.
    """

    def __init__(self, **options):
        super().__init__(headers={"accept-language": "en"}, **options)

    def request(self, **request):
        with TestCase.captureOnCommitCallbacks(execute=True):
            return super().request(**request)


@pytest.fixture
def client():
    return CommittingClient()


@pytest.fixture
def strict_client():
    """A client that checks CSRF tokens, as a browser's requests are checked."""
    return CommittingClient(enforce_csrf_checks=True)
