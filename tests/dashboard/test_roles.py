"""Who may see what in the admin. Each refusal is a test of its own."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from wagtail.snippets.models import get_snippet_models

from dashboard.domain.roles import OURS, ROLES, sync_roles
from members.models import Contact
from tests.factories.members import ContactFactory, UserFactory
from tests.factories.outreach import CampaignTextFactory

pytestmark = pytest.mark.django_db

EVERYBODY = {role.code for role in ROLES}
# The lists that a role may open; every other role is refused.
MAY_OPEN = {
    "members.Contact": EVERYBODY,
    "members.Membership": {"administrator", "membership", "fundraising", "volunteers", "auditor"},
    "members.Term": {"administrator", "membership", "fundraising", "auditor"},
    "members.Tier": {"administrator", "membership", "auditor"},
    "checkout.Application": {"administrator", "membership", "auditor"},
    "checkout.Present": {"administrator", "membership", "auditor"},
    "members.RenewalReminder": {"administrator", "membership", "auditor"},
    "members.Concession": {"administrator", "membership", "auditor"},
    "members.Branch": {"administrator", "membership", "auditor"},
    "members.ConsentEvent": {"administrator", "membership", "fundraising", "outreach", "auditor"},
    "members.LetterTemplate": {"administrator", "membership", "fundraising", "auditor"},
    "members.DirectoryEntry": {"administrator", "membership", "auditor"},
    "members.Assembly": {"administrator", "membership", "auditor"},
    "members.Tag": {"administrator", "membership", "fundraising", "auditor"},
    "members.CustomField": {"administrator", "membership", "auditor"},
    "members.RelationshipType": {"administrator", "membership", "auditor"},
    "donations.Fund": {"administrator", "fundraising", "auditor"},
    "donations.MetalPrice": {"administrator", "fundraising", "auditor"},
    "donations.Appeal": {"administrator", "fundraising", "auditor"},
    "donations.Gift": {"administrator", "fundraising", "auditor"},
    "donations.Payment": {"administrator", "fundraising", "auditor"},
    "donations.PaymentEvent": {"administrator", "fundraising", "auditor"},
    "donations.Receipt": {"administrator", "fundraising", "auditor"},
    "donations.RecurringGift": {"administrator", "fundraising", "auditor"},
    "surveys.Service": {"administrator", "feedback", "auditor"},
    "surveys.Survey": {"administrator", "feedback", "outreach", "auditor"},
    "complaints.Case": {"administrator", "feedback", "auditor"},
    "complaints.Category": {"administrator", "feedback", "auditor"},
    "volunteers.Opportunity": {"administrator", "volunteers", "auditor"},
    "volunteers.Shift": {"administrator", "volunteers", "auditor"},
    "volunteers.SignUp": {"administrator", "volunteers", "auditor"},
    "volunteers.HoursEntry": {"administrator", "membership", "volunteers", "auditor"},
    "outreach.Campaign": {"administrator", "outreach", "auditor"},
    "outreach.Segment": {"administrator", "outreach", "auditor"},
    "outreach.MessageTemplate": {"administrator", "outreach", "auditor"},
    "outreach.Delivery": {"administrator", "membership", "fundraising", "outreach", "auditor"},
    "outreach.Suppression": {"administrator", "outreach", "auditor"},
}
ROLE_CODES = sorted(EVERYBODY)


def list_of(label):
    [model] = [model for model in get_snippet_models() if model._meta.label == label]
    return reverse(model.snippet_viewset.get_url_name("list"))


def is_refused(response):
    return response.status_code == 403


def test_every_list_of_ours_is_in_the_table():
    ours = {model._meta.label for model in get_snippet_models() if model._meta.app_label in OURS}
    assert ours == set(MAY_OPEN)


@pytest.mark.parametrize("role", ROLE_CODES)
def test_a_role_opens_its_lists_and_is_refused_the_others(staff, role):
    client = staff(role)
    opened = {label for label in MAY_OPEN if client.get(list_of(label)).status_code == 200}
    assert opened == {label for label, roles in MAY_OPEN.items() if role in roles}
    refused = [label for label in MAY_OPEN if label not in opened]
    assert all(is_refused(client.get(list_of(label))) for label in refused)


@pytest.mark.parametrize("role", ROLE_CODES)
def test_the_figures_of_the_membership_are_for_those_who_answer_for_it(staff, role):
    answer = staff(role).get(reverse("members_figures"))
    may_look = role in {"administrator", "membership", "fundraising", "auditor"}
    assert (answer.status_code == 200, is_refused(answer)) == (may_look, not may_look)


def test_who_is_no_staff_does_not_get_in(client):
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].split("?")[0].endswith("/account/login/")


def test_a_member_who_is_logged_in_is_refused(client):
    client.force_login(UserFactory())
    assert client.get("/admin/").status_code == 403


def test_an_auditor_changes_nothing(staff):
    sync_roles()
    auditor = Group.objects.get(name="auditor")
    assert not auditor.permissions.exclude(codename__startswith="view_").exclude(codename="access_admin").exists()
    client = staff("auditor")
    contact = ContactFactory()
    edit = reverse(Contact.snippet_viewset.get_url_name("edit"), args=[contact.pk])
    assert is_refused(client.post(edit, {"given_name": "Changed"}))


def test_nobody_gets_a_form_for_what_the_system_writes():
    sync_roles()
    written = Permission.objects.filter(
        content_type__app_label__in=["donations", "members", "surveys", "outreach"],
        content_type__model__in=["payment", "receipt", "consentevent", "ballot", "delivery"],
    ).exclude(codename__startswith="view_")
    standard = written.filter(codename__regex="^(add|change|delete)_")
    assert standard.count() == 15
    assert not Group.objects.filter(permissions__in=standard).exists()


@pytest.mark.parametrize("role", [code for code in ROLE_CODES if code not in {"administrator", "outreach"}])
def test_only_outreach_sends_a_campaign(staff, role):
    campaign = CampaignTextFactory().campaign
    response = staff(role).post(reverse("outreach_campaign_send", args=[campaign.pk]))
    campaign.refresh_from_db()
    assert is_refused(response)
    assert campaign.status == "draft"


def test_a_permission_added_to_a_role_by_hand_is_taken_back():
    sync_roles()
    group = Group.objects.get(name="feedback")
    group.permissions.add(Permission.objects.get(codename="view_payment", content_type__app_label="donations"))
    sync_roles()
    assert not group.permissions.filter(codename="view_payment").exists()


def test_an_administrator_may_edit_pages_on_a_fresh_installation(staff):
    assert staff("administrator").get("/admin/pages/").status_code in {200, 302}
    assert Group.objects.get(name="administrator").page_permissions.count() == 6
