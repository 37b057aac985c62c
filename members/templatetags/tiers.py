from django import template
from django.utils import timezone

from members import tier_words

register = template.Library()


@register.filter
def age_words(tier) -> str:
    """For whom it is, by age."""
    return tier_words.age_words(tier)


@register.filter
def benefits(tier) -> list[str]:
    """What it brings, one by one."""
    return [line.strip() for line in str(tier.benefits).splitlines() if line.strip()]


@register.filter
def term_words(tier) -> str:
    """How long a term that begins today would last."""
    return tier_words.term_words(tier, on=timezone.localdate())
