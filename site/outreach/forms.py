from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from outreach.domain.criteria import all_criteria
from outreach.models import Segment

ROWS = 6


def condition_choices() -> list:
    """Every condition that can be asked for, grouped by what it is about."""
    groups = [
        (criterion.label, [(f"{code}:{value}", label) for value, label in criterion.values.items()])
        for code, criterion in all_criteria().items()
        if criterion.values
    ]
    return [("", "—"), *groups]


class ConditionWidget(forms.MultiWidget):
    """Two choices side by side: whether it must hold, and what."""

    template_name = "outreach/widgets/condition.html"

    def __init__(self):
        super().__init__(
            [
                forms.Select(
                    {"aria-label": _("Contacts who fit")},
                    choices=[("", _("The contact")), ("not", _("The contact does not fit this:"))],
                ),
                forms.Select({"aria-label": _("Conditions")}),
            ]
        )

    def decompress(self, value):
        if not value:
            return ["", ""]
        return ["not" if value.get("negate") else "", f"{value['criterion']}:{value['value']}"]


class ConditionField(forms.MultiValueField):
    """One condition of a segment, as a leaf of its tree, or None for an empty row."""

    def __init__(self, **kwargs):
        fields = [
            forms.ChoiceField(choices=[("", ""), ("not", "")], required=False),
            forms.ChoiceField(choices=[], required=False),
        ]
        super().__init__(fields, widget=ConditionWidget(), require_all_fields=False, required=False, **kwargs)

    def offer(self, choices: list) -> None:
        """What may be asked today. Tags and fields of one's own come and go, so a form asks when it is made."""
        self.fields[1].choices = self.widget.widgets[1].choices = choices

    def compress(self, values):
        negation, condition = values or ["", ""]
        if not condition:
            return None
        criterion, _colon, value = condition.partition(":")
        return {"criterion": criterion, "value": value, "negate": negation == "not"}


class SegmentForm(WagtailAdminModelForm):
    """A segment as staff put it together: a few conditions that all or any must hold."""

    match = forms.ChoiceField(
        label=_("Contacts who fit"),
        choices=[("all", _("all of these conditions")), ("any", _("at least one of these conditions"))],
        widget=forms.RadioSelect,
        initial="all",
    )
    condition_0 = ConditionField(label=_("First condition"))
    condition_1 = ConditionField(label=_("Second condition"))
    condition_2 = ConditionField(label=_("Third condition"))
    condition_3 = ConditionField(label=_("Fourth condition"))
    condition_4 = ConditionField(label=_("Fifth condition"))
    condition_5 = ConditionField(label=_("Sixth condition"))

    class Meta:
        model = Segment
        fields = ["name"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        tree = self.instance.tree or {}
        self.fields["match"].initial = tree.get("match", "all")
        nodes = tree.get("nodes", [])
        choices = condition_choices()
        for row in range(ROWS):
            self.fields[f"condition_{row}"].offer(choices)
            self.fields[f"condition_{row}"].initial = nodes[row] if row < len(nodes) else None

    def clean(self):
        data = super().clean()
        nodes = [data[f"condition_{row}"] for row in range(ROWS) if data.get(f"condition_{row}")]
        if not nodes:
            self.add_error("condition_0", _("Please choose at least one condition."))
        self.instance.tree = {"match": data.get("match") or "all", "nodes": nodes}
        return data
