"""The page of figures of the membership."""

from datetime import date

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from members.domain.figures.cohorts import SMALL, cohorts
from members.domain.figures.forecast import MONTHS_BACK, WEIGHT_OF_ALL, forecast
from members.domain.figures.histories import month_of
from members.domain.figures.keeping import bring_up_to_date
from members.domain.figures.reading import Sheet, fees_by_tier, figures_as_of, read_sheet, reasons_for_leaving
from members.figures import tables
from members.figures.forms import ChoiceForm
from members.figures.picture import retention_picture
from members.lists.export import rows_response
from members.models import Branch, Tier
from members.permissions import require

SEE_FIGURES = ("members.view_figure",)
# Counted again while somebody waits: less than a second each, and more than one only after many changes.
BLOCKS_AT_ONCE = 4


def figures(request: HttpRequest) -> HttpResponseBase:
    """Who joined, renewed and left, who stays, why people left, what was paid, and what is to be expected.

    With `table` and `export`, "csv" or "xlsx", one of the tables as a file.
    """
    require(request, *SEE_FIGURES)
    today = timezone.localdate()
    blocks_left = bring_up_to_date(today, at_most=BLOCKS_AT_ONCE)
    page = FiguresPage(request, read_sheet(), as_of=figures_as_of() or today)
    if file := _file(request, page):
        return file
    context = page.context() | {"blocks_left": blocks_left}
    return TemplateResponse(request, "members/figures/figures.html", context)


def _file(request: HttpRequest, page: "FiguresPage") -> HttpResponseBase | None:
    """The table as a file; None if no file was asked for, or none that is on offer."""
    code, file_format = request.GET.get("table"), request.GET.get("export", "")
    if file_format not in {"csv", "xlsx"}:
        return None
    for table in page.tables():
        if table.code == code:
            return rows_response(
                table.lines(),
                file_format=file_format,
                name=f"figures-{code}",
                user=request.user,
                query=request.GET.urlencode(),
            )
    return None


class FiguresPage:
    """The tables that somebody asked for."""

    def __init__(self, request: HttpRequest, sheet: Sheet, *, as_of: date):
        self.sheet, self.as_of = sheet, as_of
        self.tiers = {tier.pk: tier for tier in Tier.objects.all()}
        self.branches = {branch.pk: branch for branch in Branch.objects.all()}
        self.form = ChoiceForm(
            request.GET,
            tiers=list(self.tiers.values()),
            branches=list(self.branches.values()),
            first_month=min(sheet.first_month or month_of(as_of), month_of(as_of)),
            today=as_of,
        )
        self.choice = self.form.choice
        self.cohorts = cohorts(sheet, self.choice, as_of=as_of, months=self.form.months_in_a_cohort)
        query = request.GET.copy()
        for name in ("table", "export"):
            query.pop(name, None)
        self.query = query.urlencode()

    def tables(self) -> list[tables.Table]:
        """All tables of the page, in their order."""
        sheet, choice, months = self.sheet, self.choice, self.form.months_in_a_line
        found = [
            tables.over_time(sheet.by_period(choice, months=months), months=months),
            tables.by_tier(sheet.by_tier(choice), self.tiers),
        ]
        if self.branches:
            found.append(tables.by_branch(sheet.by_branch(choice), self.branches))
        return [
            *found,
            tables.retention(self.cohorts, months=self.form.months_in_a_cohort),
            tables.reasons(reasons_for_leaving(choice)),
            tables.fees(fees_by_tier(choice), self.tiers),
            tables.ahead(forecast(sheet, choice, as_of=self.as_of)),
        ]

    def context(self) -> dict:
        """All that the template takes."""
        title = _("Figures of the membership")
        total = self.sheet.total(self.choice)
        return {
            "header_title": title,
            "page_title": title,
            "header_icon": "table",
            "breadcrumbs_items": [{"url": "", "label": title}],
            "form": self.form,
            "query": self.query,
            "as_of": self.as_of,
            "is_empty": not self.sheet.entries,
            "summary": tables.summary(total),
            "tables": self.tables(),
            "picture": retention_picture(self.cohorts, months=self.form.months_in_a_cohort),
            "small": SMALL,
            "months_back": MONTHS_BACK,
            "weight": WEIGHT_OF_ALL,
        }
