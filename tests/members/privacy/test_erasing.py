"""Erasing a person: found nowhere afterwards, and every sum is as it was."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.db import connection
from django.db.models import Sum
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboard.domain.roles import sync_roles
from donations.models import Allocation, Gift, PaymentStatus, Receipt, RecurringStatus, RefundStatus
from members.domain.erasing import erase, preview_erasure, remove_left_files
from members.domain.holdings import Person, all_holdings
from members.domain.merging import merge
from members.domain.search import find_contacts
from members.exceptions import AlreadyErasedError, ErasureRefusedError
from members.models import Contact, Erasure, ImportRow, ImportRun, ImportState, Merge, Term, User
from members.privacy_tasks import forget_sessions
from surveys.models import Tally
from tests.everywhere import places_of
from tests.factories.donations import GiftFactory, PaymentFactory, RecurringGiftFactory, RefundFactory
from tests.factories.members import ContactFactory, EmailFactory, UserFactory
from tests.factories.people import PhoneFactory
from tests.factories.privacy import person_in_all_wings
from tests.factories.surveys import QuestionFactory
from tests.factories.volunteers import HoursEntryFactory, ShiftFactory, SignUpFactory
from volunteers.models import HoursEntry, SignUp

pytestmark = pytest.mark.django_db


def erase_now(contact, **fields):
    with TestCase.captureOnCommitCallbacks(execute=True):
        return erase(contact, reason="Asked for it", **{"by": None, **fields})


def the_books():
    """Everything that must come out the same after somebody has been erased."""
    return {
        "given": list(
            Allocation.objects.order_by("fund", "gift__received_on__year")
            .values_list("fund", "gift__received_on__year", "amount_currency")
            .annotate(Sum("amount"))
        ),
        "gifts": Gift.objects.count(),
        "receipts": list(Receipt.objects.order_by("pk").values_list("series", "year", "number", "issued_on", "sha256")),
        "terms": list(Term.objects.order_by("pk").values_list("tier", "starts_on", "ends_on")),
        "hours": HoursEntry.objects.aggregate(total=Sum("hours")),
        "tallies": list(Tally.objects.order_by("pk").values_list("question", "level", "count")),
    }


@pytest.mark.parametrize("seed", range(6))
def test_an_erased_person_is_found_nowhere_and_every_sum_stays(seed):
    somebody_else = person_in_all_wings(seed=1000 + seed)
    known = person_in_all_wings(seed=seed)
    question = QuestionFactory()
    Tally.objects.create(survey=question.survey, question=question, level=4, count=12)
    before, others = the_books(), places_of(somebody_else.words)
    assert all(before.values())
    assert len(places_of(known.words)) > 30

    erase_now(known.contact)

    assert places_of(known.words) == []
    assert the_books() == before
    assert places_of(somebody_else.words) == others


def test_what_stays_of_a_person_is_an_empty_record_without_a_log_in():
    known = person_in_all_wings(seed=1)
    number = known.contact.memberships.get().number
    erase_now(known.contact)
    contact = Contact.objects.get(pk=known.contact.pk)
    assert (contact.name, contact.email, contact.phone, contact.user) == ("Erased person", "", "", None)
    assert not User.objects.filter(pk=known.user.pk).exists()
    assert not find_contacts(known.words[0]).exists()
    assert contact.gifts.count() == 1
    assert contact.memberships.get().number != number


def test_the_note_of_an_erasure_tells_when_why_by_whom_and_how_much_but_no_name():
    known, boss = person_in_all_wings(seed=1), UserFactory()
    erasure = erase_now(known.contact, by=boss)
    stored = Erasure.objects.get()
    assert (stored, stored.contact_pk, stored.reason, stored.erased_by) == (
        erasure, known.contact.pk, "Asked for it", boss,
    )  # fmt: skip
    assert stored.counts["kept"]["donations.gift"] == 1
    assert stored.counts["gone"]["members.email"] == 1
    assert stored.counts["files"] == []


def test_nobody_is_erased_twice():
    contact = ContactFactory()
    erase_now(contact)
    with pytest.raises(AlreadyErasedError):
        erase_now(contact)


@pytest.mark.parametrize(
    ("under_way", "sentence"),
    [
        (lambda contact: RecurringGiftFactory(donor=contact), "regular donation"),
        (lambda contact: PaymentFactory(payer=contact), "begun less than a week ago"),
        (lambda contact: PaymentFactory(payer=contact, status=PaymentStatus.PENDING), "on its way"),
        (
            lambda contact: RefundFactory(payment__payer=contact, status=RefundStatus.REQUESTED),
            "refund is on its way",
        ),
        (
            lambda contact: ImportRow.objects.create(
                run=contact.imports(state=ImportState.RUNNING), number=1, verdict="create", contact=contact
            ),
            "import",
        ),
    ],
)
def test_an_erasure_is_refused_while_something_is_under_way(under_way, sentence):
    from members.models import ImportRun

    contact = EmailFactory().contact
    contact.imports = ImportRun.objects.create
    under_way(contact)
    with pytest.raises(ErasureRefusedError, match=sentence):
        erase_now(contact)
    assert Contact.objects.get(pk=contact.pk).erased_at is None
    assert contact.emails.count() == 1


def test_a_payment_that_was_left_long_ago_stops_nobody():
    payment = PaymentFactory(payer=ContactFactory())
    type(payment).objects.filter(pk=payment.pk).update(created_at=timezone.now() - timedelta(days=8))
    assert preview_erasure(payment.payer).refusals == []


def test_staff_are_not_erased_while_they_work_here():
    sync_roles()
    contact = ContactFactory(user=UserFactory())
    contact.user.groups.add(Group.objects.get(name="auditor"))
    with pytest.raises(ErasureRefusedError, match="staff"):
        erase_now(contact)


def test_a_place_in_a_coming_shift_goes_to_whoever_waits():
    shift = ShiftFactory(capacity=1)
    leaving = SignUpFactory(shift=shift).contact
    waiting = SignUpFactory(shift=shift, status="waiting", place=None)
    erase_now(leaving)
    assert list(SignUp.objects.values_list("pk", "status")) == [(waiting.pk, "confirmed")]


def test_what_a_shared_address_got_and_filled_in_stays_with_the_one_who_is_still_here():
    from checkout.models import Basket
    from outreach.models import Suppression

    leaving, staying = EmailFactory(address="both@people.example"), EmailFactory(address="both@people.example")
    Suppression.objects.create(address="both@people.example", reason="Bounced")
    for contact, number in ((leaving.contact, 1), (staying.contact, 2)):
        Basket.objects.create(
            form_key=f"00000000-0000-4000-8000-00000000000{number}", given_name=contact.given_name,
            family_name=contact.family_name, email="both@people.example", language="en",
        )  # fmt: skip
    erase_now(leaving.contact)
    assert list(Basket.objects.exclude(email="").values_list("family_name", flat=True)) == [staying.contact.family_name]
    assert Suppression.objects.count() == 1


def test_a_merge_of_an_erased_person_keeps_no_journal():
    known = person_in_all_wings(seed=2)
    erase_now(known.contact)
    assert set(map(repr, Merge.objects.values_list("journal", flat=True))) == {"{}"}


def test_sessions_of_an_erased_person_are_forgotten():
    known, other = person_in_all_wings(seed=3), UserFactory()
    for user in (known.user, other):
        session = SessionStore()
        session["_auth_user_id"] = str(user.pk)
        session["note"] = known.words[0] if user == known.user else ""
        session.save()
    user_pk = known.user.pk
    erase_now(known.contact)
    assert forget_sessions.call(user_pk) == 1
    assert places_of(known.words) == []


def test_files_that_a_crash_left_are_removed_later(monkeypatch):
    known = person_in_all_wings(seed=4)
    erase(known.contact, reason="Asked for it", by=None)  # the commit's own callbacks never run here
    assert places_of(known.words) != []
    assert remove_left_files() == 4
    assert places_of(known.words) == []
    assert remove_left_files() == 0


def test_the_preview_says_what_goes_and_why_the_rest_stays():
    known = person_in_all_wings(seed=5)
    preview = preview_erasure(known.contact)
    assert {"E-mail addresses", "Telephones", "Log-in", "Calls, meetings, notes"} <= {
        line.label for line in preview.going
    }
    assert {"Gifts", "Receipts", "Volunteer hours"} <= {line.label for line in preview.staying}
    assert all(line.why_kept for line in preview.staying)
    assert preview.refusals == []


def test_an_erasure_takes_as_many_statements_for_many_things_as_for_few():
    few, many = ContactFactory(), ContactFactory()
    for _number in range(2):
        add_things(few)
    for _number in range(12):
        add_things(many)
    counts = []
    for contact in (few, many):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            erase_now(contact)
        counts.append(len(queries))
    assert counts[1] <= counts[0]


def add_things(contact):
    GiftFactory(donor=contact, received_on=date(2026, 1, 1))
    HoursEntryFactory(contact=contact)
    RecurringGiftFactory(
        donor=contact, status=RecurringStatus.STOPPED, stopped_on=date(2026, 3, 1), next_charge_on=None
    )


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL reads a small table whole, whatever indexes there are"
)
def test_no_table_is_read_whole_to_find_a_persons_rows():
    known = person_in_all_wings(seed=6)
    person = Person(known.contact)
    for holding in all_holdings():
        for rows in holding.querysets(person):
            plan = rows.order_by().explain()
            assert "SCAN" not in plan.replace("LIST SUBQUERY", ""), f"{holding.code}: {plan}"


@pytest.mark.parametrize(
    ("cells", "is_theirs"),
    [
        (["Layla", "Layla@People.example", "?"], True),
        (["Layla", "", "0791234567"], True),
        (["Layla Haddad", "family@people.example", "0790000000"], False),
    ],
    ids=["address", "number", "a namesake and a shared address"],
)
def test_a_rejected_row_of_any_file_goes_with_the_person_whose_address_or_number_it_holds(cells, is_theirs):
    contact = EmailFactory(
        contact__given_name="Layla", contact__family_name="Haddad", address="layla@people.example"
    ).contact
    for one in (contact, ContactFactory()):
        EmailFactory(contact=one, address="family@people.example")
    PhoneFactory(contact=contact, number="+962791234567")
    row = ImportRow.objects.create(
        run=ImportRun.objects.create(file_name="a.csv", state=ImportState.DONE), number=2, verdict="reject", cells=cells
    )
    erase(contact, reason="Asked", by=None)
    row.refresh_from_db()
    assert row.cells == ([] if is_theirs else cells)


def test_a_photo_that_a_merge_set_aside_goes_as_well():
    kept, merged = ContactFactory(), ContactFactory()
    for contact in (kept, merged):
        contact.photo.save("me.jpg", ContentFile(b"picture"))
    names, storage = [kept.photo.name, merged.photo.name], kept.photo.storage
    merge(kept, merged, {}, by=UserFactory())
    with TestCase.captureOnCommitCallbacks(execute=True):
        erase(kept, reason="asked", by=UserFactory())
    assert [storage.exists(name) for name in names] == [False, False]
