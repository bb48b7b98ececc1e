"""Screens that close once, however fast keys come."""

from typing import Any, TypeVar, cast

from textual.app import App
from textual.await_complete import AwaitComplete
from textual.screen import Screen

T = TypeVar("T")


class ClosesOnce(Screen[T]):
    """A screen that is dismissed only while it is on top, and not before it is there.

    A key typed behind the one that closes it still reaches it: Textual would then give its result a second time, which
    fails, and take whatever screen is on top by now. And one that is closed while it is composed fails to mount.
    """

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Close it; where it is closed already, nothing happens."""
        app = cast("App[Any]", self.app)  # pyright: ignore[reportUnknownMemberType]
        if app.screen is not self:
            return AwaitComplete()
        if not self.is_mounted:
            self.call_next(self.dismiss, result)
            return AwaitComplete()
        return super().dismiss(result)
