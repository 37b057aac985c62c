"""Memberships that come with a file: as if they had been paid for here."""

from datetime import date

import pytest
from django.utils import translation
from djmoney.money import Money

from members.domain.decisions import Decision, decide
from members.domain.importing.checking import check_import
from members.domain.importing.undoing import preview_undo, start_undo, undo_rows
from members.domain.memberships import join, renew
from members.domain.search import find_contacts
from members.models import FOR_LIFE, Contact, DecisionKind, ImportRow, Membership, Term
from tests.factories.imports import carry_out, run_of
from tests.factories.members import ContactFactory, EmailFactory, TermFactory, TierFactory, UserFactory

pytestmark = pytest.mark.django_db

HEADINGS = "name,email,member number,tier,member since,paid from,paid until,fee\n"


@pytest.fixture
def tier():
    return TierFactory(slug="member", name="Member", price=Money(20, "JOD"), term_months=12, grace_days=30)


def facts(term):
    return (term.membership.number, term.membership.joined_on, term.starts_on, term.ends_on, term.fee)


def checked(text):
    run = run_of(text)
    with translation.override("en"):
        check_import(run)
    return list(run.rows.values_list("verdict", "reasons"))


def test_a_row_makes_a_member_with_card_number_and_fee(tier, mailoutbox):
    carry_out(run_of(HEADINGS + "Layla Haddad,l@p.example,B-17,member,2019-04-01,2026-01-01,2026-12-31,٢٠\n"))
    term = Term.objects.get()
    assert facts(term) == ("B-17", date(2019, 4, 1), date(2026, 1, 1), date(2026, 12, 31), Money(20, "JOD"))
    assert term.membership.card.issued_on == date(2019, 4, 1)
    assert list(find_contacts("B-17")) == [term.membership.contact]
    assert mailoutbox == []


def test_what_is_left_out_follows_from_the_tier(tier):
    carry_out(run_of("name,tier,paid from,paid until\nA A,member,2026-03-01,\nB B,Member,,2027-02-28\n"))
    spans = [(term.starts_on, term.ends_on) for term in Term.objects.order_by("pk")]
    assert spans == [(date(2026, 3, 1), date(2027, 2, 28))] * 2


def test_one_for_life_needs_no_last_day(tier):
    TierFactory(slug="life", term_kind="lifetime")
    carry_out(run_of("name,tier,paid from\nA A,life,2020-01-01\n"))
    assert Term.objects.get().ends_on == FOR_LIFE


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("gold,2026-01-01,2026-12-31,,", "“gold” is none of the tiers."),
        ("member,,,", "There is a tier, but no day from which or until which it was paid."),
        (",2026-01-01,,,", "There is something about a membership, but no tier."),
        ("member,2026-12-31,2026-01-01,", "What was paid for ends before it begins."),
        ("member,soon,2026-12-31,", "“soon” is not a date."),
        ("member,1405/01/01,,", "“1405/01/01” may be a Hijri or a Jalali date. Please write it as a Gregorian one."),
        ("member,2026-01-01,,twenty", "“twenty” is not an amount."),
        ("member,2026-01-01,,-5", "“-5” is not an amount."),
    ],
)
def test_what_cannot_be_a_term_is_rejected_with_a_sentence(tier, cells, reason):
    assert checked(f"name,tier,paid from,paid until,fee\nA A,{cells}\n") == [("reject", [reason])]


def test_a_term_that_is_on_record_is_known_and_one_that_overlaps_is_rejected(tier):
    contact = EmailFactory(address="l@p.example", contact__given_name="Layla", contact__family_name="Haddad").contact
    TermFactory(membership__contact=contact, tier=tier, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    rows = "Layla Haddad,l@p.example,,member,,2026-01-01,2026-12-31,\nLayla Haddad,l@p.example,,member,,2026-06-01,,\n"
    clash = "Another term of this membership covers some of these days."
    assert checked(HEADINGS + rows) == [("same", []), ("reject", [clash])]
    carry_out(run_of(HEADINGS + rows))
    assert Term.objects.count() == 1


def test_the_years_of_one_member_in_as_many_rows_make_one_membership(tier):
    rows = "".join(f"Layla Haddad,l@p.example,,member,,{year}-01-01,{year}-12-31,\n" for year in (2024, 2025, 2026))
    run = carry_out(run_of(HEADINGS + rows + "Layla Haddad,l@p.example,,member,,2026-06-01,2026-07-01,\n"))
    membership = Membership.objects.get()
    assert [term.starts_on.year for term in membership.terms.all()] == [2024, 2025, 2026]
    assert ImportRow.objects.get(run=run, number=5).reasons != []


def test_a_number_from_elsewhere_is_never_given_out_again(tier):
    carry_out(run_of(HEADINGS + "A A,,2026-0007,member,,2026-01-01,,\nB B,,,member,,2026-01-01,,\n"))
    third = join(ContactFactory(), tier=tier, on=date(2026, 5, 1))
    numbers = list(Membership.objects.order_by("pk").values_list("number", flat=True))
    assert (numbers, third.membership.number) == (["2026-0007", "2026-0008", "2026-0009"], "2026-0009")


def undo(run):
    start_undo(run, by=UserFactory())
    undo_rows(run)


def test_an_undo_takes_the_memberships_back_and_leaves_what_somebody_has_built_on_them(tier):
    known = EmailFactory(address="k@p.example", contact__given_name="Known", contact__family_name="One").contact
    names = [
        "Known One,k@p.example",
        "Going Away,g@p.example",
        "Renewed Since,r@p.example",
        "Cancelled Since,c@p.example",
    ]
    run = carry_out(run_of(HEADINGS + "".join(f"{name},,member,,2026-01-01,,\n" for name in names)))
    membership = {one.contact.given_name: one for one in Membership.objects.select_related("contact")}
    renew(membership["Renewed"], tier=tier, on=date(2026, 12, 20))
    decide(membership["Cancelled"], Decision(DecisionKind.CANCELLED, date(2026, 6, 1), "cost"), by=None)
    preview = preview_undo(run)
    assert (preview.going, preview.restored, preview.staying) == (1, 1, 2)
    undo(run)
    assert sorted(Contact.objects.values_list("given_name", flat=True)) == ["Cancelled", "Known", "Renewed"]
    assert (known.memberships.exists(), Membership.objects.count()) == (False, 2)
