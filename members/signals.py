"""What the members' wing tells the others. All are sent once the transaction is committed."""

from django.dispatch import Signal

# sender=Term, term: a paid period was added, by joining or by renewal (`is_first` tells which).
term_started = Signal()

# sender=Term, term: its payment went back, so that it ended early or never began; or the payment is ours again after all.
term_undone = Signal()
term_reinstated = Signal()

# sender=ConsentEvent, event: somebody said yes or no to a purpose on a channel.
consent_recorded = Signal()

# sender=Contact, contact_pk, user_pk (None without a log-in): somebody was erased. Numbers only, since the names are gone.
person_erased = Signal()

# sender=SeatInvitation, invitation: somebody is asked to belong through a membership, and is to get the link.
seat_offered = Signal()
