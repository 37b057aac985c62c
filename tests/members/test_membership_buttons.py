"""What can be done with a membership stands in one row at the top of its page, for those who may."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from members.models import FOR_LIFE, DecisionKind, MembershipDecision
from tests.dashboard.conftest import staff  # noqa: F401 - logs somebody of a role in
from tests.factories.members import ContactFactory, MembershipFactory, TermFactory, TierFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 12, 10)
FEE, RENEW, SUSPEND, CANCEL = "Take a fee", "Renew", "Suspend", "Cancel the membership"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY):
        yield


def paid(*, starts, ends, decided="", died_on=None):
    starts_on, ends_on = (TODAY + timedelta(days=days) for days in (starts, ends))
    membership = MembershipFactory(contact=ContactFactory(died_on=died_on))
    TermFactory(membership=membership, tier=TierFactory(renewal_window_days=60), starts_on=starts_on, ends_on=ends_on)
    if decided:
        MembershipDecision.objects.create(membership=membership, kind=decided, starts_on=TODAY, reason="other")
    return membership


def buttons(client, membership):
    page = client.get(reverse("members_membership", args=[membership.pk]))
    row = page.text.partition("sanduq-buttons")[2].partition("</div>")[0]
    return {label.strip(): url for url, label in re.findall(r'href="([^"]*)"[^>]*>([^<]*)</a>', row, re.S)}


@pytest.mark.parametrize(
    ("days", "facts", "shown"),
    [
        ((-300, 65), {}, [FEE, SUSPEND, CANCEL]),
        ((-300, 60), {}, [FEE, RENEW, SUSPEND, CANCEL]),
        ((-300, -5), {}, [FEE, RENEW, SUSPEND, CANCEL]),
        ((-600, -200), {}, [FEE]),
        ((5, 300), {}, [FEE, SUSPEND, CANCEL]),
        ((-300, 60), {"decided": DecisionKind.SUSPENDED}, [FEE, CANCEL]),
        ((-300, -1), {"decided": DecisionKind.CANCELLED}, [FEE]),
        ((-300, 60), {"died_on": TODAY - timedelta(days=1)}, []),
    ],
    ids=["current", "time to renew", "in grace", "lapsed", "upcoming", "suspended", "cancelled", "deceased"],
)
def test_only_what_can_be_done_today_is_offered(staff, days, facts, shown):  # noqa: F811
    membership = paid(starts=days[0], ends=days[1], **facts)
    assert list(buttons(staff("administrator"), membership)) == shown


def test_each_leads_to_where_it_is_done(staff):  # noqa: F811
    membership = paid(starts=-300, ends=20)
    tier = membership.terms.get().tier
    client = staff("administrator")
    found = buttons(client, membership)
    assert found == {
        FEE: reverse("checkout_desk", args=[membership.contact_id]),
        RENEW: reverse("checkout_desk_enter", args=[membership.contact_id, tier.pk, "renew"]),
        SUSPEND: reverse("members_decide", args=[membership.pk, "suspended"]),
        CANCEL: reverse("members_decide", args=[membership.pk, "cancelled"]),
    }
    assert [client.get(url).status_code for url in found.values()] == [200] * 4


def test_a_membership_for_life_is_not_renewed(staff):  # noqa: F811
    membership = TermFactory(ends_on=FOR_LIFE).membership
    assert list(buttons(staff("administrator"), membership)) == [FEE, SUSPEND, CANCEL]


def test_whoever_may_only_read_has_none(staff):  # noqa: F811
    assert buttons(staff("auditor"), paid(starts=-300, ends=20)) == {}
