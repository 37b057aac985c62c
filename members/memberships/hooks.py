"""Addresses and log words of the screens around a membership. Importing it registers them."""

from django.urls import path, register_converter
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from members.memberships import bulk_actions, buttons, views  # noqa: F401 - the buttons register themselves
from members.models import DecisionKind

for action in (
    bulk_actions.TagMembersAction,
    bulk_actions.UntagMembersAction,
    bulk_actions.OwnerOfMembersAction,
    bulk_actions.CardsOfMembersAction,
    bulk_actions.LabelsOfMembersAction,
    bulk_actions.LettersToMembersAction,
):
    hooks.register("register_bulk_action", action)


class DecisionConverter:
    """The kinds of decisions as they stand in addresses."""

    regex = "|".join(DecisionKind.values)

    def to_python(self, value: str) -> DecisionKind:
        return DecisionKind(value)

    def to_url(self, value: str) -> str:
        return str(value)


register_converter(DecisionConverter, "decision")


@hooks.register("register_admin_urls")
def register_membership_urls():
    return [
        path("membership/<int:pk>/", views.membership, name="members_membership"),
        path("membership/<int:pk>/<decision:kind>/", views.decision, name="members_decide"),
        path(
            "membership/<int:pk>/decision/<int:decision_pk>/undo/",
            views.undo_decision,
            name="members_take_back_decision",
        ),
    ]


@hooks.register("register_log_actions")
def register_actions(actions):
    actions.register_action(
        "sanduq.membership_decided", _("Membership decided"), _("Membership suspended or cancelled")
    )
    actions.register_action("sanduq.not_renewing", _("Will not renew"), _("Said that they will not renew"))
    actions.register_action(
        "sanduq.not_renewing_taken_back", _("May renew after all"), _("Took back that they will not renew")
    )
    actions.register_action("sanduq.term_undone", _("Term undone"), _("A term ended since its payment went back"))
    actions.register_action(
        "sanduq.term_withdrawn", _("Term withdrawn"), _("A term that was granted by mistake was taken back")
    )
    actions.register_action(
        "sanduq.term_reinstated", _("Term reinstated"), _("A term runs again since its payment is ours again")
    )
    actions.register_action(
        "sanduq.membership_decision_taken_back",
        _("Decision taken back"),
        _("A decision about the membership was taken back"),
    )
