from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.components import Component

from dashboard.domain.figures import Figure, figures_for
from members.models import User


@dataclass
class FiguresPanel(Component):
    """A few numbers of today on the staff's home, those that the reader's role may see."""

    reader: User
    name = "figures"
    order = 10
    template_name = "dashboard/figures.html"
    heading = gettext_lazy("Today")

    def get_context_data(self, parent_context):
        figures: list[Figure] = figures_for(self.reader, at=timezone.now())
        return {"figures": figures, "heading": _("Today")}
