"""A public function of a commands module is a command: keyword-only, with ``by`` and ``at``, and documented."""

from __future__ import annotations

import inspect
from importlib import import_module
from types import FunctionType

import pytest

from pitlane.core.commands import BY_NAME

from .source import ROOT, with_role


def public_functions() -> list[FunctionType]:
    found = []
    for path in with_role("commands"):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        module = import_module(name)
        functions = [
            value for key, value in vars(module).items() if inspect.isfunction(value) and not key.startswith("_")
        ]
        found += [function for function in functions if function.__module__ == name]
    return found


@pytest.mark.parametrize("function", public_functions(), ids=lambda fn: f"{fn.__module__}.{fn.__name__}")
def test_is_a_command(function: FunctionType) -> None:
    parameters = inspect.signature(function).parameters
    assert getattr(function, "__is_command__", False), "not decorated with @command"
    assert all(parameter.kind in BY_NAME for parameter in parameters.values())
    assert {"by", "at"} <= set(parameters)
    assert (function.__doc__ or "").strip(), "does not say why the shop needs it"
