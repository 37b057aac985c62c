"""Many membership cards on sheets of A4, ten on each, with marks to cut by."""

from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from members.documents.card import ID_1, draw_card
from members.documents.press import Press
from members.domain.card_faces import conferred_faces, own_faces
from members.domain.cards import CardFace, code_text
from members.models import Contact, LeftOut
from members.pdf import Document
from members.pdf.document import HAIRLINE, known_language

COLUMNS, ROWS = 2, 5
MARK = 5 * mm
_LEFT = (A4[0] - COLUMNS * ID_1[0]) / 2
_BOTTOM = (A4[1] - ROWS * ID_1[1]) / 2


class CardPress(Press):
    """The valid cards of each person; with `conferred`, also of those who belong through them. Of one `branch`, if given."""

    def begin(self, language: str) -> Document:
        self._drawn: set[str] = set()
        return Document(language=language, title=_("Membership cards"), size=A4)

    def add(self, contacts: Sequence[Contact]) -> dict[int, LeftOut]:
        branch = self.values.get("branch")
        own = own_faces(contacts, on=self.on, branch=branch)
        through = conferred_faces(
            contacts, on=self.on, branch=branch, with_their_people=bool(self.values.get("conferred"))
        )
        left_out = {}
        for contact in contacts:
            faces = [face for face in [*own.get(contact.pk, ()), *through.get(contact.pk, ())] if face.is_valid]
            for face in faces:
                self._draw(face)
            if not faces:
                left_out[contact.pk] = LeftOut.NOT_VALID
        return left_out

    def _draw(self, face: CardFace) -> None:
        if face.token in self._drawn:
            return
        place = len(self._drawn) % (COLUMNS * ROWS)
        if place == 0:
            if self._drawn:
                self.page.new_page()
            _draw_marks(self.page)
        self._drawn.add(face.token)
        row, column = divmod(place, COLUMNS)
        language = known_language(face.holder.preferred_language)
        with (
            translation.override(language),
            self.page.part(
                left=_LEFT + column * ID_1[0],
                bottom=_BOTTOM + (ROWS - 1 - row) * ID_1[1],
                width=ID_1[0],
                height=ID_1[1],
                language=language,
            ),
        ):
            draw_card(self.page, face, profile=self.profile, qr_text=code_text(face, on=self.on))


def _draw_marks(page: Document) -> None:
    """Short lines outside the cards, where the knife goes. Thin ones go between the cards, whose paper is white below."""
    canvas = page.canvas
    canvas.setLineWidth(0.4)
    right, top = _LEFT + COLUMNS * ID_1[0], _BOTTOM + ROWS * ID_1[1]
    canvas.setStrokeColor(HAIRLINE)
    for column in range(COLUMNS + 1):
        x = _LEFT + column * ID_1[0]
        canvas.line(x, top + 2, x, top + 2 + MARK)
        canvas.line(x, _BOTTOM - 2, x, _BOTTOM - 2 - MARK)
        canvas.line(x, _BOTTOM, x, top)
    for row in range(ROWS + 1):
        y = _BOTTOM + row * ID_1[1]
        canvas.line(_LEFT - 2, y, _LEFT - 2 - MARK, y)
        canvas.line(right + 2, y, right + 2 + MARK, y)
        canvas.line(_LEFT, y, right, y)
