import pytest
from django.contrib.auth.models import Group

from dashboard.domain.roles import sync_roles
from tests.factories.members import UserFactory


@pytest.fixture
def staff(db, client):
    """Logs somebody of a role in and returns the client: `staff("membership")`."""
    sync_roles()

    def log_in(role):
        user = UserFactory(is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        client.force_login(user)
        return client

    return log_in
