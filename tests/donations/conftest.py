import pytest


@pytest.fixture(autouse=True)
def _private_files(settings, tmp_path):
    """Receipts go to a folder of this test."""
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "private", "base_url": None},
        },
    }
