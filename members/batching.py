from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")


def batched(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield `items` in lists of at most `size`, without reading further ahead. (Python 3.12 brings its own.)"""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
