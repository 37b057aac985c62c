"""Address and menu of the figures. Importing it registers them."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from members.figures import views
from members.privacy_hooks import PermittedMenuItem


@hooks.register("register_admin_urls")
def register_figures_url():
    return [path("membership/figures/", views.figures, name="members_figures")]


@hooks.register("register_reports_menu_item")
def register_figures():
    return PermittedMenuItem(
        _("Figures of the membership"),
        reverse("members_figures"),
        name="membership-figures",
        icon_name="table",
        order=100,
        permissions=views.SEE_FIGURES,
    )
