"""What a term costs."""

import itertools
import threading
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from djmoney.money import Money
from hypothesis import given
from hypothesis import strategies as st

from members.domain.concessions import Payee, find_code, hold_code, use_code
from members.domain.fees import (
    part_of_fee,
    quote_joining,
    quote_renewal,
    rates_of,
    share_before,
    unused_value,
)
from members.domain.terms import calendar_period
from members.exceptions import CodeNotValidError, CurrencyNotOfferedError, MembersError
from members.models import FOR_LIFE, CodeUse, FeeOccasion, Term, TermKind, Tier, TierPrice
from tests.factories.members import ConcessionFactory, ContactFactory, DiscountCodeFactory, TermFactory, TierFactory
from tests.factories.people import TagFactory

DAY = date(2026, 6, 1)
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
PRICES = st.decimals(Decimal(0), Decimal(9999), places=3).map(lambda amount: Money(amount, "JOD")) | st.integers(
    0, 9999
).map(lambda amount: Money(amount, "JPY"))


def jod(amount):
    return Money(amount, "JOD")


@given(PRICES, st.dates(date(2020, 1, 1), date(2032, 1, 1)), st.sampled_from([1, 3, 12]), st.integers(0, 20))
def test_a_part_never_costs_more_than_the_whole_and_a_day_less_is_never_dearer(price, day, months, rollover):
    tier = Tier(term_kind=TermKind.CALENDAR, term_months=months, is_pro_rata=True, rollover_days=rollover)
    part, later = (part_of_fee(price, tier=tier, starts_on=one) for one in (day, day + timedelta(days=1)))
    nothing = Money(0, price.currency)
    assert nothing <= part <= price
    _first, last = calendar_period(tier, day)
    if day < last and (last - day).days - 1 >= rollover:
        assert later <= part


@given(PRICES, st.lists(st.integers(1, 400), min_size=1, max_size=8))
def test_the_parts_of_a_term_add_up_to_its_price(price, lengths):
    first = date(2026, 1, 1)
    last = first + timedelta(days=sum(lengths) - 1)
    cuts, day = [first], first
    for length in lengths:
        day += timedelta(days=length)
        cuts.append(day)
    shares = [share_before(price, first, last, one) for one in cuts]
    parts = [later - earlier for earlier, later in itertools.pairwise(shares)]
    assert sum(parts, Money(0, price.currency)) == price
    assert all(part >= Money(0, price.currency) for part in parts)


@pytest.mark.parametrize(
    ("starts_on", "fee"),
    [
        pytest.param(date(2026, 1, 1), "365", id="the whole year"),
        pytest.param(date(2026, 1, 2), "364", id="a day later"),
        pytest.param(date(2026, 12, 1), "31", id="a month is left"),
        pytest.param(date(2026, 12, 22), "10", id="the day before the last ten"),
        pytest.param(date(2026, 12, 23), "365", id="in the last ten days, the next year is paid and the rest is free"),
    ],
)
def test_by_the_calendar_the_days_that_are_left_are_paid_for(starts_on, fee):
    tier = Tier(term_kind=TermKind.CALENDAR, is_pro_rata=True, rollover_days=9)
    assert part_of_fee(jod(365), tier=tier, starts_on=starts_on) == jod(fee)


def test_a_rolling_term_is_never_a_part():
    assert part_of_fee(jod(25), tier=Tier(is_pro_rata=True), starts_on=DAY) == jod(25)


@pytest.mark.django_db
class TestRates:
    def test_each_currency_has_the_prices_that_the_office_set(self):
        tier = TierFactory(price=jod(25), joining_fee=jod(5))
        TierPrice.objects.create(tier=tier, price=Money(40, "USD"), renewal_price=Money(35, "USD"))
        rates = rates_of(tier, currency="USD")
        assert (rates.price, rates.joining_fee, rates.renewal_price) == (
            Money(40, "USD"),
            Money(0, "USD"),
            Money(35, "USD"),
        )
        own = rates_of(tier)
        assert (own.price, own.joining_fee, own.renewal_price) == (jod(25), jod(5), jod(25))

    def test_a_currency_without_a_price_is_refused(self):
        with pytest.raises(CurrencyNotOfferedError):
            rates_of(TierFactory(), currency="EUR")

    def test_a_free_renewal_is_free_and_not_the_full_price(self):
        tier = TierFactory(price=jod(25), renewal_price=jod(0))
        assert quote_renewal(tier, Payee(), starts_on=DAY).due == jod(0)

    def test_only_whoever_is_new_pays_to_join(self):
        tier = TierFactory(price=jod(25), joining_fee=jod(5))
        assert quote_joining(tier, Payee(), on=DAY).due == jod(30)
        assert quote_joining(tier, Payee(), on=DAY, is_new=False).due == jod(25)


@pytest.mark.django_db
class TestConcessions:
    def due(self, payee, **more):
        return quote_joining(TierFactory(price=jod(25)), payee, on=DAY, **more).due

    @pytest.mark.parametrize(
        ("born", "due"),
        [
            pytest.param(date(2000, 6, 1), "12.5", id="26 today"),
            pytest.param(date(1999, 6, 2), "12.5", id="still 26"),
            pytest.param(date(1999, 6, 1), "25", id="27 today"),
            pytest.param(None, "25", id="not known"),
        ],
    )
    def test_an_age_counts_on_the_first_day_of_the_term(self, born, due):
        ConcessionFactory(max_age=26)
        assert self.due(Payee(birth_date=born)) == jod(due)

    def test_what_is_on_record_counts_before_what_was_typed(self):
        ConcessionFactory(max_age=26)
        contact = ContactFactory(birth_date=date(1950, 1, 1))
        assert self.due(Payee(contact, birth_date=date(2005, 1, 1))) == jod(25)

    def test_a_tag_opens_it_for_those_who_have_it(self):
        tag, contact = TagFactory(), ContactFactory()
        ConcessionFactory(tag=tag)
        assert self.due(Payee(contact)) == jod(25)
        contact.tags.add(tag)
        assert self.due(Payee(contact)) == jod("12.5")
        assert self.due(Payee()) == jod(25)

    def test_of_several_the_lowest_fee_counts_and_they_do_not_add_up(self):
        ConcessionFactory(percent=20)
        ConcessionFactory(percent=50)
        assert self.due(Payee()) == jod("12.5")

    @pytest.mark.parametrize(
        "rule",
        [
            {"occasion": FeeOccasion.RENEWAL},
            {"starts_on": DAY + timedelta(days=1)},
            {"ends_on": DAY - timedelta(days=1)},
            {"needs_code": True},
        ],
    )
    def test_outside_its_rule_it_takes_nothing_off(self, rule):
        ConcessionFactory(**rule)
        assert self.due(Payee()) == jod(25)

    def test_it_may_be_for_some_tiers_only(self):
        ConcessionFactory().tiers.add(TierFactory())
        assert self.due(Payee()) == jod(25)

    def test_the_joining_fee_is_not_lowered(self):
        ConcessionFactory(percent=100)
        tier = TierFactory(price=jod(25), joining_fee=jod(5))
        assert quote_joining(tier, Payee(), on=DAY).due == jod(5)


@pytest.mark.django_db
class TestCodes:
    def test_it_is_found_however_it_is_typed(self):
        code = DiscountCodeFactory(code="spring ٢٦")
        assert find_code(" Spring26", tier=TierFactory(), at=NOW) == code

    def test_it_opens_its_concession(self):
        code, tier = DiscountCodeFactory(), TierFactory(price=jod(25))
        assert quote_joining(tier, Payee(), on=DAY, code=code).due == jod("12.5")

    def test_an_unknown_one_and_one_for_another_tier_are_refused_alike(self):
        code = DiscountCodeFactory()
        code.concession.tiers.add(TierFactory())
        refusals = []
        for text in (code.code, "NO-SUCH-CODE"):
            with pytest.raises(CodeNotValidError) as refused:
                find_code(text, tier=TierFactory(), at=NOW)
            refusals.append(str(refused.value))
        assert refusals[0] == refusals[1]

    def test_a_form_sent_twice_uses_it_once(self):
        code, key = DiscountCodeFactory(most_uses=1), uuid.uuid4()
        assert hold_code(code, key=key, at=NOW) == hold_code(code, key=key, at=NOW)
        with pytest.raises(CodeNotValidError):
            hold_code(code, key=uuid.uuid4(), at=NOW)

    def test_whoever_leaves_gives_it_back_and_whoever_pays_keeps_it(self):
        code, tier = DiscountCodeFactory(most_uses=1), TierFactory()
        key, later = uuid.uuid4(), NOW + timedelta(days=2)
        hold_code(code, key=key, at=NOW)
        with pytest.raises(CodeNotValidError):
            find_code(code.code, tier=tier, at=NOW)
        assert find_code(code.code, tier=tier, at=later) == code
        use_code(key, term=TermFactory())
        with pytest.raises(CodeNotValidError):
            find_code(code.code, tier=tier, at=later)


@pytest.mark.django_db(transaction=True)
def test_the_last_use_of_a_code_goes_to_one_of_two_who_take_it_at_once():
    code = DiscountCodeFactory(most_uses=1)
    outcomes, start = [], threading.Barrier(2)

    def take():
        start.wait()
        try:
            hold_code(code, key=uuid.uuid4(), at=NOW)
            outcomes.append("held")
        except MembersError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _one in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["held", "refused"]
    assert CodeUse.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "on", "value"),
    [
        pytest.param({}, date(2026, 1, 1), "365", id="from its first day"),
        pytest.param({}, date(2025, 6, 1), "365", id="before it began"),
        pytest.param({}, date(2026, 12, 31), "1", id="its last day"),
        pytest.param({}, date(2027, 1, 1), None, id="over"),
        pytest.param({"fee": None}, DAY, None, id="nobody knows what was paid"),
        pytest.param({"fee": Money(0, "JOD")}, DAY, None, id="free"),
        pytest.param({"ends_on": FOR_LIFE}, DAY, None, id="for life"),
        pytest.param(
            {"ends_on": date(2026, 6, 30), "paid_until": date(2026, 12, 31)}, DAY, "30", id="cut short before"
        ),
    ],
)
def test_what_is_unused_of_a_term_is_counted_by_days(fields, on, value):
    facts = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31), "fee": jod(365)} | fields
    expected = None if value is None else jod(value)
    assert unused_value(Term(**facts), on=on) == expected
