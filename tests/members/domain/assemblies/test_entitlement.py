"""Who may vote: each reason by itself, and the whole list against an oracle that counts days one by one."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.domain.assemblies.entitlement import (
    Candidate,
    NoVote,
    Rule,
    nearest,
    refusal,
    term_that_counts,
    unbroken_since,
)
from members.domain.assemblies.standings import preview, standing_of
from members.models import (
    ConferredVote,
    Contact,
    ContactKind,
    Membership,
    MembershipDecision,
    MembershipStatus,
    Relationship,
    RelationshipType,
    Term,
)
from tests.factories.assemblies import AssemblyFactory
from tests.factories.members import BranchFactory, TierFactory

DAY = date(2026, 6, 1)
VOTES = Candidate(
    kind=ContactKind.INDIVIDUAL,
    status=MembershipStatus.CURRENT,
    tier=1,
    branch=None,
    since=date(2025, 6, 1),
    birth_date=date(1990, 5, 23),
)
STRICT = Rule(day=DAY, tiers=frozenset({1}), minimum_age=18, minimum_months=12)


def but(**facts):
    return Candidate(**{**VOTES.__dict__, **facts})


def by(**rule):
    return Rule(**{**STRICT.__dict__, **rule})


@pytest.mark.parametrize(
    ("candidate", "rule", "expected"),
    [
        pytest.param(VOTES, STRICT, None, id="all is well"),
        pytest.param(but(status=MembershipStatus.SUSPENDED), STRICT, NoVote.SUSPENDED, id="suspended"),
        pytest.param(but(status=MembershipStatus.CANCELLED), STRICT, NoVote.CANCELLED, id="cancelled"),
        pytest.param(but(status=MembershipStatus.LAPSED), STRICT, NoVote.LAPSED, id="lapsed"),
        pytest.param(but(status=MembershipStatus.UPCOMING), STRICT, NoVote.UPCOMING, id="starts later"),
        pytest.param(but(status=MembershipStatus.GRACE), STRICT, NoVote.GRACE, id="grace does not count"),
        pytest.param(but(status=MembershipStatus.GRACE), by(counts_grace=True), None, id="grace counts"),
        pytest.param(but(died_on=date(2026, 5, 31)), STRICT, NoVote.DECEASED, id="died the day before"),
        pytest.param(but(died_on=DAY), STRICT, None, id="lived on the day"),
        pytest.param(but(tier=2), STRICT, NoVote.TIER, id="tier without a vote"),
        pytest.param(but(tier=2), by(tiers=frozenset()), None, id="every tier"),
        pytest.param(but(branch=7), by(branch=7), None, id="of the branch"),
        pytest.param(VOTES, by(branch=7), NoVote.BRANCH, id="not of the branch"),
        pytest.param(but(birth_date=date(2008, 6, 1)), STRICT, None, id="18 on the day"),
        pytest.param(but(birth_date=date(2008, 6, 2)), STRICT, NoVote.TOO_YOUNG, id="18 the day after"),
        pytest.param(
            but(birth_date=date(2008, 2, 29)), by(day=date(2026, 2, 28), minimum_months=0), None, id="leap day"
        ),
        pytest.param(but(birth_date=None), STRICT, NoVote.AGE_UNKNOWN, id="age unknown"),
        pytest.param(but(birth_date=None), by(minimum_age=0), None, id="any age"),
        pytest.param(but(since=date(2025, 6, 2)), STRICT, NoVote.TOO_NEW, id="a day short of a year"),
        pytest.param(but(is_conferred=True), STRICT, None, id="conferred, each votes"),
        pytest.param(
            but(is_conferred=True), by(conferred=ConferredVote.HOLDER), NoVote.THROUGH_ANOTHER, id="only the holder"
        ),
        pytest.param(
            but(is_conferred=True, status=MembershipStatus.DECEASED), STRICT, NoVote.LAPSED, id="the holder died"
        ),
        pytest.param(but(kind=ContactKind.HOUSEHOLD, birth_date=None), STRICT, NoVote.NOT_A_PERSON, id="household"),
        pytest.param(
            but(kind=ContactKind.ORGANISATION, birth_date=None), by(conferred=ConferredVote.HOLDER), None, id="holder votes"
        ),
        pytest.param(
            but(kind=ContactKind.ORGANISATION, birth_date=None),
            by(conferred=ConferredVote.REPRESENTATIVE),
            NoVote.NO_REPRESENTATIVE,
            id="nobody represents it",
        ),
        pytest.param(
            but(kind=ContactKind.ORGANISATION, birth_date=None, has_representative=True),
            by(conferred=ConferredVote.REPRESENTATIVE),
            None,
            id="represented",
        ),
    ],
)  # fmt: skip
def test_a_reason_for_everybody_without_a_vote(candidate, rule, expected):
    assert refusal(candidate, rule) == expected


def test_of_several_reasons_the_one_nearest_to_a_vote_is_told():
    assert nearest([NoVote.LAPSED, NoVote.TOO_YOUNG, NoVote.SUSPENDED]) == NoVote.TOO_YOUNG


@pytest.mark.parametrize(
    ("terms", "joined_on", "expected"),
    [
        pytest.param([], date(2020, 1, 1), None, id="no term"),
        pytest.param([("2026-01-01", "2026-12-31")], date(2015, 3, 1), date(2015, 3, 1), id="member since before the records"),
        pytest.param(
            [("2025-01-01", "2025-12-31"), ("2026-01-01", "2026-12-31")], date(2025, 1, 1), date(2025, 1, 1), id="renewed"
        ),
        pytest.param(
            [("2025-01-01", "2025-12-30"), ("2026-01-01", "2026-12-31")], date(2025, 1, 1), date(2026, 1, 1), id="one day's gap"
        ),
        pytest.param(
            [("2025-01-01", "2025-12-31"), ("2026-07-01", "2027-06-30")], date(2025, 1, 1), date(2025, 1, 1), id="to come"
        ),
        pytest.param([("2026-07-01", "2027-06-30")], date(2026, 7, 1), None, id="not begun"),
        pytest.param(
            [("2026-01-01", "2025-12-31"), ("2026-05-01", "2027-04-30")], date(2026, 5, 1), date(2026, 5, 1), id="undone term"
        ),
    ],
)  # fmt: skip
def test_since_when_somebody_belongs_without_a_break(terms, joined_on, expected):
    rows = [Term(starts_on=date.fromisoformat(start), ends_on=date.fromisoformat(end)) for start, end in terms]
    assert unbroken_since(rows, DAY, joined_on=joined_on) == expected


def test_the_term_in_force_counts_before_the_one_to_come():
    now, later = (
        Term(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)),
        Term(starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31)),
    )
    assert term_that_counts([later, now], DAY) is now
    assert term_that_counts([later], DAY) is later


# --- The oracle: days are counted from 0, the day of record is TODAY, and everything is a plain dictionary -----------

TODAY = 800
GRACE_DAYS = 30
days = st.integers(min_value=0, max_value=1000)


def on(number):
    return None if number is None else DAY + timedelta(days=number - TODAY)


@st.composite
def a_membership(draw):
    """Terms one after the other, some without a gap, with decisions here and there."""
    start, terms = draw(days), []
    for _number in range(draw(st.integers(1, 4))):
        length = draw(st.sampled_from([30, 200, 365]))
        is_cut = draw(st.booleans()) and draw(st.booleans())
        terms.append({"start": start, "end": start + length - 1, "tier": draw(st.integers(0, 2)), "is_cut": is_cut})
        start += length + draw(st.sampled_from([0, 0, 1, 20, 60]))
    decisions = [
        {"kind": kind, "start": (first := draw(days)), "end": draw(st.none() | st.integers(first, 1000))}
        for kind in draw(st.lists(st.sampled_from(["suspended", "cancelled"]), max_size=1))
    ]
    joined = terms[0]["start"] - draw(st.sampled_from([0, 400]))
    return {"terms": terms, "decisions": decisions, "branch": draw(st.sampled_from([None, 0, 1])), "joined": joined}


people = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["individual", "individual", "household", "organisation"]),
        "age_days": st.none() | st.integers(17 * 365, 19 * 365),
        "died": st.none() | st.none() | days,
        "memberships": st.lists(a_membership(), max_size=2),
    }
)
relationships = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["member", "head", "representative"]),
        "who": st.integers(0, 5),
        "whose": st.integers(0, 5),
        "start": st.none() | days,
        "end": st.none() | st.integers(700, 1000),
    }
).filter(
    lambda one: (
        one["who"] != one["whose"] and (one["start"] is None or one["end"] is None or one["start"] <= one["end"])
    )
)
rules = st.fixed_dictionaries(
    {
        "tiers": st.sets(st.integers(0, 2), max_size=2),
        "branch": st.sampled_from([None, None, 0]),
        "age": st.sampled_from([0, 18]),
        "months": st.sampled_from([0, 3, 12]),
        "grace": st.booleans(),
        "conferred": st.sampled_from(list(ConferredVote.values)),
    }
)  # fmt: skip
CONFERS = {0: {"member", "head"}, 1: {"member"}, 2: set()}  # tier: relationships that make members


def lives(person):
    return person["died"] is None or person["died"] >= TODAY


def is_in_force(link):
    return (link["start"] is None or link["start"] <= TODAY) and (link["end"] is None or link["end"] >= TODAY)


def counting_term(membership, holder, *, counts_grace):
    """The term by which it counts on the day, or None."""
    stopped = (one for one in membership["decisions"] if one["start"] <= TODAY and (one["end"] or 1001) >= TODAY)
    if not lives(holder) or any(stopped):
        return None
    for term in membership["terms"]:
        if term["start"] <= TODAY <= term["end"]:
            return term
    past = [term for term in membership["terms"] if term["end"] < TODAY]
    is_in_grace = past and not past[-1]["is_cut"] and past[-1]["end"] + GRACE_DAYS >= TODAY
    return past[-1] if counts_grace and is_in_grace else None


def first_day(membership, term):
    covered = {day for one in membership["terms"] for day in range(one["start"], one["end"] + 1)}
    day = term["start"]
    while day - 1 in covered:
        day -= 1
    return min(day, membership["joined"]) if day == membership["terms"][0]["start"] else day


def birthdays(born):
    return DAY.year - born.year - ((DAY.month, DAY.day) < (born.month, born.day))


def months_later(day, months):
    """The same day of a later month, or its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


class Oracle:
    """Who votes: the numbers of people, found by looking at each day."""

    def __init__(self, everybody, links, rule):
        self.everybody, self.links, self.rule = everybody, [link for link in links if is_in_force(link)], rule

    def voters(self):
        voting = set()
        for number, holder in enumerate(self.everybody):
            for membership in holder["memberships"]:
                term = counting_term(membership, holder, counts_grace=self.rule["grace"])
                if term is None or not self.has_vote(membership, term):
                    continue
                start = first_day(membership, term)
                if self.may_hold(number) and self.is_long_enough(start):
                    voting.add(number)
                if self.rule["conferred"] == ConferredVote.EACH:
                    voting |= self.through(number, term, start)
        return voting

    def has_vote(self, membership, term):
        is_of_tier = not self.rule["tiers"] or term["tier"] in self.rule["tiers"]
        return is_of_tier and (self.rule["branch"] is None or membership["branch"] == self.rule["branch"])

    def may_hold(self, number):
        if self.everybody[number]["kind"] == "individual":
            return self.is_old_enough(self.everybody[number])
        if self.rule["conferred"] == ConferredVote.REPRESENTATIVE:
            speaking = [one for one in self.links if one["whose"] == number and one["kind"] != "member"]
            return any(self.is_fit(self.everybody[one["who"]]) for one in speaking)
        return self.rule["conferred"] == ConferredVote.HOLDER

    def through(self, number, term, start):
        found = set()
        for link in self.links:
            if link["whose"] == number and link["kind"] in CONFERS[term["tier"]]:
                joined = start if link["start"] is None else max(start, link["start"])
                if self.is_fit(self.everybody[link["who"]]) and self.is_long_enough(joined):
                    found.add(link["who"])
        return found

    def is_fit(self, person):
        return person["kind"] == "individual" and lives(person) and self.is_old_enough(person)

    def is_old_enough(self, person):
        if not self.rule["age"]:
            return True
        return person["age_days"] is not None and birthdays(DAY - timedelta(days=person["age_days"])) >= 18

    def is_long_enough(self, start):
        return months_later(on(start), self.rule["months"]) <= DAY if self.rule["months"] else True


KINDS = {"member": "household-member", "head": "household-head", "representative": "representative"}


def write_down(everybody, links, tiers, branches):
    """The same in the database."""
    kinds = {name: RelationshipType.objects.get(code=code) for name, code in KINDS.items()}
    contacts = []
    for number, person in enumerate(everybody):
        name = "given_name" if person["kind"] == "individual" else "organisation_name"
        born = DAY - timedelta(days=person["age_days"]) if person["age_days"] else None
        contact = Contact.objects.create(
            kind=person["kind"], birth_date=born, died_on=on(person["died"]), **{name: f"Nobody {number}"}
        )
        contacts.append(contact)
        for place, one in enumerate(person["memberships"]):
            branch = None if one["branch"] is None else branches[one["branch"]]
            membership = Membership.objects.create(
                contact=contact, number=f"{number}-{place}", joined_on=on(one["joined"]), branch=branch
            )
            for term in one["terms"]:
                Term.objects.create(
                    membership=membership,
                    tier=tiers[term["tier"]],
                    starts_on=on(term["start"]),
                    ends_on=on(term["end"]),
                    cut_reason="refunded" if term["is_cut"] else "",
                )
            for decision in one["decisions"]:
                MembershipDecision.objects.create(
                    membership=membership,
                    kind=decision["kind"],
                    starts_on=on(decision["start"]),
                    ends_on=on(decision["end"]),
                    reason="other",
                )
    for link in links:
        Relationship.objects.create(
            type=kinds[link["kind"]],
            from_contact=contacts[link["who"]],
            to_contact=contacts[link["whose"]],
            starts_on=on(link["start"]),
            ends_on=on(link["end"]),
        )
    for tier, kind in CONFERS.items():
        tiers[tier].confers_to.set([kinds[name] for name in kind])
    return contacts


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(people, min_size=6, max_size=6), st.lists(relationships, max_size=4), rules)
def test_the_list_is_what_the_oracle_says(everybody, links, rule):
    with transaction.atomic():
        tiers = [TierFactory(grace_days=GRACE_DAYS) for _number in range(3)]
        branches = [BranchFactory() for _number in range(2)]
        contacts = write_down(everybody, links, tiers, branches)
        assembly = AssemblyFactory(
            record_day=DAY,
            minimum_age=rule["age"],
            minimum_months=rule["months"],
            counts_grace=rule["grace"],
            conferred=rule["conferred"],
            branch=None if rule["branch"] is None else branches[rule["branch"]],
        )
        assembly.tiers.set([tiers[number] for number in rule["tiers"]])

        found = preview(assembly)

        expected = Oracle(everybody, links, rule).voters()
        assert {contacts.index(one.contact) for one in found.voters} == expected
        assert len({one.contact.pk for one in found.standings}) == len(found.standings)
        for number, contact in enumerate(contacts):
            alone = standing_of(assembly, contact)
            assert (alone is not None and alone.may_vote) == (number in expected)
        transaction.set_rollback(True)
