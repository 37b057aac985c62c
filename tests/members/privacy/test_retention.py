"""Records go when their time is over: not a day before, and never before the law's."""

from datetime import UTC, date, datetime

import pytest
from django.test import TestCase

from donations.models import Payment, Receipt
from members.domain.retention import PEOPLE, apply_retention, inactive_people, kinds, preview_retention, save_rule
from members.exceptions import RetentionTooShortError
from members.models import Contact, Erasure, Interaction, RetentionRule
from outreach.models import Delivery, DeliveryState
from tests.factories.donations import GiftFactory, PaymentFactory, ReceiptFactory
from tests.factories.members import ContactFactory, MembershipFactory, TermFactory, UserFactory
from tests.factories.outreach import DeliveryFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 15)


def noon(year, month, day):
    return datetime(year, month, day, 12, tzinfo=UTC)


def an_interaction(happened_at, **fields):
    return Interaction.objects.create(contact=ContactFactory(), subject="Call", happened_at=happened_at, **fields)


def apply_now(on=TODAY):
    with TestCase.captureOnCommitCallbacks(execute=True):
        return apply_retention(on)


def test_a_record_goes_once_it_is_older_than_its_months():
    save_rule("members.interaction", months=24, is_active=True)
    an_interaction(noon(2024, 6, 14))
    kept = [an_interaction(noon(2024, 6, 15)), an_interaction(noon(2026, 1, 1))]
    assert apply_now() == {"members.interaction": 1}
    assert list(Interaction.objects.order_by("pk")) == kept


def test_what_is_still_to_be_done_does_not_go():
    save_rule("members.interaction", months=24, is_active=True)
    waiting = an_interaction(noon(2020, 1, 1), follow_up_on=date(2020, 2, 1))
    an_interaction(noon(2020, 1, 1), follow_up_on=date(2020, 2, 1), followed_up_on=date(2020, 2, 2))
    apply_now()
    assert list(Interaction.objects.all()) == [waiting]


def test_a_rule_that_is_not_active_takes_nothing_but_is_previewed():
    save_rule("members.interaction", months=24, is_active=False)
    old = an_interaction(noon(2024, 6, 14))
    an_interaction(noon(2024, 7, 1))
    line = preview_retention(TODAY)["members.interaction"]
    assert (line.count, line.examples, line.next_on) == (1, [str(old)], date(2026, 7, 2))
    assert apply_now() == {}
    assert Interaction.objects.count() == 2


def test_the_day_of_the_preview_is_the_day_on_which_the_record_goes():
    save_rule("members.interaction", months=24, is_active=True)
    an_interaction(noon(2024, 7, 1))
    day = preview_retention(TODAY)["members.interaction"].next_on
    apply_now(on=date(day.year, day.month, day.day - 1))
    assert Interaction.objects.count() == 1
    apply_now(on=day)
    assert Interaction.objects.count() == 0


def test_a_message_that_was_counted_stays_without_its_reader():
    save_rule("outreach.delivery", months=6, is_active=True)
    delivery = DeliveryFactory(state=DeliveryState.SENT, subject="Dear Layla", context={"name": "Layla"})
    Delivery.objects.update(created_at=noon(2025, 1, 1))
    assert apply_now() == {"outreach.delivery": 1}
    delivery.refresh_from_db()
    assert (delivery.address, delivery.subject, delivery.context, delivery.state) == ("", "", {}, DeliveryState.SENT)
    assert apply_now() == {"outreach.delivery": 0}


def test_nobody_sets_less_than_the_law_asks():
    with pytest.raises(RetentionTooShortError, match="120 months"):
        save_rule("donations.receipt", months=119, is_active=True)
    assert not RetentionRule.objects.exists()


def test_a_rule_written_past_the_form_still_keeps_what_the_law_asks():
    RetentionRule.objects.create(kind="donations.receipt", months=1, is_active=True)
    ReceiptFactory(issued_on=date(2016, 6, 15))
    ReceiptFactory(issued_on=date(2016, 6, 14))
    assert apply_now() == {"donations.receipt": 1}
    assert set(Receipt.objects.values_list("issued_on", "recipient_name")) == {
        (date(2016, 6, 15), "Layla Haddad"),
        (date(2016, 6, 14), ""),
    }


def a_person_of_old(**fields):
    contact = ContactFactory(**fields)
    Contact.objects.filter(pk=contact.pk).update(created_at=noon(2015, 1, 1), updated_at=noon(2015, 1, 1))
    return contact


def test_only_people_with_whom_nothing_has_been_are_erased():
    save_rule(PEOPLE, months=24, is_active=True)
    forgotten = a_person_of_old()
    GiftFactory(donor=forgotten, payment=PaymentFactory(payer=forgotten, settled=True), received_on=date(2015, 1, 1))
    Payment.objects.update(created_at=noon(2015, 1, 1))
    TermFactory(membership=MembershipFactory(contact=forgotten), starts_on=date(2015, 1, 1), ends_on=date(2015, 12, 31))
    member, donor, caller, user = (a_person_of_old() for _who in range(4))
    TermFactory(membership=MembershipFactory(contact=member), starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
    GiftFactory(donor=donor, received_on=date(2018, 1, 1))  # the books of 2018 still need the name
    Interaction.objects.create(contact=caller, subject="Call", happened_at=noon(2025, 1, 1))
    Contact.objects.filter(pk=user.pk).update(user=UserFactory(last_login=noon(2026, 1, 1)))
    ContactFactory()

    assert list(inactive_people(24, TODAY)) == [forgotten]
    assert apply_now() == {PEOPLE: 1}
    assert list(Erasure.objects.values_list("contact_pk", flat=True)) == [forgotten.pk]


def test_every_kind_says_what_it_is_and_can_be_previewed():
    for kind in kinds():
        save_rule(kind.code, months=max(kind.least_months, 12), is_active=True)
    assert set(preview_retention(TODAY)) == {kind.code for kind in kinds()}
    assert set(apply_now().values()) == {0}
