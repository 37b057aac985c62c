from django import template
from django.utils import timezone

from members import tier_words

register = template.Library()


@register.filter
def term_words(tier) -> str:
    """How long a term that begins today would last."""
    return tier_words.term_words(tier, on=timezone.localdate())
