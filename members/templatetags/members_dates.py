from django import template

from members import dates

register = template.Library()
register.filter("until", dates.until_words)
