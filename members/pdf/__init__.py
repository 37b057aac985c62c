"""The kit for documents on paper: right-to-left and left-to-right alike, drawn with reportlab."""

from .document import Document
from .text import shape_line, text_width, wrap_text

__all__ = ["Document", "shape_line", "text_width", "wrap_text"]
