"""What currencies and their subunits are called when they are counted in words.

English and Persian names of the currencies themselves come from CLDR; Arabic ones are here, since CLDR has neither their
duals nor their accusatives.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Noun:
    """An Arabic noun that is counted, perhaps with its adjective: كلمة after 1, 2, 3 to 10, 11 to 99 and 100."""

    singular: str
    dual: str
    plural: str
    accusative: str
    is_feminine: bool


def noun(singular: str, plural: str, adjective: str = "") -> Noun:
    """Return the forms of a regular noun; one that ends in ة is feminine, and its adjective (given so) with it.

    Things in the plural take a feminine singular adjective: ثلاثة دنانير أردنية.
    """
    is_feminine = singular.endswith("ة")
    feminine_adjective = adjective if is_feminine or not adjective else adjective + "ة"
    return Noun(
        singular=_joined(singular, adjective),
        dual=_joined(_dual(singular), _dual(adjective)),
        plural=_joined(plural, feminine_adjective),
        accusative=_joined(_accusative(singular), _accusative(adjective)),
        is_feminine=is_feminine,
    )


def _joined(*words: str) -> str:
    return " ".join(filter(None, words))


def _dual(word: str) -> str:
    stem = word[:-1] + "ت" if word.endswith("ة") else word
    return stem + "ان" if word else ""


def _accusative(word: str) -> str:
    return word if not word or word.endswith("ة") else word + "ًا"


# A loan word that is not inflected; only its dual is in use.
_EURO = Noun("يورو", "يوروان", "يورو", "يورو", is_feminine=False)

ARABIC_CURRENCIES = {
    "AED": noun("درهم", "دراهم", "إماراتي"),
    "BHD": noun("دينار", "دنانير", "بحريني"),
    "CHF": noun("فرنك", "فرنكات", "سويسري"),
    "DJF": noun("فرنك", "فرنكات", "جيبوتي"),
    "DZD": noun("دينار", "دنانير", "جزائري"),
    "EGP": noun("جنيه", "جنيهات", "مصري"),
    "EUR": _EURO,
    "GBP": noun("جنيه", "جنيهات", "إسترليني"),
    "ILS": noun("شيكل", "شواكل"),
    "IQD": noun("دينار", "دنانير", "عراقي"),
    "IRR": noun("ريال", "ريالات", "إيراني"),
    "JOD": noun("دينار", "دنانير", "أردني"),
    "KMF": noun("فرنك", "فرنكات", "قمري"),
    "KWD": noun("دينار", "دنانير", "كويتي"),
    "LBP": noun("ليرة", "ليرات", "لبنانية"),
    "LYD": noun("دينار", "دنانير", "ليبي"),
    "MAD": noun("درهم", "دراهم", "مغربي"),
    "MRU": noun("أوقية", "أوقيات", "موريتانية"),
    "OMR": noun("ريال", "ريالات", "عماني"),
    "QAR": noun("ريال", "ريالات", "قطري"),
    "SAR": noun("ريال", "ريالات", "سعودي"),
    "SDG": noun("جنيه", "جنيهات", "سوداني"),
    "SOS": noun("شلن", "شلنات", "صومالي"),
    "SYP": noun("ليرة", "ليرات", "سورية"),
    "TND": noun("دينار", "دنانير", "تونسي"),
    "TRY": noun("ليرة", "ليرات", "تركية"),
    "USD": noun("دولار", "دولارات", "أمريكي"),
    "YER": noun("ريال", "ريالات", "يمني"),
}

ARABIC_SCALES = [
    (10**9, noun("مليار", "مليارات")),
    (10**6, noun("مليون", "ملايين")),
    (10**3, noun("ألف", "آلاف")),
]


@dataclass(frozen=True)
class Subunit:
    """The part into which a currency is divided, in the three languages. Persian has one form for any number."""

    arabic: Noun
    persian: str
    one: str
    many: str


_AGORA = Subunit(noun("أغورة", "أغورات"), "آگورا", "agora", "agorot")
_BAISA = Subunit(noun("بيسة", "بيسات"), "بیسه", "baisa", "baisas")
_CENT = Subunit(noun("سنت", "سنتات"), "سنت", "cent", "cents")
_CENTIME = Subunit(noun("سنتيم", "سنتيمات"), "سانتیم", "centime", "centimes")
_DINAR = Subunit(noun("دينار", "دنانير"), "دینار", "dinar", "dinars")
_DIRHAM = Subunit(noun("درهم", "دراهم"), "درهم", "dirham", "dirhams")
_FILS = Subunit(noun("فلس", "فلوس"), "فلس", "fils", "fils")
_HALALA = Subunit(noun("هللة", "هللات"), "هلله", "halala", "halalas")
_KURUSH = Subunit(noun("قرش", "قروش"), "قروش", "kuruş", "kuruş")
_MILLIME = Subunit(noun("مليم", "مليمات"), "میلیم", "millime", "millimes")
_PENNY = Subunit(noun("بنس", "بنسات"), "پنی", "penny", "pence")
_PIASTRE = Subunit(noun("قرش", "قروش"), "قرش", "piastre", "piastres")

# Without an entry what is left is written as a fraction. The ouguiya is divided by five, which two decimals cannot say.
SUBUNITS = {
    "AED": _FILS,
    "BHD": _FILS,
    "CHF": _CENTIME,
    "DZD": _CENTIME,
    "EGP": _PIASTRE,
    "EUR": _CENT,
    "GBP": _PENNY,
    "ILS": _AGORA,
    "IQD": _FILS,
    "IRR": _DINAR,
    "JOD": _FILS,
    "KWD": _FILS,
    "LBP": _PIASTRE,
    "LYD": _DIRHAM,
    "MAD": _CENTIME,
    "OMR": _BAISA,
    "QAR": _DIRHAM,
    "SAR": _HALALA,
    "SDG": _PIASTRE,
    "SOS": _CENT,
    "SYP": _PIASTRE,
    "TND": _MILLIME,
    "TRY": _KURUSH,
    "USD": _CENT,
    "YER": _FILS,
}
