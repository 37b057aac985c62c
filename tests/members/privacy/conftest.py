import pytest
from django.core.files.storage import FileSystemStorage

from members.domain.holdings import all_holdings
from tests.dashboard.conftest import staff  # noqa: F401 - logs somebody of a role in


@pytest.fixture(autouse=True)
def _files_of_its_own(monkeypatch, tmp_path):
    """People's files lie in a folder of this test's: models keep the storage they were loaded with."""
    for holding in all_holdings():
        for name in holding.files:
            field = holding.model._meta.get_field(name)
            monkeypatch.setattr(field, "storage", FileSystemStorage(location=tmp_path / "private"))
