"""What the complaint box tells the others. All are sent once the transaction is committed."""

from django.dispatch import Signal

# sender=Case, case: something was put into the box.
case_filed = Signal()

# sender=Case, case, message: staff answered. Whoever gave a name can be written to.
case_answered = Signal()
