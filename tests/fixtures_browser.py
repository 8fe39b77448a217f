"""A real browser, offline: one for all tests of a worker, and what a visit to a page made it say and ask for.

``from tests.fixtures_browser import browser`` in a ``conftest.py`` makes the fixture known there.
"""

from __future__ import annotations

import os
import shutil
from functools import cache

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Error, Page, Playwright, Route, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest) -> Browser:
    """A headless chromium; where there is none, the tests are skipped, but in CI they fail."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("there is no chromium, and in CI there must be one")
        pytest.skip("there is no chromium on this machine")
    return _launched(request.config)


@cache
def _launched(config: pytest.Config) -> Browser:
    """The one browser of this process: each conftest that knows the fixture has a fixture of its own."""
    launched = running(config).chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
    config.add_cleanup(launched.close)
    return launched


@cache
def running(config: pytest.Config) -> Playwright:
    """The one playwright of this process, which bears no second one; it ends when the last test is done."""
    started = sync_playwright().start()
    config.add_cleanup(started.stop)
    return started


class Visit:
    """One page opened offline: ``asked`` are requests that left the folder, ``said`` and ``dialogs`` what it told."""

    def __init__(self, browser: Browser, url: str, *, javascript: bool = True) -> None:
        self.asked: list[str] = []
        self.said: list[str] = []
        self.dialogs: list[str] = []
        context = browser.new_context(java_script_enabled=javascript, viewport={"width": 1200, "height": 900})
        context.set_offline(True)
        context.route("**/*", self._route)
        self.page: Page = context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", self._error)
        self.page.on("dialog", self._dialog)
        self.page.goto(url)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.said.append(message.text)

    def _error(self, error: Error) -> None:
        self.said.append(str(error))

    def _dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _route(self, route: Route) -> None:
        if route.request.url.startswith(("file:", "data:", "blob:")):
            route.continue_()
        else:
            self.asked.append(route.request.url)
            route.abort()
