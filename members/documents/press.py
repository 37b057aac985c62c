"""What makes one PDF for many people, a batch at a time."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import translation

from members.models import Contact, LeftOut, NonprofitProfile
from members.pdf import Document


class Press(ABC):
    """Draws what `values` ask for, as of the day `on`. Each person's words are in the language that they prefer."""

    def __init__(self, values: Mapping[str, Any], *, profile: NonprofitProfile, on: date):
        self.values, self.profile, self.on = values, profile, on
        self.page = self.begin(translation.get_language())

    @abstractmethod
    def begin(self, language: str) -> Document:
        """Return the empty document."""

    @abstractmethod
    def add(self, contacts: Sequence[Contact]) -> dict[int, LeftOut]:
        """Draw these people, and return by their keys who was left out, and why."""

    def save(self) -> bytes:
        """Finish, and return the PDF."""
        return self.page.save()
