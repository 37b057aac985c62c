"""What the complaint box holds about people who gave their name. Nobody else's cases lead to anybody."""

from django.db.models import Q
from django.utils.translation import gettext_lazy

from members.domain.holdings import Holding, OnErasure, register
from surveys.complaints.models import Case, CaseMessage, CaseStatus


def declare() -> None:
    """Called once, when the app is ready."""
    register(
        Holding(
            Case,
            gettext_lazy("Cases in the complaint box"),
            shows=("received_on", "kind", "category", "service", "status"),
            on_erasure=OnErasure.KEEP,
            why_kept=gettext_lazy("The number of cases stays; that it was this person goes."),
            blank={"contact": None},
            age="received_on",
            ripe=Q(status=CaseStatus.CLOSED, contact__isnull=False),
            is_tie=True,
        ),
        Holding(
            CaseMessage,
            gettext_lazy("What was written about a case"),
            paths=("case__contact",),
            shows=("written_on", "author", "body"),
            on_erasure=OnErasure.KEEP,
            why_kept=gettext_lazy("That there was an answer stays; its words go."),
            blank={"body": ""},
            age="written_on",
            ripe=Q(case__status=CaseStatus.CLOSED),
        ),
    )
