"""Lists as Stripe gives them: newest first, a page at a time, of the time that was asked for."""

from .errors import missing


def listed(things: list[dict], url: str, params: dict | None = None) -> dict:
    """A page of `things`, which are given oldest first."""
    params = params or {}
    found = [thing for thing in reversed(things) if _is_in_time(thing, params.get("created"))]
    if after := params.get("starting_after"):
        numbers = [thing["id"] for thing in found]
        if after not in numbers:
            raise missing("object", after)
        found = found[numbers.index(after) + 1 :]
    limit = int(params.get("limit", 10))
    return {"object": "list", "data": found[:limit], "has_more": len(found) > limit, "url": url}


def _is_in_time(thing: dict, created: dict | None) -> bool:
    limits = {name: int(value) for name, value in (created or {}).items()}
    at = thing.get("created", 0)
    return limits.get("gte", at) <= at and at < limits.get("lt", at + 1)
