from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from checkout.models import AutomaticCharge
from donations.models import Gift
from members.domain.seats import seats_of
from members.models import Assembly, Contact, Membership
from outreach.models import Campaign
from surveys.domain.results import published_results
from surveys.models import Survey

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings, tmp_path):
    settings.ROOT = tmp_path
    call_command("load_demo")


def test_the_demo_has_something_behind_every_door(demo, client):
    assert published_results(Survey.objects.get()).counted == 40
    assert Membership.objects.exists()
    assert Gift.objects.exists()
    assert Campaign.objects.get().texts.count() == 2
    assert [assembly.is_frozen for assembly in Assembly.objects.order_by("starts_at")] == [True, False]
    for language in ("ar", "en", "fa"):
        assert client.get(f"/{language}/").status_code == 200


def test_a_family_belongs_together_and_a_card_renews_by_itself(settings, tmp_path, django_capture_on_commit_callbacks):
    settings.ROOT = tmp_path
    with django_capture_on_commit_callbacks(execute=True):
        call_command("load_demo")
    now, today = timezone.now(), timezone.localdate()
    family = Membership.objects.get(contact__kind="household")
    seats = seats_of(family, at=now, on=today)
    assert (len(seats.people), len(seats.invitations), seats.left) == (3, 1, 1)
    charges = AutomaticCharge.objects.order_by("state")
    assert [charge.state for charge in charges] == ["paid", "waiting"]
    renewed = charges[0].term.membership
    assert (renewed.terms.count(), renewed.status_on(today)) == (2, "current")
    assert charges[1].charge_on >= today + timedelta(days=14), "nobody is charged untold"


def test_loading_it_twice_adds_nothing(demo):
    before = Contact.objects.count()
    call_command("load_demo")
    assert Contact.objects.count() == before


def test_many_made_up_people_come_with_memberships_and_gifts(demo):
    before = Contact.objects.count()
    call_command("load_demo", contacts=50)
    assert Contact.objects.count() == before + 50
    assert Membership.objects.filter(number__startswith="X").count() > 10


def test_a_senseless_number_is_refused():
    with pytest.raises(CommandError, match="from 0 to 5000000"):
        call_command("load_demo", contacts=-1)
