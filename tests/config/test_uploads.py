import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["../secret.txt", "%2e%2e/secret.txt", "..%2f..%2fmanage.py", "/etc/passwd"])
def test_nothing_outside_the_folder_of_uploads_is_served(client, path):
    assert client.get(f"/media/{path}").status_code in {302, 400, 404}
