from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogFormatter
from wagtail.snippets.models import register_snippet

from dashboard.panels import FiguresPanel
from dashboard.viewsets import PersonViewSet

register_snippet(PersonViewSet)


@hooks.register("register_log_actions")
def register_actions(actions):
    """What staff do to a person's record, besides what Wagtail logs by itself."""

    @actions.register_action("sanduq.seen")
    class SeenFormatter(LogFormatter):
        label = _("Seen")
        message = _("Record opened")


@hooks.register("construct_homepage_panels")
def replace_home_panels(request, panels):
    """The figures that matter to the reader's role stand first."""
    panels.insert(0, FiguresPanel(request.user))


@hooks.register("insert_global_admin_css")
def add_admin_styles():
    sheets = [(static(f"dashboard/{name}.css"),) for name in ("frame", "admin")]
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', sheets)
