"""General assemblies: the membership office manages, the auditor reads, everybody else is refused. No form changes that."""

import pytest
from django.urls import reverse

from dashboard.domain.roles import ROLES
from members.domain.assemblies.listing import freeze
from members.models import Assembly, Attendance, Proxy
from tests.factories.assemblies import AssemblyFactory
from tests.factories.members import ContactFactory, TermFactory, UserFactory

pytestmark = pytest.mark.django_db
MANAGE = {"administrator", "membership"}
READ = MANAGE | {"auditor"}
PAGES = ["", "_voters", "_desk", "_quorum", "_proxies"]


@pytest.fixture
def lines():
    for _number in range(2):
        TermFactory()
    return list(freeze(AssemblyFactory(proxies_per_holder=1), by=UserFactory()).voters.all())


def url(name, *keys):
    return reverse(f"members_assembly{name}", args=keys)


@pytest.mark.parametrize("role", [role.code for role in ROLES])
def test_who_may_read(staff, lines, role):
    client, pk = staff(role), lines[0].assembly_id
    expected = 200 if role in READ else 403
    assert [client.get(url(page, pk)).status_code for page in PAGES] == [expected] * len(PAGES)
    for file_format in ("csv", "pdf"):
        assert client.get(url("_voters", pk), {"export": file_format}).status_code == expected
    assert client.get(url("_preview", AssemblyFactory().pk)).status_code == expected


@pytest.mark.parametrize("role", [role.code for role in ROLES if role.code not in MANAGE])
def test_nobody_else_changes_anything(staff, lines, role):
    client, (amal, basma) = staff(role), lines
    pk, fresh, stranger = amal.assembly_id, AssemblyFactory(), ContactFactory()
    asked = [
        (url("_freeze", fresh.pk), {}),
        (url("_close", pk), {}),
        (url("_add_one", pk, stranger.pk), {"reason": "because"}),
        (url("_strike", pk, amal.pk), {"reason": "because"}),
        (url("_scan", pk), {"text": "amal"}),
        (url("_in", pk, amal.pk), {}),
        (url("_out", pk, amal.pk), {}),
        (url("_proxy", pk, amal.pk), {"giver": basma.pk}),
        (url("_end_proxy", pk, 1), {}),
        (reverse(Assembly.snippet_viewset.get_url_name("edit"), args=[fresh.pk]), {"place": "Elsewhere"}),
    ]
    assert [client.post(address, data).status_code for address, data in asked] == [403] * len(asked)
    assert not Attendance.objects.exists()
    assert not Proxy.objects.exists()
    assert Assembly.objects.filter(frozen_at=None, place=fresh.place).exists()


@pytest.mark.parametrize("role", sorted(MANAGE))
def test_the_office_freezes_corrects_and_checks_in(staff, lines, role):
    client, (amal, basma) = staff(role), lines
    fresh = AssemblyFactory()
    client.post(url("_freeze", fresh.pk))
    client.post(url("_in", amal.assembly_id, amal.pk))
    client.post(url("_proxy", amal.assembly_id, amal.pk), {"giver": basma.pk})
    fresh.refresh_from_db()
    assert (fresh.is_frozen, Attendance.objects.count(), Proxy.objects.count()) == (True, 1, 1)


def test_what_changes_something_is_not_done_by_a_link(staff, lines):
    client, voter = staff("membership"), lines[0]
    pk = voter.assembly_id
    for address in (url("_in", pk, voter.pk), url("_out", pk, voter.pk), url("_close", pk), url("_scan", pk)):
        assert client.get(address).status_code == 405
