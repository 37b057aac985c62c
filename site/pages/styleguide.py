"""What the styleguide shows: every component in its states, once for each direction."""


def specimens() -> list[dict]:
    """The two directions, each with the words that its readers would see."""
    return []
