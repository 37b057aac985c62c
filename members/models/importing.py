from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.fields import private_storage

from .contact import Contact


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", _("Uploaded")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")
    FAILED = "failed", _("Failed")


# Nothing more is done to these by themselves, and none of them reads its file again.
IMPORT_ENDED = (ImportState.DONE, ImportState.CANCELLED, ImportState.UNDONE, ImportState.FAILED)


class ImportRun(models.Model):
    """One file of contacts on its way in: which column is what, how far it has come, and what came of each row."""

    file = models.FileField(_("file"), upload_to="imports/", storage=private_storage)
    file_name = models.CharField(_("file name"), max_length=200)
    encoding = models.CharField(max_length=20, blank=True)
    columns = models.JSONField(default=list)  # the file's own headings, in order
    mapping = models.JSONField(default=dict)  # number of the column, as text: code of the field
    options = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    total = models.PositiveIntegerField(_("rows"), default=0)
    # Rows below this number are through the step that `state` names; a run that was killed goes on from here.
    done = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("imported by")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self):
        return self.file_name


class Verdict(models.TextChoices):
    CREATE = "create", _("New")
    UPDATE = "update", _("Completes a contact")
    SAME = "same", _("Known already")
    REJECT = "reject", _("Rejected")


class ImportRow(models.Model):
    """What came, or would come, of one row of the file. Rows that are simply new are noted too: an undo needs them."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    verdict = models.CharField(_("verdict"), max_length=6, choices=Verdict)
    reasons = models.JSONField(_("reason"), default=list)
    cells = models.JSONField(default=list)  # of a rejected row, for the file that goes back
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, related_name="import_rows")
    before = models.JSONField(default=dict)  # what was changed on a contact who was there before, for the undo
    is_applied = models.BooleanField(default=False)

    class Meta:
        ordering = ["number"]
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of an import")
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="import_row_once")]

    def __str__(self):
        return f"{self.number}: {self.get_verdict_display()}"


class ImportMapping(models.Model):
    """Which heading means what, kept under a name for the next file of the kind."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    fields = models.JSONField(default=dict)  # heading: code of the field
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["name"]
        verbose_name = _("saved mapping")
        verbose_name_plural = _("saved mappings")

    def __str__(self):
        return self.name
