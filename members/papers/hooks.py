"""Addresses, bulk actions and log words of what is printed. Importing it registers them."""

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from members.papers import bulk_actions, views

for action in (bulk_actions.CardsAction, bulk_actions.LabelsAction, bulk_actions.LettersAction):
    hooks.register("register_bulk_action", action)


@hooks.register("register_admin_urls")
def register_paper_urls():
    return [
        path("papers/", views.papers, name="members_papers"),
        path("papers/<int:pk>/", views.paper, name="members_paper"),
        path("papers/<int:pk>.pdf", views.paper_file, name="members_paper_file"),
    ]


@hooks.register("register_log_actions")
def register_actions(actions):
    actions.register_action("sanduq.paper", _("Printed"), _("A card, label or letter was printed"))
