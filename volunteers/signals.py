"""What volunteering tells the others. All are sent once the transaction is committed."""

from django.dispatch import Signal

# sender=SignUp, sign_up: somebody signed up; its status tells whether with a place or on the waiting list.
signed_up = Signal()

# sender=SignUp, sign_up: somebody cannot come after all.
sign_up_cancelled = Signal()

# sender=SignUp, sign_up: a place became free for somebody on the waiting list.
sign_up_promoted = Signal()
