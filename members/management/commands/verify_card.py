import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from members.domain.card_signature import keys_in, read_card
from members.exceptions import MembersError


class Command(BaseCommand):
    help = (
        "Checks the text of a membership card's QR code without the site and its database: by the keys of this"
        " installation, or by a key set that was saved from /card/keys.json. Ends with 1 if the card is not valid."
    )

    def add_arguments(self, parser):
        parser.add_argument("text", help="what the QR code says: an address with a # in it")
        parser.add_argument("--keys", type=Path, help="a file with the public keys, as /card/keys.json gives them")

    def handle(self, *, text: str, keys: Path | None, **options):
        try:
            card = read_card(text, _keys_from(keys) if keys else None)
        except MembersError as refusal:
            raise CommandError(str(refusal)) from None
        today = timezone.localdate()
        self.stdout.write(f"{card.first_name}, valid until {card.valid_until}, made on {card.issued_on}")
        if not card.is_valid_on(today):
            raise CommandError(f"Not valid today, {today}.")


def _keys_from(file: Path) -> list[bytes]:
    try:
        return keys_in(json.loads(file.read_text()))
    except (OSError, ValueError) as error:
        raise CommandError(f"The keys in {file} cannot be read: {error}") from None
