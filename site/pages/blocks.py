"""What staff build pages from. Each block's look is one template in `templates/pages/blocks/`."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from pages.validators import is_web_address

RICH_TEXT_FEATURES = ["h3", "h4", "bold", "italic", "ol", "ul", "hr", "link", "document-link"]


class LinkBlock(blocks.StructBlock):
    """A page of the site or an address; a block that extends this one says what it looks like."""

    page = blocks.PageChooserBlock(label=_("Page"), required=False)
    url = blocks.CharBlock(
        label=_("or address"),
        required=False,
        default="",
        max_length=500,
        validators=[is_web_address],
        help_text=_("Only when it is not a page of this site, or to reach a form, such as /ar/pay/give/."),
    )
    link_is_required = True

    def clean(self, value):
        value = super().clean(value)
        chosen = bool(value.get("page")) + bool(value.get("url"))
        if chosen > 1 or (self.link_is_required and not chosen):
            raise blocks.StructBlockValidationError(
                block_errors={"url": ValidationError(_("Choose a page or write an address: one of the two."))}
            )
        return value

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        request = (parent_context or {}).get("request")
        page = value.get("page")
        context["href"] = (page.get_url(request) if page and page.live else "") or value.get("url") or ""
        return context


class DoorBlock(LinkBlock):
    """One of the doors of the home page."""

    icon = blocks.ChoiceBlock(
        label=_("Drawing"),
        choices=[
            ("join", _("Join")),
            ("give", _("Give")),
            ("volunteer", _("Volunteer")),
            ("tell", _("Tell us")),
        ],
    )
    title = blocks.CharBlock(label=_("Title"), max_length=40)
    text = blocks.CharBlock(label=_("Text"), max_length=140, required=False, default="")

    class Meta:
        template = "pages/blocks/door.html"
        icon = "home"
        label = _("Door")


class HeadingBlock(blocks.StructBlock):
    """A heading of its own, which a table of contents may link to."""

    text = blocks.CharBlock(label=_("Text"), max_length=200)

    class Meta:
        template = "pages/blocks/heading.html"
        icon = "title"
        label = _("Heading")


class PictureBlock(blocks.StructBlock):
    """A picture; its description comes from the picture itself and may be changed here."""

    image = ImageChooserBlock(label=_("Picture"))
    alt = blocks.CharBlock(
        label=_("Description"),
        required=False,
        default="",
        max_length=250,
        help_text=_("For those who cannot see it. Leave empty only for a picture that adds nothing to the text."),
    )
    caption = blocks.CharBlock(label=_("Caption"), required=False, default="", max_length=250)

    class Meta:
        template = "pages/blocks/picture.html"
        icon = "image"
        label = _("Picture with caption")


class QuoteBlock(blocks.StructBlock):
    """Somebody's own words."""

    text = blocks.TextBlock(label=_("Words"), max_length=600)
    name = blocks.CharBlock(label=_("Who said it"), required=False, default="", max_length=120)
    role = blocks.CharBlock(label=_("Who they are"), required=False, default="", max_length=120)

    class Meta:
        template = "pages/blocks/quote.html"
        icon = "openquote"
        label = _("Quote")


class CallToActionBlock(LinkBlock):
    """A sentence and a button."""

    title = blocks.CharBlock(label=_("Title"), required=False, default="", max_length=120)
    text = blocks.CharBlock(label=_("Text"), required=False, default="", max_length=300)
    button = blocks.CharBlock(label=_("On the button"), max_length=60)

    class Meta:
        template = "pages/blocks/call_to_action.html"
        icon = "link"
        label = _("Call to action")


class CardBlock(LinkBlock):
    """A small sheet that may lead somewhere."""

    image = ImageChooserBlock(label=_("Picture"), required=False)
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.TextBlock(label=_("Text"), required=False, default="", max_length=400)
    link_is_required = False

    class Meta:
        template = "pages/blocks/card.html"
        icon = "doc-empty"
        label = _("Card")


class CardsBlock(blocks.StructBlock):
    """Cards side by side, as many as fit."""

    title = blocks.CharBlock(label=_("Title"), required=False, default="", max_length=120)
    cards = blocks.ListBlock(CardBlock(), label=_("Cards"), min_num=1, max_num=12)

    class Meta:
        template = "pages/blocks/cards.html"
        icon = "copy"
        label = _("Cards")


class NoticeBlock(blocks.StructBlock):
    """Something nobody should miss."""

    kind = blocks.ChoiceBlock(
        label=_("Kind"), choices=[("", _("Information")), ("warning", _("Warning"))], required=False
    )
    title = blocks.CharBlock(label=_("Title"), required=False, default="", max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=["bold", "italic", "link", "ul"])

    class Meta:
        template = "pages/blocks/notice.html"
        icon = "warning"
        label = _("Notice")


class FigureBlock(blocks.StructBlock):
    """One number and what it counts."""

    value = blocks.CharBlock(label=_("Number"), max_length=20)
    label = blocks.CharBlock(label=_("What it counts"), max_length=120)

    class Meta:
        icon = "order"
        label = _("Figure")


class FiguresBlock(blocks.StructBlock):
    """Two to four numbers that say what is done here."""

    title = blocks.CharBlock(label=_("Title"), required=False, default="", max_length=120)
    figures = blocks.ListBlock(FigureBlock(), label=_("Figures"), min_num=1, max_num=4)
    source = blocks.CharBlock(label=_("Where the numbers come from"), required=False, default="", max_length=200)

    class Meta:
        template = "pages/blocks/figures.html"
        icon = "order"
        label = _("Figures")


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("Question"), max_length=200)
    answer = blocks.RichTextBlock(label=_("Answer"), features=RICH_TEXT_FEATURES[2:])

    class Meta:
        icon = "help"
        label = _("Question and answer")


class QuestionsBlock(blocks.StructBlock):
    """Questions people ask; an answer unfolds under each."""

    title = blocks.CharBlock(label=_("Title"), required=False, default="", max_length=120)
    questions = blocks.ListBlock(QuestionBlock(), label=_("Questions"), min_num=1)

    class Meta:
        template = "pages/blocks/questions.html"
        icon = "help"
        label = _("Questions and answers")


class DocumentsBlock(blocks.StructBlock):
    """Files to take along: reports, statutes, forms."""

    title = blocks.CharBlock(label=_("Title"), required=False, default="", max_length=120)
    documents = blocks.ListBlock(DocumentChooserBlock(label=_("Document")), label=_("Documents"), min_num=1)

    class Meta:
        template = "pages/blocks/documents.html"
        icon = "doc-full"
        label = _("Documents")


class BodyBlock(blocks.StreamBlock):
    """The body of every page."""

    heading = HeadingBlock()
    text = blocks.RichTextBlock(
        label=_("Text"), features=RICH_TEXT_FEATURES, template="pages/blocks/text.html", icon="pilcrow"
    )
    picture = PictureBlock()
    quote = QuoteBlock()
    call_to_action = CallToActionBlock()
    cards = CardsBlock()
    notice = NoticeBlock()
    figures = FiguresBlock()
    questions = QuestionsBlock()
    documents = DocumentsBlock()
