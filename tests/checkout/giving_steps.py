"""What a giver types."""

import uuid


def giver_form(**changes) -> dict:
    """A filled donation form without a fund, with `changes` to what is typed."""
    form = {
        "amount": "25",
        "interval": "",
        "given_name": "Layla",
        "family_name": "Haddad",
        "email": "layla@people.example",
        "language": "en",
        "gateway": "sandbox",
        "form_key": str(uuid.uuid4()),
    }
    return {**form, **changes}
