"""Segments: a typed tree of conditions that compiles to one query over contacts.

A leaf is ``{"criterion": "gave", "value": "this_year", "negate": false}``; a branch is
``{"match": "all" | "any", "nodes": [...]}``. Nothing else is understood.
"""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from members.models import Contact
from outreach.domain.criteria import FIXED, Criterion, all_criteria

DEEPEST = 5


class SegmentError(ValueError):
    """A tree that cannot be understood."""


def contacts_in(tree: dict, *, on: date) -> QuerySet[Contact]:
    """Return the contacts that fit `tree` on the day `on`, as one query. An empty tree means everybody.

    Raises SegmentError for a tree that is not of the form above, is deeper than DEEPEST, or asks what nobody knows.
    Nobody who has died or was erased is in any segment.
    """
    reachable = Contact.objects.filter(died_on=None, erased_at=None)
    return reachable.filter(_compile(tree, on, _criteria_for(tree), depth=0)) if tree else reachable


def _criteria_for(tree: Any) -> dict[str, Criterion]:
    """Only a tree that asks in the office's own words needs them read from the database."""
    return FIXED if _asked(tree) <= set(FIXED) else all_criteria()


def _asked(node: Any) -> set[str]:
    if not isinstance(node, dict):
        return set()
    if "criterion" in node:
        return {str(node["criterion"])}
    nodes = node.get("nodes")
    return set().union(*map(_asked, nodes)) if isinstance(nodes, list) else set()


def _compile(node: Any, day: date, criteria: dict[str, Criterion], *, depth: int) -> Q:
    if not isinstance(node, dict) or depth > DEEPEST:
        raise SegmentError("A segment is a tree of conditions, at most five levels deep.")
    if "criterion" in node:
        return _compile_leaf(node, day, criteria)
    match, nodes = node.get("match"), node.get("nodes")
    if match not in {"all", "any"} or not isinstance(nodes, list):
        raise SegmentError("A branch of a segment says 'all' or 'any' and lists its conditions.")
    if not nodes:
        return Q()
    parts = [_compile(child, day, criteria, depth=depth + 1) for child in nodes]
    combined = parts[0]
    for part in parts[1:]:
        combined = combined & part if match == "all" else combined | part
    return combined


def _compile_leaf(node: dict, day: date, criteria: dict[str, Criterion]) -> Q:
    criterion = criteria.get(node["criterion"])
    if criterion is None or node.get("value") not in criterion.values:
        raise SegmentError(f"No such condition: {node['criterion']!r} {node.get('value')!r}.")
    condition = criterion.condition(node["value"], day)
    return ~condition if node.get("negate") else condition


def describe(tree: dict, criteria: dict[str, Criterion] | None = None) -> list[str]:
    """Return each condition of a flat tree as a phrase for staff, in the active language."""
    criteria = criteria if criteria is not None else _criteria_for(tree)
    phrases = []
    for node in tree.get("nodes", []):
        if criterion := criteria.get(node.get("criterion", "")):
            phrase = str(criterion.values.get(node.get("value"), ""))
            if node["criterion"] not in FIXED:
                phrase = f"{criterion.label}: {phrase}"
            phrases.append(str(_("not: %(condition)s") % {"condition": phrase}) if node.get("negate") else phrase)
    return phrases
