"""The log-in behind a session, and what it may do."""

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, Group, Permission

from members.backends import LogInBackend
from tests.factories.members import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    user = UserFactory()
    user.groups.add(Group.objects.get(name="membership"), Group.objects.get(name="feedback"))
    user.user_permissions.add(Permission.objects.get(codename="add_fund"))
    return user


def test_a_user_may_do_what_each_role_and_they_themselves_may_as_django_says_and_no_more(clerk):
    UserFactory().user_permissions.add(Permission.objects.get(codename="delete_fund"))
    found = LogInBackend().get_all_permissions(clerk)
    assert "donations.add_fund" in found
    assert "donations.delete_fund" not in found
    del clerk._perm_cache
    assert found == ModelBackend().get_all_permissions(clerk)


def test_permissions_take_one_query_and_are_kept(clerk, django_assert_num_queries):
    with django_assert_num_queries(1):
        LogInBackend().get_all_permissions(clerk)
        LogInBackend().has_perm(clerk, "donations.add_fund")


@pytest.mark.parametrize(
    "user", [AnonymousUser(), UserFactory.build(is_active=False, is_superuser=True)], ids=["nobody", "inactive"]
)
def test_whoever_is_not_let_in_may_do_nothing(user):
    assert LogInBackend().get_all_permissions(user) == set()


def test_a_superuser_may_do_everything():
    user = UserFactory(is_superuser=True)
    assert len(LogInBackend().get_all_permissions(user)) == Permission.objects.count()


def test_a_session_of_somebody_who_was_locked_out_leads_to_nobody():
    user = UserFactory(is_active=False)
    assert LogInBackend().get_user(user.pk) is None


def test_the_wagtail_profile_comes_with_the_user(django_assert_num_queries):
    user = UserFactory()
    with django_assert_num_queries(1):
        found = LogInBackend().get_user(user.pk)
        assert not hasattr(found, "wagtail_userprofile")
