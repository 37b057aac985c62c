"""What the till tells the others, once the transaction is committed."""

from django.dispatch import Signal

# sender=Basket, basket: everything in it was granted, and its receipt issued.
basket_fulfilled = Signal()

# sender=Application, application: a link with which to go on filling it in was asked for.
application_link_wanted = Signal()

# sender=ApplicationEvent, event: something happened to an application that its writer should be told.
application_moved = Signal()

# sender=Basket, basket, payment: somebody will pay by bank transfer, and is to get the invoice.
transfer_awaited = Signal()

# sender=AutomaticRenewal, renewal: a member agreed to be renewed by card; gave another card for it; or it was stopped.
automatic_renewal_agreed = Signal()
automatic_card_changed = Signal()
automatic_renewal_stopped = Signal()

# sender=Present, present: its link is to be sent once more; it was accepted. With email: a link that proves this address
# is to be sent there.
present_link_wanted = Signal()
present_accepted = Signal()
present_address_given = Signal()
