from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .contact import Contact


class ContactPair(models.Model):
    """Two contacts, the older (lower) one first, so that a pair is written in one way only."""

    first = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.first}, {self.second}"


class DuplicatePair(ContactPair):
    """Two contacts who may be one, as the last search for duplicates found them."""

    score = models.PositiveSmallIntegerField(_("likeness"), help_text=_("0 to 100"))
    reasons = models.JSONField(_("why"), default=list)
    found_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-score", "pk"]
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="duplicate_pair_in_order"),
        ]


class NotDuplicate(ContactPair):
    """Somebody looked and said that these are two people. They are not asked again."""

    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="not_duplicate_once"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="not_duplicate_in_order"),
        ]


class SearchState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Failed")


class DuplicateSearch(models.Model):
    """One search for duplicates among all contacts, and how far it has come: `done` of `total` records read."""

    state = models.CharField(_("state"), max_length=10, choices=SearchState, default=SearchState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(_("pairs found"), default=0)
    skipped = models.PositiveIntegerField(_("groups too large to compare"), default=0)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    # Moved on with every step: a search whose process was killed stands still, and is taken up again.
    moved_at = models.DateTimeField(auto_now=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("search for duplicates")
        verbose_name_plural = _("searches for duplicates")
        constraints = [
            models.UniqueConstraint(
                models.Value(1),
                condition=models.Q(state__in=["waiting", "running"]),
                name="one_search_for_duplicates_at_a_time",
            ),
        ]

    def __str__(self):
        return f"{self.done}/{self.total}"


class Merge(models.Model):
    """One contact was made part of another. The journal holds all that it takes to make them two again."""

    kept = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="merges")
    merged_pk = models.BigIntegerField()
    merged_name = models.CharField(_("merged contact"), max_length=600)
    journal = models.JSONField(default=dict)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("merged by")
    )
    merged_at = models.DateTimeField(_("merged at"), auto_now_add=True)
    undone_at = models.DateTimeField(_("undone at"), null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("merge")
        verbose_name_plural = _("merges")

    def __str__(self):
        return self.merged_name
