"""A property that is worked out when it is first asked for, and then stands in the object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class lazy(Generic[T]):
    """As functools.cached_property, which up to Python 3.11 takes a lock at each first read: that cost more
    than most of what is read here."""

    def __init__(self, find: Callable[[Any], T]) -> None:
        self._find = find
        self.__doc__ = find.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, holder: None, owner: type) -> lazy[T]: ...

    @overload
    def __get__(self, holder: object, owner: type) -> T: ...

    def __get__(self, holder: object | None, owner: type) -> lazy[T] | T:
        if holder is None:
            return self
        found = holder.__dict__[self._name] = self._find(holder)
        return found
