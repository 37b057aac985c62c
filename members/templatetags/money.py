from django import template

from members.money import format_money

register = template.Library()


@register.filter
def money(value):
    """An amount as the reader writes it; nothing for nothing."""
    return format_money(value) if value is not None else ""
