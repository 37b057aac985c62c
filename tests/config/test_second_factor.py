import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group

from dashboard.domain.roles import sync_roles
from tests.factories.members import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(client):
    sync_roles()
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name="membership"))
    client.force_login(user)
    return user


def test_staff_without_a_second_factor_are_led_to_set_one_up(client, colleague, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = True
    response = client.get("/admin/")
    assert (response.status_code, response["Location"]) == (302, "/en/account/2fa/")


def test_staff_with_one_get_in(client, colleague, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = True
    Authenticator.objects.create(user=colleague, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert client.get("/admin/").status_code == 200


def test_the_demo_does_not_ask_for_one(client, colleague):
    assert client.get("/admin/").status_code == 200
