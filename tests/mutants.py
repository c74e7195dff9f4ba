"""Changes one value or expression of a module while it is loaded, and runs a module's tests on what came of it.

The source is compiled anew with the change, and the new code is put into the functions and constants that exist, so that
whoever has imported them meets it. Tests are called one after the other, with each of their parameter sets, in this process.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change to the source of a module: what matches the pattern, once and only once, becomes `new`, a template of `re.sub`.

    `tests`: the module of tests that must notice.
    """

    module: str
    pattern: str
    new: str
    tests: str

    @property
    def name(self) -> str:
        """For the report."""
        return f"{self.module.rpartition('.')[2]}: {self.pattern} -> {self.new}"


def apply(mutant: Mutant, source: str) -> str:
    """The changed source; AssertionError if the pattern does not match exactly once."""
    found = len(re.findall(mutant.pattern, source))
    assert found == 1, f"{mutant.name}: matches {found} times, the table is out of date"
    changed = re.sub(mutant.pattern, mutant.new, source)
    assert changed != source, f"{mutant.name}: changes nothing"
    return changed


@contextmanager
def mutated(mutant: Mutant) -> Iterator[None]:
    """The module as changed, until the end of the block."""
    module = import_module(mutant.module)
    path = Path(str(module.__file__))
    namespace: dict[str, Any] = {"__name__": module.__name__, "__file__": str(path)}
    exec(compile(apply(mutant, path.read_text(encoding="utf-8")), str(path), "exec"), namespace)
    with ExitStack() as undo:
        for name, value in list(vars(module).items()):
            if not name.startswith("__") and name in namespace:
                _put(module, name, value, namespace[name], undo)
        yield


def failing(tests: str) -> Iterator[str]:
    """The tests of a module that fail, one after the other. Left out: generated examples, and tests with fixtures."""
    for name, test in vars(import_module(tests)).items():
        if name.startswith("test_") and not hasattr(test, "is_hypothesis_test") and _fails(test):
            yield name


def _put(module: ModuleType, name: str, value: Any, fresh: Any, undo: ExitStack) -> None:
    if isinstance(value, ModuleType):
        return
    if isinstance(value, type):
        if value.__module__ == module.__name__:
            for each, method in list(vars(value).items()):
                _swap(_code_holder(method), _code_holder(vars(fresh).get(each)), undo)
    elif callable(value):
        if value.__module__ == module.__name__:
            _swap(_code_holder(value), _code_holder(fresh), undo)
            _forget(value, undo)
    else:
        undo.callback(setattr, module, name, value)
        setattr(module, name, fresh)


def _code_holder(value: object) -> FunctionType | None:
    """The function itself, or the one inside a property, a cached function or property, a class or static method."""
    if isinstance(value, FunctionType):
        return value
    inside = [getattr(value, name, None) for name in ("fget", "func", "__func__", "__wrapped__")]
    return next((inner for inner in inside if isinstance(inner, FunctionType)), None)


def _swap(old: FunctionType | None, new: FunctionType | None, undo: ExitStack) -> None:
    if old is None or new is None or old.__code__.co_freevars != new.__code__.co_freevars:
        return
    for part in ("__code__", "__defaults__", "__kwdefaults__"):
        undo.callback(setattr, old, part, getattr(old, part))
        setattr(old, part, getattr(new, part))


def _forget(function: Any, undo: ExitStack) -> None:
    """What a cached function knows is of the unchanged code before, and of the changed code after."""
    if hasattr(function, "cache_clear"):
        function.cache_clear()
        undo.callback(function.cache_clear)


def _fails(test: Callable[..., None]) -> bool:
    for arguments in _parameter_sets(test):
        try:
            test(**arguments)
        except (Exception, pytest.fail.Exception):
            return True
    return False


def _parameter_sets(test: Callable[..., None]) -> Iterator[dict[str, Any]]:
    axes = [list(_values(mark)) for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    for chosen in itertools.product(*axes):
        arguments = {name: value for part in chosen for name, value in part.items()}
        if set(test.__code__.co_varnames[: test.__code__.co_argcount]) == set(arguments):
            yield arguments


def _values(mark: pytest.Mark) -> Iterator[dict[str, Any]]:
    names, rows = mark.args[:2]
    listed = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    for row in rows:
        values = row.values if hasattr(row, "marks") else row if len(listed) > 1 else (row,)
        yield dict(zip(listed, values, strict=True))
