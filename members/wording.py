"""Small things that are written otherwise in another script."""

from collections.abc import Iterable

from django.utils.translation import get_language_bidi


def comma() -> str:
    """Return what stands between the pieces of a list, with its space, in the reader's language."""
    return "، " if get_language_bidi() else ", "


def listed(pieces: Iterable[object]) -> str:
    """Return `pieces` one after another as the reader's language separates them; empty ones are left out."""
    return comma().join(text for text in map(str, pieces) if text)
