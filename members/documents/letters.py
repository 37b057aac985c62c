"""Letters and certificates for many people, each in their own language, from a template that staff wrote."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from reportlab.lib.pagesizes import A4, landscape

from members.dates import in_calendar, until_words
from members.documents.certificate import draw_certificate
from members.documents.letter import draw_letter
from members.documents.letterhead import Letterhead
from members.documents.press import Press
from members.domain.card_faces import conferred_faces, own_faces
from members.domain.cards import CardFace, code_text
from members.domain.post import address_lines, may_be_sent, postal_addresses
from members.letter_words import OF_MEMBERS, fill_words, words_in
from members.models import Address, Calendar, Contact, LeftOut, LetterKind, LetterTemplate
from members.money import format_money
from members.pdf import Document


class LetterPress(Press):
    """What the `template` says to each person; with `by_post`, only to those whom letters reach."""

    @cached_property
    def template(self) -> LetterTemplate:
        return LetterTemplate.objects.get(pk=self.values["template"])

    @cached_property
    def letterhead(self) -> Letterhead:
        return Letterhead(self.profile)

    def begin(self, language: str) -> Document:
        self._drawn = 0
        is_certificate = self.template.kind == LetterKind.CERTIFICATE
        return Document(
            language=language, title=str(self.template), size=landscape(A4) if is_certificate else A4, margin=62
        )

    def add(self, contacts: Sequence[Contact]) -> dict[int, LeftOut]:
        agreed = may_be_sent(contacts, purpose=self.template.purpose, on=self.on)
        addresses = postal_addresses([one.pk for one in contacts], on=self.on)
        own = own_faces(contacts, on=self.on)
        # Only those who need it: it makes cards, which others need not have.
        through = conferred_faces([one for one in contacts if one.pk not in own], on=self.on) if self._wanted else {}
        left_out = {}
        for contact in contacts:
            face = _best([*own.get(contact.pk, ()), *through.get(contact.pk, ())])
            reason = self._add_one(contact, face, addresses.get(contact.pk), agrees=contact.pk in agreed)
            if reason:
                left_out[contact.pk] = reason
        return left_out

    def _add_one(
        self, contact: Contact, face: CardFace | None, address: Address | None, *, agrees: bool
    ) -> LeftOut | None:
        if not agrees:
            return LeftOut.NO_CONSENT
        if address is None and self.values.get("by_post"):
            return LeftOut.NO_ADDRESS
        if face is None and self._wanted:
            return LeftOut.NO_MEMBERSHIP
        language = language_for(self.template, contact)
        with translation.override(language):
            words = words_for(contact, face, nonprofit=str(self.profile.name), on=self.on)
            if any(not words[word] for word in self._all_words):
                return LeftOut.LACKING
            self._draw(contact, face, address, words, language)
        return None

    @cached_property
    def _all_words(self) -> set[str]:
        said = [str(text) for field in ("title", "text") for text in _texts(getattr(self.template, field)).values()]
        return set().union(*map(words_in, said))

    @property
    def _wanted(self) -> set[str]:
        """The words that only a membership can fill."""
        return self._all_words & OF_MEMBERS

    def _draw(
        self, contact: Contact, face: CardFace | None, address: Address | None, words: dict[str, str], language: str
    ) -> None:
        page, template = self.page, self.template
        if self._drawn:
            page.new_page()
        self._drawn += 1
        page.speak(language)
        title, text = (fill_words(str(part), words) for part in (template.title, template.text))
        signed_by = str(template.signed_by) or str(self.profile.receipt_signatory)
        if template.kind == LetterKind.CERTIFICATE:
            code = code_text(face, on=self.on) if face and face.is_valid else ""
            draw_certificate(
                page, self.letterhead, title=title, name=contact.name, text=text, signed_by=signed_by,
                day=words["date"], code=code,
            )  # fmt: skip
            return
        to = [contact.name, *(address_lines(address) if address else [])]
        draw_letter(page, self.letterhead, to=to, day=words["date"], title=title, text=text, signed_by=signed_by)


def words_for(contact: Contact, face: CardFace | None, *, nonprofit: str, on: date) -> dict[str, str]:
    """Return what each word in braces stands for, in the active language; empty for what is not on record."""
    words = {
        "name": contact.name,
        "salutation": contact.short_name,
        "date": day_words(on, contact),
        "nonprofit": nonprofit,
    }
    if face is None:
        return words | dict.fromkeys(OF_MEMBERS, "")
    return words | {
        "number": face.number,
        "tier": str(face.tier),
        "since": day_words(face.since, contact),
        "until": until_words(face.valid_until) if face.is_for_life else day_words(face.valid_until, contact),
        "fee": format_money(face.fee, translation.get_language()) if face.fee is not None else "",
    }


def day_words(day: date, contact: Contact) -> str:
    """A day as the reader writes it, with their own calendar behind it if it is another."""
    said = date_format(day)
    return said if contact.calendar == Calendar.GREGORIAN else f"{said} ({in_calendar(day, contact.calendar)})"


def language_for(template: LetterTemplate, contact: Contact) -> str:
    """The language that `contact` prefers, if the template is written in it; else the first in which it is."""
    written = [code for code, text in _texts(template.text).items() if str(text).strip()]
    wanted = [contact.preferred_language, settings.LANGUAGE_CODE, *(code for code, _name in settings.LANGUAGES)]
    return next((code for code in wanted if code in written), settings.LANGUAGE_CODE)


def _texts(text: Any) -> dict[str, str]:
    data = getattr(text, "data", text)
    return data if isinstance(data, dict) else {settings.LANGUAGE_CODE: str(data or "")}


def _best(faces: list[CardFace]) -> CardFace | None:
    """Of several memberships the one that counts today, and of those the one that lasts longest."""
    return max(faces, key=lambda face: (face.is_valid, face.valid_until), default=None)
