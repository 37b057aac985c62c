"""Which press makes which kind of paper."""

from members.documents.card_sheet import CardPress
from members.documents.labels import LabelPress
from members.documents.letters import LetterPress
from members.documents.press import Press
from members.models import PaperKind

PRESSES: dict[str, type[Press]] = {
    PaperKind.CARDS: CardPress,
    PaperKind.LABELS: LabelPress,
    PaperKind.LETTERS: LetterPress,
}
