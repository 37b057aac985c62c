"""A choice that is drawn once looks like one that is drawn each time."""

import pytest
from django import forms
from django.utils import translation

from members.lists import widgets

CHOICES = [("", "---"), ("a", "<b>Amman</b>"), ("b", "Irbid")]


@pytest.mark.parametrize("kind", ["RadioSelect", "CheckboxSelectMultiple"])
@pytest.mark.parametrize("value", [None, "", "a", ["a", "b"], []])
@pytest.mark.parametrize("attrs", [None, {"id": "id_town", "required": True}])
def test_it_is_drawn_as_django_draws_it(kind, value, attrs):
    ours = getattr(widgets, kind)(choices=CHOICES, attrs={"class": "wide"})
    plain = getattr(forms, kind)(choices=CHOICES, attrs={"class": "wide"})
    for _time in range(2):
        assert ours.render("town", value, attrs) == plain.render("town", value, attrs)


def test_another_choice_language_or_value_is_drawn_anew():
    widget = widgets.RadioSelect(choices=CHOICES)
    first = widget.render("town", "a")
    with translation.override("ar"):
        widget.choices = [("a", "عمّان")]
        assert "عمّان" in widget.render("town", "a")
    widget.choices = CHOICES
    assert widget.render("town", "b") != first == widget.render("town", "a")
