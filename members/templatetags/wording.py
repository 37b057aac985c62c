from django import template

from members import wording

register = template.Library()
register.simple_tag(wording.comma)
register.filter("listed", wording.listed)
