from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """How somebody of the staff wants to see a list: its columns, filters and order.

    Without a name it is what they last used, kept for them; with one it stands in the list's menu, for all if shared.
    """

    list_code = models.CharField(max_length=100)
    name = models.CharField(_("name"), max_length=80, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    is_shared = models.BooleanField(_("shared with colleagues"), default=False)
    columns = models.JSONField(default=list)
    query = models.CharField(max_length=2000, blank=True)  # filters and order, as in the list's address

    class Meta:
        ordering = ["name"]
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [models.UniqueConstraint(fields=["user", "list_code", "name"], name="saved_view_name_once")]

    def __str__(self):
        return self.name


class BulkState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")
    UNDONE = "undone", _("Undone")
    FAILED = "failed", _("Failed")


class BulkRun(models.Model):
    """One thing done to many contacts at once: what, to whom, how far, and what it takes to undo it."""

    action = models.CharField(_("action"), max_length=40)
    values = models.JSONField(default=dict)
    contact_ids = models.JSONField(default=list)
    done = models.PositiveIntegerField(default=0)
    journal = models.JSONField(default=list)
    # For whom a rule forbade it, and its sentence: [contact's key, sentence].
    refusals = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=10, choices=BulkState, default=BulkState.WAITING)
    problem = models.CharField(max_length=300, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("bulk action")
        verbose_name_plural = _("bulk actions")

    def __str__(self):
        return self.action
