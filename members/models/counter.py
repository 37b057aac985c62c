from django.db import models


class Counter(models.Model):
    """The last number given out in a series, such as the member numbers of one year."""

    series = models.CharField(max_length=60, unique=True)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self):
        return f"{self.series}: {self.last}"
