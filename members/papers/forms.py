"""What staff choose before something is printed for many people."""

from django import forms
from django.utils.translation import gettext_lazy as _

from members.contacts.bulk_forms import BulkForm
from members.documents.labels import MOST_ON_A_SHEET, SHEETS
from members.models import Branch, LetterTemplate, Purpose


class CardsForm(BulkForm):
    """Which of their cards."""

    branch = forms.ModelChoiceField(
        Branch.objects.all(), label=_("Branch"), required=False, empty_label=_("All memberships")
    )
    conferred = forms.BooleanField(
        label=_("also the cards of those who belong through them"),
        required=False,
        initial=True,
        help_text=_("Such as the children of a family. Each has a card of their own."),
    )

    def values(self) -> dict:
        branch = self.cleaned_data["branch"]
        return {"branch": branch.pk if branch else None, "conferred": self.cleaned_data["conferred"]}


class LabelsForm(BulkForm):
    """On which sheet, from which label on, and for whom."""

    sheet = forms.ChoiceField(label=_("Sheet of labels"), initial="L7160")
    first = forms.IntegerField(
        label=_("Begin at label number"),
        min_value=1,
        max_value=MOST_ON_A_SHEET,
        initial=1,
        help_text=_("For a sheet that some labels are gone from. They are counted row by row, from the left."),
    )
    once = forms.BooleanField(
        label=_("one label for a household"),
        required=False,
        initial=True,
        help_text=_("It bears the name of the household."),
    )
    purpose = forms.ChoiceField(
        label=_("What the letter is about"),
        required=False,
        choices=[("", _("Their membership, which needs no consent")), *Purpose.choices],
        help_text=_("Otherwise only those get one who agreed to letters about it."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sheet"].choices = [
            (
                sheet.name,
                _("%(name)s: %(columns)s × %(rows)s labels of %(width)s × %(height)s mm")
                % {
                    "name": sheet.name,
                    "columns": sheet.columns,
                    "rows": sheet.rows,
                    "width": sheet.width,
                    "height": sheet.height,
                },
            )
            for sheet in SHEETS.values()
        ]

    def clean(self):
        data = super().clean()
        sheet = SHEETS.get(data.get("sheet"))
        if sheet and data.get("first", 0) > sheet.count:
            self.add_error("first", _("This sheet has %(count)s labels only.") % {"count": sheet.count})
        return data

    def values(self) -> dict:
        return dict(self.cleaned_data)


class LettersForm(BulkForm):
    """Which letter, and what becomes of it."""

    template = forms.ModelChoiceField(
        LetterTemplate.objects.all(),
        label=_("Letter or certificate"),
        empty_label=None,
        help_text=_("Written under Membership → Letters and certificates."),
    )
    by_post = forms.BooleanField(
        label=_("only for those with a postal address"),
        required=False,
        initial=True,
        help_text=_("Untick it for what you hand over yourself."),
    )
    noted = forms.BooleanField(
        label=_("note with each person that this letter was sent"),
        required=False,
        initial=True,
        help_text=_("It then stands on the person's page."),
    )

    def values(self) -> dict:
        return {**self.cleaned_data, "template": self.cleaned_data["template"].pk}
