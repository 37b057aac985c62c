"""What of the figures is looked at."""

from datetime import date

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from members.domain.figures.cohorts import QUARTER, YEAR
from members.domain.figures.histories import month_of
from members.domain.figures.reading import Choice
from members.models import Branch, Tier

LAST_MONTHS = 12


class ChoiceForm(forms.Form):
    """A time, a tier, a branch. Whatever is not on offer, such as a tier that is gone, counts as all of them."""

    period = forms.ChoiceField(label=pgettext_lazy("figure", "Time"), required=False)
    tier = forms.ChoiceField(label=gettext_lazy("Tier"), required=False)
    branch = forms.ChoiceField(label=gettext_lazy("Branch"), required=False)
    cohorts = forms.ChoiceField(label=gettext_lazy("Who stays, by"), required=False)

    def __init__(self, *args, tiers: list[Tier], branches: list[Branch], first_month: int, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.first_month, self.this_month = first_month, month_of(today)
        years = [str(year) for year in range(today.year, first_month // 12 - 1, -1)]
        self._offer(
            period=[
                ("", _("Last twelve months")),
                *((year, year) for year in years),
                ("all", _("All years")),
            ],
            tier=[("", _("All tiers")), *((str(tier.pk), str(tier)) for tier in tiers)],
            branch=[
                ("", _("All branches")),
                ("0", _("The whole only")),
                *((str(branch.pk), str(branch)) for branch in branches),
            ],
            cohorts=[("", _("year of joining")), ("quarter", _("quarter of joining"))],
        )
        if not branches:
            del self.fields["branch"]
        self.full_clean()

    def _offer(self, **choices: list[tuple[str, str]]) -> None:
        for name, offered in choices.items():
            self.fields[name].choices = offered

    def _chosen(self, name: str) -> str:
        return self.cleaned_data.get(name, "")

    @property
    def choice(self) -> Choice:
        """What was chosen, as the domain takes it."""
        tier, branch = self._chosen("tier"), self._chosen("branch")
        first, last = self._months()
        return Choice(first, last, int(tier) if tier else None, int(branch) if branch else None)

    def _months(self) -> tuple[int, int]:
        period = self._chosen("period")
        if period == "all":
            return self.first_month, self.this_month
        if period:
            january = int(period) * YEAR
            return january, min(january + YEAR - 1, self.this_month)
        return self.this_month - LAST_MONTHS + 1, self.this_month

    @property
    def months_in_a_line(self) -> int:
        """Years, where there would be too many months to read."""
        return YEAR if self._chosen("period") == "all" else 1

    @property
    def months_in_a_cohort(self) -> int:
        """YEAR or QUARTER."""
        return QUARTER if self._chosen("cohorts") == "quarter" else YEAR
