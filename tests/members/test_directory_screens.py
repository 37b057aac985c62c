"""The staff's screens about the member directory."""

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from members.models import Audience, DirectoryEntry, DirectorySettings
from tests.dashboard.conftest import staff  # noqa: F401 - logs somebody of a role in
from tests.factories.directory import DirectoryEntryFactory

pytestmark = pytest.mark.django_db


def inspect_url(entry):
    return reverse(DirectoryEntry.snippet_viewset.get_url_name("inspect"), args=[entry.pk])


def test_staff_see_what_is_shown_to_whom(staff):  # noqa: F811
    entry = DirectoryEntryFactory(about="Baker", about_audience=Audience.EVERYONE)
    page = staff("membership").get(inspect_url(entry))
    lines = {str(label): (text, str(audience)) for label, text, audience in page.context["lines"]}
    assert lines["Name"] == (entry.shown_name, "Members")
    assert lines["Occupation, or a few words about yourself"] == ("Baker", "Everyone")
    assert "Not a member today" in page.text


def test_an_entry_is_hidden_with_a_reason_and_shown_again_and_both_are_logged(staff):  # noqa: F811
    entry = DirectoryEntryFactory()
    client = staff("membership")
    hide = reverse("members_directory_hide", args=[entry.pk])
    assert client.post(hide, {"reason": ""}).status_code == 200
    entry.refresh_from_db()
    assert entry.hidden_at is None
    client.post(hide, {"reason": "Sold things"})
    entry.refresh_from_db()
    assert entry.hidden_reason == "Sold things"
    assert "Sold things" in client.get(inspect_url(entry)).text
    show = reverse("members_directory_show", args=[entry.pk])
    assert client.get(show).status_code == 405
    client.post(show)
    entry.refresh_from_db()
    assert (entry.hidden_at, entry.hidden_by, entry.hidden_reason) == (None, None, "")
    actions = ModelLogEntry.objects.filter(action__startswith="sanduq.directory").order_by("pk")
    assert list(actions.values_list("action", "object_id")) == [
        ("sanduq.directory_hidden", str(entry.contact.pk)),
        ("sanduq.directory_shown", str(entry.contact.pk)),
    ]


@pytest.mark.parametrize("role", ["auditor", "fundraising", "outreach", "volunteers", "feedback"])
def test_only_administrators_and_membership_hide(staff, role):  # noqa: F811
    entry = DirectoryEntryFactory()
    client = staff(role)
    for name in ("members_directory_hide", "members_directory_show"):
        assert client.post(reverse(name, args=[entry.pk]), {"reason": "No"}).status_code == 403
    entry.refresh_from_db()
    assert entry.hidden_at is None


@pytest.mark.parametrize(("role", "status"), [("administrator", 200), ("membership", 403), ("auditor", 403)])
def test_only_an_administrator_opens_the_directory_to_anybody(staff, role, status):  # noqa: F811
    response = staff(role).get(reverse("wagtailsettings:edit", args=["members", "directorysettings"]), follow=True)
    assert response.status_code == status
    assert DirectorySettings().scope == "off"
