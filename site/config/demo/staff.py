"""Log-ins for each role of staff, and one member's."""

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from dashboard.domain.roles import ROLES
from members.models import Contact, User
from outreach.models import Campaign, CampaignText, Segment
from surveys.models import Survey

PASSWORD = "sanduq-demo"


def create_staff() -> list[tuple[str, str]]:
    """Return pairs of a role's name and the address that logs in to it."""
    log_ins = []
    for role in ROLES:
        address = f"{role.code}@bayader.example"
        user = User.objects.create_user(address, PASSWORD, first_name=str(role.label), is_staff=True)
        user.groups.add(Group.objects.get(name=role.code))
        EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
        log_ins.append((str(role.label), address))
    return log_ins


def create_member_log_in(contact: Contact) -> str:
    """A member who can log in with the demo's password, and the address."""
    user = User.objects.create_user(contact.email, PASSWORD, first_name=contact.given_name)
    EmailAddress.objects.create(user=user, email=contact.email, verified=True, primary=True)
    contact.user = user
    contact.save(update_fields=["user"])
    return contact.email


def create_campaign(survey: Survey) -> Campaign:
    """A segment, and a campaign to it that waits to be sent."""
    segment = Segment.objects.create(
        name="أعضاء لم يتبرعوا هذا العام · Members who have not given this year",
        tree={
            "match": "all",
            "nodes": [
                {"criterion": "membership", "value": "current", "negate": False},
                {"criterion": "gave", "value": "this_year", "negate": True},
            ],
        },
    )
    campaign = Campaign.objects.create(name="نتائج العيادة · Clinic results", segment=segment, survey=survey)
    CampaignText.objects.create(
        campaign=campaign,
        language="ar",
        subject="قلتم لنا رأيكم في العيادة، وهذه النتائج",
        body="<p>{name}، تحية طيبة،</p><p>أجاب أربعون زائرًا دون ذكر أسمائهم. سنبدأ بمدة الانتظار.</p>",
    )
    CampaignText.objects.create(
        campaign=campaign,
        language="en",
        subject="You told us about the clinic: here are the results",
        body="<p>Dear {name},</p><p>forty visitors answered without a name. We start with the waiting time.</p>",
    )
    return campaign
