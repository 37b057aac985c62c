"""How alike two contacts are: tables of people who are one, and of people who are not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.domain.likeness import NAMES_DIFFER, REASONS, THRESHOLD, Score, facts_of, likeness
from members.models import ContactKind

BORN = date(1980, 5, 17)
HOME = ("12 King Hussein Street", "11181", "Amman")
ALL_SHARED = {"emails": ["a@x.example"], "phones": ["+962790000001"], "birth_date": BORN, "addresses": [HOME]}


def person(name: str, **facts):
    given_name, _, family_name = name.partition("|")
    return facts_of(given_name=given_name, family_name=family_name, **facts)


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("Layla|Haddad", "layla|HADDAD", "name_same"),
        ("أحمد|الخطيب", "احمد|الخطيب", "name_same"),
        ("فاطمة|القاضي", "فاطمه|القاضى", "name_same"),
        ("مُحَمَّد|خطيب", "محمـد|الخطيب", "name_same"),
        ("علی|کریمی", "علي|كريمي", "name_same"),
        ("علی‌رضا|احمدی", "عليرضا|احمدي", "name_same"),
        ("عبد الله|حداد", "عبدالله|حداد", "name_same"),
        ("عبد الرحمن|حداد", "عبدالرحمان|حداد", "name_same"),
        ("Abd al-Rahman|Haddad", "Abdulrahman|Haddad", "name_same"),
        ("Abdel Rahman|Haddad", "Abdelrahman|Haddad", "name_same"),
        ("Layla|Haddad", "Haddad|Layla", "name_swapped"),
        ("محمد|الخطيب", "الخطيب|محمد", "name_swapped"),
        ("Mohammed|Al-Khatib", "Khateeb|Muhammad", "name_swapped"),
        ("Mohammed|Al-Khatib", "Muhammad|Khateeb", "name_spelled"),
        ("Mohamed|Husain", "Muhammad|Hussein", "name_spelled"),
        ("Yusuf|Nour", "Yousef|Noor", "name_spelled"),
        ("Layla|Haddad", "Leila|Hadad", "name_spelled"),
        ("Khaled|Zaid", "Khalid|Zayd", "name_spelled"),
        ("داود|حداد", "داوود|حداد", "name_spelled"),
        ("Fatima|Haddad", "Fatma|Haddad", "name_typo"),
        ("Layla|Mansour", "Layla|Mansuor", "name_spelled"),
        ("Layla|Barghouti", "Layla|Bargohuti", "name_typo"),
        ("ليلى|البرغوثي", "ليلى|البرعوثي", "name_typo"),
        ("مصطفى|حداد", "مصطقى|حداد", "name_typo"),
        ("Layla Mahmoud|Haddad", "Layla|Haddad", "name_part"),
        ("Layla|Haddad", "Layla|Mansour", "given_same"),
    ],
)
def test_one_name_in_two_spellings_is_seen_in_either_order(one, other, reason):
    found = likeness(person(one), person(other)), likeness(person(other), person(one))
    assert [score.reasons for score in found] == [(reason,), (reason,)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hassan|Haddad", "Hussein|Haddad"),
        ("حسن|حداد", "حسين|حداد"),
        ("محمد|حداد", "محمود|حداد"),
        ("Mohammed|Haddad", "Mahmoud|Haddad"),
        ("سالم|حداد", "سليم|حداد"),
        ("Karim|Haddad", "Karima|Haddad"),
        ("كريم|حداد", "كريمة|حداد"),
        ("أمين|حداد", "أمينة|حداد"),
        ("Amir|Haddad", "Samir|Haddad"),
        ("Layla|Haddad", "Omar|Haddad"),
        ("ناصر|حداد", "نصر|حداد"),
        ("Salma|Haddad", "Selim|Haddad"),
    ],
)
def test_names_of_two_people_stay_below_whatever_they_share(one, other):
    score = likeness(person(one, **ALL_SHARED), person(other, **ALL_SHARED))
    assert (score.points, score.reasons[-1]) == (NAMES_DIFFER, "given_differs")


@pytest.mark.parametrize(
    ("shared", "points"),
    [
        ({}, 45),
        ({"emails": ["a@x.example"]}, 85),
        ({"phones": ["+962790000001"]}, 80),
        ({"birth_date": BORN}, 75),
        ({"addresses": [HOME]}, 75),
        (ALL_SHARED, 100),
    ],
)
def test_a_name_alone_never_reaches_the_threshold_and_with_one_more_fact_does(shared, points):
    score = likeness(person("محمد|أحمد", **shared), person("محمد|أحمد", **shared))
    assert (score.points, score.is_likely) == (points, bool(shared))


@pytest.mark.parametrize(
    ("one", "other", "points", "reasons"),
    [
        (BORN, date(1953, 1, 2), 45, ("name_same", "email", "birth_date_differs")),
        (BORN, date(1980, 5, 11), 75, ("name_same", "email", "birth_date_near")),
        (date(1980, 5, 6), date(1980, 6, 5), 75, ("name_same", "email", "birth_date_near")),
        (BORN, BORN, 100, ("name_same", "email", "birth_date")),
        (BORN, None, 85, ("name_same", "email")),
    ],
)
def test_conflicting_birth_dates_push_down(one, other, points, reasons):
    found = likeness(
        person("Layla|Haddad", emails=["a@x.example"], birth_date=one),
        person("Layla|Haddad", emails=["A@X.example "], birth_date=other),
    )
    assert found == Score(points, reasons)


def test_a_father_and_his_namesake_at_one_address_stay_below():
    shared = {key: ALL_SHARED[key] for key in ("emails", "phones", "addresses")}
    one = person("Mohammed|Haddad", birth_date=date(1950, 1, 2), **shared)
    other = person("Mohammed|Haddad", birth_date=date(1983, 7, 19), **shared)
    assert likeness(one, other).points < THRESHOLD


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (("12 King Hussein St", "11181", "Amman"), ("12, King  Hussein st.", "", "AMMAN"), True),
        (("شارع الملك ١٢", "", "عمّان"), ("شارع الملك 12", "", "عمان"), True),
        (("12 King Hussein St", "", "Amman"), ("12 King Hussein St", "", "Irbid"), False),
        (("", "11181", "Amman"), ("", "11181", "Amman"), False),
    ],
)
def test_an_address_is_the_same_street_in_no_other_town(one, other, is_same):
    score = likeness(person("Layla|Haddad", addresses=[one]), person("Layla|Haddad", addresses=[other]))
    assert ("address" in score.reasons) is is_same


def test_organisations_are_compared_with_organisations_only():
    shared = {"emails": ["info@x.example"]}
    school = facts_of(kind=ContactKind.ORGANISATION, organisation_name="Al-Amal School", **shared)
    like_it = facts_of(kind=ContactKind.ORGANISATION, organisation_name="al amal school", **shared)
    a_person = person("Al-Amal School|", **shared)
    household = facts_of(kind=ContactKind.HOUSEHOLD, organisation_name="Al-Amal School", **shared)
    assert likeness(school, like_it) == Score(85, ("name_same", "email"))
    assert likeness(school, a_person) == likeness(school, household) == Score(0, ())


def test_two_organisations_that_share_a_word_and_an_address_are_two():
    school = facts_of(kind=ContactKind.ORGANISATION, organisation_name="Amal School", **ALL_SHARED)
    clinic = facts_of(kind=ContactKind.ORGANISATION, organisation_name="Amal Clinic", **ALL_SHARED)
    assert not likeness(school, clinic).is_likely


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_any_text_is_scored_alike_from_both_sides_and_within_bounds(given_name, family_name, other_given, other_family):
    one = facts_of(given_name=given_name, family_name=family_name, **ALL_SHARED)
    other = facts_of(given_name=other_given, family_name=other_family, **ALL_SHARED)
    score = likeness(one, other)
    assert score == likeness(other, one)
    assert 0 <= score.points <= 100
    assert set(score.reasons) <= set(REASONS)
