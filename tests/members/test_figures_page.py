"""The page of figures: what it shows, to whom, and as which files."""

import io
from datetime import date

import pytest
import time_machine
from django.urls import reverse
from djmoney.money import Money
from openpyxl import load_workbook

from members.domain.figures.keeping import bring_up_to_date
from members.models import BulkRun
from tests.factories.members import BranchFactory, MembershipFactory, TermFactory, TierFactory, UserFactory

pytestmark = pytest.mark.django_db
URL = "/admin/membership/figures/"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(date(2026, 11, 23)):
        yield


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(is_superuser=True))
    return client


def shown(answer):
    """The figures on top, by their labels."""
    return {label: cell.value for label, cell in answer.context["summary"]}


def members(number, *, tier=None, branch=None, **days):
    tier = tier or TierFactory()
    for _member in range(number):
        TermFactory(membership=MembershipFactory(branch=branch), tier=tier, fee=Money(25, "JOD"), **days)


def test_without_a_membership_it_says_so(staff):
    assert "There are no memberships yet" in staff.get(URL).text


@pytest.mark.parametrize("number", [1, 30])
def test_it_takes_as_many_queries_for_thirty_members_as_for_one(staff, django_assert_max_num_queries, number):
    members(number, branch=BranchFactory())
    bring_up_to_date(date(2026, 11, 23))
    staff.get(URL)
    with django_assert_max_num_queries(25):
        staff.get(URL)


def test_what_was_written_a_moment_ago_is_counted(staff):
    members(3)
    assert shown(staff.get(URL))["Members at the end"] == 3
    members(2)
    assert shown(staff.get(URL))["Members at the end"] == 5


def test_tier_branch_and_time_can_be_chosen(staff):
    branch, tier = BranchFactory(), TierFactory()
    members(2, branch=branch, starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
    members(3, tier=tier)

    def joined(**query):
        return shown(staff.get(URL, query))["Joined or rejoined"]

    found = [joined(), joined(period="all"), joined(period="2025"), joined(period="all", tier=tier.pk),
             joined(period="all", branch=branch.pk), joined(period="all", branch=0), joined(tier="gone", period="x")]  # fmt: skip
    assert found == [3, 5, 2, 3, 2, 3, 3]


def test_each_table_is_a_file_and_who_took_it_is_noted(staff):
    members(3)
    codes = [table.code for table in staff.get(URL).context["tables"]]
    assert codes == ["time", "tiers", "retention", "reasons", "fees", "forecast"]
    for code in codes:
        for file_format in ("csv", "xlsx"):
            answer = staff.get(URL, {"table": code, "export": file_format})
            assert f"figures-{code}-2026-11-23.{file_format}" in answer["Content-Disposition"]
            assert len(b"".join(answer.streaming_content)) > 10
    assert BulkRun.objects.filter(action="export").count() == 12


def test_numbers_are_numbers_in_a_workbook(staff):
    members(3)
    answer = staff.get(URL, {"table": "fees", "export": "xlsx"})
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert [cell.value for cell in sheet[2]] == ["Supporting member", "JOD", 3, 25, 75]


@pytest.mark.parametrize(
    "query", [{"export": "csv"}, {"export": "csv", "table": "x"}, {"export": "pdf", "table": "fees"}]
)
def test_instead_of_a_file_that_is_not_on_offer_the_page_is_shown(staff, query):
    answer = staff.get(URL, query)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert not BulkRun.objects.exists()


def test_a_name_that_looks_like_a_formula_is_none_in_a_file(staff):
    members(1, tier=TierFactory(name="=1+1"))
    answer = staff.get(URL, {"table": "tiers", "export": "csv"})
    assert b"'=1+1" in b"".join(answer.streaming_content)


def test_the_address_is_the_one_in_the_menu():
    assert reverse("members_figures") == URL
