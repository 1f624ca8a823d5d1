"""``@command``: one write, one transaction, one keyword-only function with ``by`` and ``at``.

Inside, in this order: lock, policy, rule, move, effects, record. A command called by a command joins its
transaction. Events are chained and their reactions queued at the end of the outermost command, so that the
organisation's chain is locked for a moment only and nothing is told that did not happen.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

from . import journal, reach
from .access import Actor
from .errors import Forbidden
from .events import Recorded, pending
from .tenancy import current_org

P = ParamSpec("P")
R = TypeVar("R")
_one_transaction: ContextVar[bool] = ContextVar("pitlane_one_transaction", default=False)
BY_NAME = {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD}


def command(fn: Callable[P, R]) -> Callable[P, R]:
    """Make a function a command; refuses at import time what does not look like one."""
    parameters = inspect.signature(fn).parameters
    if not {"by", "at"} <= set(parameters) or any(p.kind not in BY_NAME for p in parameters.values()):
        raise TypeError(f"{fn.__module__}.{fn.__name__}: a command is keyword-only and takes by and at")

    @wraps(fn)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        actor = kwargs["by"]
        if not isinstance(actor, Actor) or actor.org_id != current_org():
            raise Forbidden("core.organisation")
        if pending.get() is not None:
            return fn(*args, **kwargs)
        reach.check_arguments(actor, kwargs)
        waiting: list[Recorded] = []
        token = pending.set(waiting)
        try:
            with transaction.atomic(savepoint=not _one_transaction.get()):
                result = fn(*args, **kwargs)
                journal.write(waiting)
                return result
        finally:
            pending.reset(token)

    run.__is_command__ = True  # type: ignore[attr-defined]
    return run


@contextmanager
def one_transaction() -> Iterator[None]:
    """A request whose commands commit together or not at all: one that is refused needs no savepoint of its own."""
    token = _one_transaction.set(True)
    try:
        with transaction.atomic():
            yield
    finally:
        _one_transaction.reset(token)


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """A part of a command that may fail alone: what it wrote and the events it stated vanish together."""
    waiting = pending.get()
    if waiting is None:
        raise RuntimeError("all_or_nothing() outside a @command")
    stated = len(waiting)
    try:
        with transaction.atomic():
            yield
    except BaseException:
        del waiting[stated:]
        raise
