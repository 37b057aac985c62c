"""Amounts in words, as receipts and cheques have them, in Arabic, Persian and English."""

from collections.abc import Callable

from babel.numbers import get_currency_name
from djmoney.money import Money

from members.currency_words import ARABIC_CURRENCIES, ARABIC_SCALES, SUBUNITS, Noun
from members.money import currency_decimals, quantize

LIMIT = 10**12


def amount_in_words(money: Money, language: str) -> str:
    """Return `money`, from nothing to less than a million millions, in words of `language`: ar, fa, or else English.

    It is rounded to the decimals of its currency. Raises ValueError for an amount outside that range.
    """
    currency, amount = str(money.currency), quantize(money).amount
    places = currency_decimals(currency)
    whole, rest = divmod(int(amount.scaleb(places)), 10**places)
    if amount < 0 or whole >= LIMIT:
        raise ValueError("Only amounts from nothing to a million millions can be written in words.")
    write_whole, write_rest, joint = {
        "ar": (_arabic_whole, _arabic_rest, " و"),
        "fa": (_persian_whole, _persian_rest, " و "),
    }.get(language, (_english_whole, _english_rest, " and "))
    if not rest:
        return write_whole(whole, currency)
    if currency not in SUBUNITS:
        return write_whole(whole, currency) + f"{joint}{rest:0{places}d}/{10**places}"
    small = write_rest(rest, currency)
    return write_whole(whole, currency) + joint + small if whole else small


def _arabic_whole(number: int, currency: str) -> str:
    if counted := ARABIC_CURRENCIES.get(currency):
        return arabic_count(number, counted)
    # Of other currencies only the name is known, not how it is counted: so the number stands by itself.
    return f"{get_currency_name(currency, locale='ar')}: {arabic_number(number)}"


def _arabic_rest(number: int, currency: str) -> str:
    return arabic_count(number, SUBUNITS[currency].arabic)


def _persian_whole(number: int, currency: str) -> str:
    return f"{persian_number(number)} {get_currency_name(currency, locale='fa')}"


def _persian_rest(number: int, currency: str) -> str:
    return f"{persian_number(number)} {SUBUNITS[currency].persian}"


def _english_whole(number: int, currency: str) -> str:
    return f"{english_number(number)} {get_currency_name(currency, count=number, locale='en')}"


def _english_rest(number: int, currency: str) -> str:
    subunit = SUBUNITS[currency]
    return f"{english_number(number)} {subunit.one if number == 1 else subunit.many}"


_MASCULINE = ["واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة", "عشرة"]
_FEMININE = ["واحدة", "اثنتان", "ثلاث", "أربع", "خمس", "ست", "سبع", "ثمان", "تسع", "عشر"]
_ARABIC_TENS = ["عشرون", "ثلاثون", "أربعون", "خمسون", "ستون", "سبعون", "ثمانون", "تسعون"]
_ARABIC_HUNDREDS = ["مئة", "مئتان", "ثلاثمئة", "أربعمئة", "خمسمئة", "ستمئة", "سبعمئة", "ثمانمئة", "تسعمئة"]


def arabic_count(number: int, counted: Noun) -> str:
    """Return so many of `counted`, which follows the number by the rules of Arabic, as the subject of a sentence.

    After a hundred and one, or two, the noun is said twice: مئة دينار ودينار واحد, as in ألف ليلة وليلة.
    """
    if number == 1:
        return f"{counted.singular} {(_FEMININE if counted.is_feminine else _MASCULINE)[0]}"
    if number == 2:
        return counted.dual
    last = number % 100
    if last in (1, 2):
        return f"{arabic_count(number - last, counted)} و{arabic_count(last, counted)}"
    words = arabic_number(number, is_feminine=counted.is_feminine, is_before_noun=True)
    if 3 <= last <= 10:
        return f"{words} {counted.plural}"
    return f"{words} {counted.accusative if last else counted.singular}"


def arabic_number(number: int, *, is_feminine: bool = False, is_before_noun: bool = False) -> str:
    """Return a number below a million millions in Arabic words, for what is masculine unless it `is_feminine`.

    Directly before the noun a dual loses its nun, and a thousand its ending: مئتا دينار, أحد عشر ألف دينار.
    """
    if not number:
        return "صفر"
    parts = []
    for size, scale in ARABIC_SCALES:
        times, number = divmod(number, size)
        if times:
            parts.append(_scaled(times, scale, is_before_noun=is_before_noun and not number))
    hundreds, last = divmod(number, 100)
    if hundreds:
        word = _ARABIC_HUNDREDS[hundreds - 1]
        parts.append("مئتا" if hundreds == 2 and is_before_noun and not last else word)
    if last:
        parts.append(_below_hundred(last, is_feminine=is_feminine))
    return " و".join(parts)


def _scaled(times: int, scale: Noun, *, is_before_noun: bool) -> str:
    """So many thousands, millions or thousand millions; fewer than a thousand of them."""
    last = times % 100
    if times > 2 and last in (1, 2):
        return f"{_scaled(times - last, scale, is_before_noun=True)} و{_scaled(last, scale, is_before_noun=is_before_noun)}"
    if times == 1:
        return scale.singular
    if times == 2:
        return scale.dual.removesuffix("ن") if is_before_noun else scale.dual
    words = arabic_number(times, is_before_noun=True)
    if 3 <= last <= 10:
        return f"{words} {scale.plural}"
    return f"{words} {scale.accusative if last and not is_before_noun else scale.singular}"


def _below_hundred(number: int, *, is_feminine: bool) -> str:
    """From 1 to 99. From three to ten the number takes the other gender than what it counts."""
    units = _FEMININE if is_feminine else _MASCULINE
    if number <= 10:
        return units[number - 1]
    tens, unit = divmod(number, 10)
    if tens == 1:
        ten = "عشرة" if is_feminine else "عشر"
        first = {1: ("أحد", "إحدى"), 2: ("اثنا", "اثنتا"), 8: ("ثمانية", "ثماني")}.get(unit)
        return f"{first[is_feminine] if first else units[unit - 1]} {ten}"
    word = _ARABIC_TENS[tens - 2]
    if not unit:
        return word
    return f"{'إحدى' if is_feminine and unit == 1 else units[unit - 1]} و{word}"


_PERSIAN_SMALL = [
    "صفر",
    "یک",
    "دو",
    "سه",
    "چهار",
    "پنج",
    "شش",
    "هفت",
    "هشت",
    "نه",
    "ده",
    "یازده",
    "دوازده",
    "سیزده",
    "چهارده",
    "پانزده",
    "شانزده",
    "هفده",
    "هجده",
    "نوزده",
]
_PERSIAN_TENS = ["بیست", "سی", "چهل", "پنجاه", "شصت", "هفتاد", "هشتاد", "نود"]
_PERSIAN_HUNDREDS = ["یکصد", "دویست", "سیصد", "چهارصد", "پانصد", "ششصد", "هفتصد", "هشتصد", "نهصد"]
_PERSIAN_SCALES = [(10**9, "میلیارد"), (10**6, "میلیون"), (10**3, "هزار")]


def _scales(number: int, scales: list[tuple[int, str]], write: Callable[[int], str]) -> tuple[list[str], int]:
    """The words of the thousands, millions and so on of `number`, and what is below them."""
    parts = []
    for size, scale in scales:
        times, number = divmod(number, size)
        if times:
            parts.append(f"{write(times)} {scale}")
    return parts, number


def persian_number(number: int) -> str:
    """Return a number below a million millions in Persian words. A thousand is یک هزار, as on cheques."""
    if not number:
        return _PERSIAN_SMALL[0]
    parts, number = _scales(number, _PERSIAN_SCALES, persian_number)
    hundreds, last = divmod(number, 100)
    if hundreds:
        parts.append(_PERSIAN_HUNDREDS[hundreds - 1])
    if last >= 20:
        parts.append(_PERSIAN_TENS[last // 10 - 2])
        last %= 10
    if last:
        parts.append(_PERSIAN_SMALL[last])
    return " و ".join(parts)


_ENGLISH_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_ENGLISH_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ENGLISH_SCALES = [(10**9, "billion"), (10**6, "million"), (10**3, "thousand")]


def english_number(number: int) -> str:
    """Return a number below a million millions in English words, with British "and"."""
    if number < 20:
        return _ENGLISH_SMALL[number]
    parts, number = _scales(number, _ENGLISH_SCALES, english_number)
    hundreds, last = divmod(number, 100)
    if hundreds:
        parts.append(f"{_ENGLISH_SMALL[hundreds]} hundred")
    if last:
        parts += [*(["and"] if parts else []), _below_hundred_english(last)]
    return " ".join(parts)


def _below_hundred_english(number: int) -> str:
    if number < 20:
        return _ENGLISH_SMALL[number]
    tens, unit = divmod(number, 10)
    return _ENGLISH_TENS[tens - 2] + (f"-{_ENGLISH_SMALL[unit]}" if unit else "")
