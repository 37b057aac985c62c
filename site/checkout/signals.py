"""What the till tells the others, once the transaction is committed."""

from django.dispatch import Signal

# sender=Basket, basket: everything in it was granted, and its receipt issued.
basket_fulfilled = Signal()
