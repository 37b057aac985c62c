"""What a tier costs and how long it lasts, as a visitor reads it."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.domain.terms import end_of_term
from members.models import TermKind, Tier


def term_words(tier: Tier, *, on: date) -> str:
    """Return how long a first term on `tier` from the day `on` lasts: "for a year", "until 31 December", "for life"."""
    if tier.term_kind == TermKind.LIFETIME:
        return _("for life")
    if tier.term_kind == TermKind.CALENDAR:
        return _("until %(day)s") % {"day": date_format(end_of_term(on, tier=tier))}
    if tier.term_months == 12:
        return _("for a year")
    return ngettext("for %(months)s month", "for %(months)s months", tier.term_months) % {"months": tier.term_months}


def age_words(tier: Tier) -> str:
    """Return for whom `tier` is: "from 16 to 25 years"; "" for everybody."""
    ages = {"minimum": tier.minimum_age, "maximum": tier.maximum_age}
    if tier.minimum_age is not None and tier.maximum_age is not None:
        return _("For those from %(minimum)s to %(maximum)s years of age") % ages
    if tier.minimum_age is not None:
        return _("For those from %(minimum)s years of age") % ages
    return _("For those up to %(maximum)s years of age") % ages if tier.maximum_age is not None else ""
