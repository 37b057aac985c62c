"""What people see when something went wrong: calm words, in the design."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from django.utils import translation

from pages import views
from tests.factories.members import UserFactory


def test_a_missing_page_is_kind_and_whole(client, home):
    response = client.get("/en/nothing/")

    assert response.status_code == 404
    assert "This page is not here" in response.text
    assert "site-header" in response.text


def test_a_refusal_says_so(rf, home):
    request = rf.get("/en/")
    with translation.override("en"):
        response = views.permission_denied(request, PermissionDenied())

    assert response.status_code == 403
    assert "This page is not open to you" in response.text


def test_a_form_without_its_token_loses_nothing(strict_client, home):
    response = strict_client.post("/en/account/login/", {"login": "layla@people.example"})

    assert response.status_code == 403
    assert "Please send it once more" in response.text


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_server_error_touches_no_database(language):
    """Without the database fixture any query would fail this test."""
    with translation.override(language):
        response = views.server_error(RequestFactory().get("/"))

    assert response.status_code == 500
    assert f'lang="{language}"' in response.text


@pytest.mark.parametrize(("who", "status"), [("nobody", 302), ("member", 403), ("staff", 200)])
def test_the_styleguide_is_for_staff(client, home, who, status):
    if who != "nobody":
        client.force_login(UserFactory(is_staff=who == "staff"))

    assert client.get("/en/styleguide/").status_code == status
