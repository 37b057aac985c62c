from decimal import Decimal

import pytest
from djmoney.money import Money
from hypothesis import given
from hypothesis import strategies as st

from members.amount_words import amount_in_words, arabic_number, english_number, persian_number
from members.currency_words import ARABIC_CURRENCIES

RIGHT = [
    ("0", "JOD", "صفر دينار أردني", "صفر دینار اردن", "zero Jordanian dinars"),
    ("1", "JOD", "دينار أردني واحد", "یک دینار اردن", "one Jordanian dinar"),
    ("2", "JOD", "ديناران أردنيان", "دو دینار اردن", "two Jordanian dinars"),
    ("3", "JOD", "ثلاثة دنانير أردنية", "سه دینار اردن", "three Jordanian dinars"),
    ("10", "JOD", "عشرة دنانير أردنية", "ده دینار اردن", "ten Jordanian dinars"),
    ("11", "JOD", "أحد عشر دينارًا أردنيًا", "یازده دینار اردن", "eleven Jordanian dinars"),
    ("12", "KWD", "اثنا عشر دينارًا كويتيًا", "دوازده دینار کویت", "twelve Kuwaiti dinars"),
    ("21", "JOD", "واحد وعشرون دينارًا أردنيًا", "بیست و یک دینار اردن", "twenty-one Jordanian dinars"),
    ("100", "JOD", "مئة دينار أردني", "یکصد دینار اردن", "one hundred Jordanian dinars"),
    (
        "101", "JOD", "مئة دينار أردني ودينار أردني واحد", "یکصد و یک دینار اردن",
        "one hundred and one Jordanian dinars",
    ),
    ("200", "JOD", "مئتا دينار أردني", "دویست دینار اردن", "two hundred Jordanian dinars"),
    ("1000", "JOD", "ألف دينار أردني", "یک هزار دینار اردن", "one thousand Jordanian dinars"),
    ("2000", "JOD", "ألفا دينار أردني", "دو هزار دینار اردن", "two thousand Jordanian dinars"),
    (
        "2500", "JOD", "ألفان وخمسمئة دينار أردني", "دو هزار و پانصد دینار اردن",
        "two thousand five hundred Jordanian dinars",
    ),
    (
        "11000", "JOD", "أحد عشر ألف دينار أردني", "یازده هزار دینار اردن",
        "eleven thousand Jordanian dinars",
    ),
    (
        "11003", "JOD", "أحد عشر ألفًا وثلاثة دنانير أردنية", "یازده هزار و سه دینار اردن",
        "eleven thousand and three Jordanian dinars",
    ),
    ("3000000", "USD", "ثلاثة ملايين دولار أمريكي", "سه میلیون دلار آمریکا", "three million US dollars"),
    (
        "25.500", "JOD", "خمسة وعشرون دينارًا أردنيًا وخمسمئة فلس", "بیست و پنج دینار اردن و پانصد فلس",
        "twenty-five Jordanian dinars and five hundred fils",
    ),
    ("0.005", "KWD", "خمسة فلوس", "پنج فلس", "five fils"),
    ("1", "SYP", "ليرة سورية واحدة", "یک لیرهٔ سوریه", "one Syrian pound"),
    ("2", "LBP", "ليرتان لبنانيتان", "دو لیرهٔ لبنان", "two Lebanese pounds"),
    ("3", "TRY", "ثلاث ليرات تركية", "سه لیرهٔ ترکیه", "three Turkish Lira"),
    ("11", "SYP", "إحدى عشرة ليرة سورية", "یازده لیرهٔ سوریه", "eleven Syrian pounds"),
    ("18", "SYP", "ثماني عشرة ليرة سورية", "هجده لیرهٔ سوریه", "eighteen Syrian pounds"),
    ("21", "SYP", "إحدى وعشرون ليرة سورية", "بیست و یک لیرهٔ سوریه", "twenty-one Syrian pounds"),
    (
        "5.02", "SAR", "خمسة ريالات سعودية وهللتان", "پنج ریال سعودی و دو هلله",
        "five Saudi riyals and two halalas",
    ),
    ("3.01", "GBP", "ثلاثة جنيهات إسترلينية وبنس واحد", "سه پوند بریتانیا و یک پنی", "three British pounds and one penny"),
    ("20", "EUR", "عشرون يورو", "بیست یورو", "twenty euros"),
    ("250.25", "JPY", "ين ياباني: مئتان وخمسون", "دویست و پنجاه ین ژاپن", "two hundred and fifty Japanese yen"),
    ("7.20", "MRU", "سبع أوقيات موريتانية و20/100", "هفت اوگوئیای موریتانی و 20/100", "seven Mauritanian ouguiyas and 20/100"),
]  # fmt: skip


@pytest.mark.parametrize(("amount", "currency", "arabic", "persian", "english"), RIGHT)
def test_amounts_are_written_as_the_three_languages_count(amount, currency, arabic, persian, english):
    money = Money(Decimal(amount), currency)

    assert [amount_in_words(money, language) for language in ("ar", "fa", "en")] == [arabic, persian, english]


def test_every_currency_of_an_arab_state_is_counted_by_its_name():
    arab = [
        "AED",
        "BHD",
        "DJF",
        "DZD",
        "EGP",
        "IQD",
        "JOD",
        "KMF",
        "KWD",
        "LBP",
        "LYD",
        "MAD",
        "MRU",
        "OMR",
        "QAR",
        "SAR",
        "SDG",
        "SOS",
        "SYP",
        "TND",
        "YER",
    ]

    assert [currency for currency in arab if currency not in ARABIC_CURRENCIES] == []


@pytest.mark.parametrize("amount", ["-1", "1000000000000"])
def test_an_amount_that_no_receipt_has_is_refused(amount):
    with pytest.raises(ValueError, match="Only amounts"):
        amount_in_words(Money(Decimal(amount), "JOD"), "ar")


ENGLISH = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
PERSIAN = {
    "یک": 1, "دو": 2, "سه": 3, "چهار": 4, "پنج": 5, "شش": 6, "هفت": 7, "هشت": 8, "نه": 9, "ده": 10, "یازده": 11,
    "دوازده": 12, "سیزده": 13, "چهارده": 14, "پانزده": 15, "شانزده": 16, "هفده": 17, "هجده": 18, "نوزده": 19,
    "بیست": 20, "سی": 30, "چهل": 40, "پنجاه": 50, "شصت": 60, "هفتاد": 70, "هشتاد": 80, "نود": 90, "یکصد": 100,
    "دویست": 200, "سیصد": 300, "چهارصد": 400, "پانصد": 500, "ششصد": 600, "هفتصد": 700, "هشتصد": 800, "نهصد": 900,
    "صفر": 0,
}  # fmt: skip
PERSIAN_SCALES = {"هزار": 10**3, "میلیون": 10**6, "میلیارد": 10**9}


def read(words: list[str], values: dict[str, int], scales: dict[str, int], *, hundred: str = "") -> int:
    """Read a number back: what stands before the word of a scale is multiplied by it."""
    total = group = 0
    for word in words:
        if word == hundred:
            group *= 100
        elif word in scales:
            total, group = total + group * scales[word], 0
        else:
            group += values[word]
    return total + group


ANY = st.one_of(st.integers(0, 2500), st.integers(0, 10**9))


@given(ANY)
def test_english_words_are_read_back_as_the_number(number):
    words = [word for word in english_number(number).replace("-", " ").split() if word != "and"]

    assert read(words, ENGLISH, SCALES, hundred="hundred") == number


@given(ANY)
def test_persian_words_are_read_back_as_the_number(number):
    assert read([word for word in persian_number(number).split() if word != "و"], PERSIAN, PERSIAN_SCALES) == number


ARABIC = {
    "صفر": 0, "أحد": 1, "إحدى": 1, "واحد": 1, "واحدة": 1, "اثنا": 2, "اثنتا": 2, "اثنان": 2, "اثنتان": 2, "ثلاثة": 3,
    "ثلاث": 3, "أربعة": 4, "أربع": 4, "خمسة": 5, "خمس": 5, "ستة": 6, "ست": 6, "سبعة": 7, "سبع": 7, "ثمانية": 8,
    "ثماني": 8, "ثمان": 8, "تسعة": 9, "تسع": 9, "عشرة": 10, "عشر": 10, "عشرون": 20, "ثلاثون": 30, "أربعون": 40,
    "خمسون": 50, "ستون": 60, "سبعون": 70, "ثمانون": 80, "تسعون": 90, "مئة": 100, "مئتا": 200, "مئتان": 200,
    "ثلاثمئة": 300, "أربعمئة": 400, "خمسمئة": 500, "ستمئة": 600, "سبعمئة": 700, "ثمانمئة": 800, "تسعمئة": 900,
}  # fmt: skip
ARABIC_SCALES = {
    "ألف": (10**3, 1), "ألفا": (10**3, 2), "ألفان": (10**3, 2), "ألفًا": (10**3, 1), "آلاف": (10**3, 1),
    "مليون": (10**6, 1), "مليونا": (10**6, 2), "مليونان": (10**6, 2), "مليونًا": (10**6, 1), "ملايين": (10**6, 1),
    "مليار": (10**9, 1),
}  # fmt: skip


@given(ANY, st.booleans(), st.booleans())
def test_arabic_words_are_read_back_as_the_number(number, is_feminine, is_before_noun):
    words = arabic_number(number, is_feminine=is_feminine, is_before_noun=is_before_noun)
    total = group = 0
    for word in words.split():
        plain = word.removeprefix("و") if word.removeprefix("و") in ARABIC | ARABIC_SCALES else word
        if plain in ARABIC_SCALES:
            size, dual = ARABIC_SCALES[plain]
            total, group = total + (group or dual) * size, 0
        else:
            group += ARABIC[plain]

    assert total + group == number
