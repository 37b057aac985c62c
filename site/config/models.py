from django.db import models


class Heartbeat(models.Model):
    """When a process of some role was last seen at work; `/readyz` reads it."""

    role = models.CharField(max_length=40, unique=True)
    seen_at = models.DateTimeField()

    def __str__(self):
        return f"{self.role}: {self.seen_at:%Y-%m-%d %H:%M:%S}"


class ScheduledRun(models.Model):
    """The next time at which a job of `config.schedule` is due. Its row keeps two clocks from both running it."""

    job = models.CharField(max_length=60, unique=True)
    due_at = models.DateTimeField()
    last_started_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    def __str__(self):
        return f"{self.job}: {self.due_at:%Y-%m-%d %H:%M:%S}"
