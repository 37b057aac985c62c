"""Choices that are drawn once: every page of a list has its filters on it, and they are nearly always the same."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import get_language


class _DrawnOnce:
    """A choice whose HTML is kept, by everything that it is made of."""

    drawn_by: type[forms.RadioSelect] | type[forms.CheckboxSelectMultiple]

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = tuple(map(str, value)) if isinstance(value, (list, tuple)) else value if value is None else str(value)
        choices = tuple((str(code), str(label)) for code, label in self.choices)
        return _drawn(self.drawn_by, name, chosen, _as_key({**self.attrs, **(attrs or {})}), choices, get_language())


class RadioSelect(_DrawnOnce, forms.RadioSelect):
    """One of several."""

    drawn_by = forms.RadioSelect


class CheckboxSelectMultiple(_DrawnOnce, forms.CheckboxSelectMultiple):
    """Any of several."""

    drawn_by = forms.CheckboxSelectMultiple


def _as_key(attrs: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted(attrs.items()))


@lru_cache(maxsize=512)
def _drawn(
    widget: type[forms.RadioSelect] | type[forms.CheckboxSelectMultiple],
    name: str,
    value: str | tuple[str, ...] | None,
    attrs: Iterable[tuple[str, Any]],
    choices: tuple[tuple[str, str], ...],
    language: str,  # only tells the keys apart: a choice without a label is drawn with a word of the language
) -> SafeString:
    return widget(choices=choices).render(name, list(value) if isinstance(value, tuple) else value, dict(attrs))
