"""Starts Debian's Chromium and hears what it complains about."""

from __future__ import annotations

from shutil import which

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def launch(playwright: Playwright) -> Browser:
    """The machine's own Chromium, without a window. Raises LookupError when there is none."""
    executable = which("chromium") or which("chromium-browser") or which("google-chrome")
    if executable is None:
        raise LookupError("No Chromium here; `make test` installs Debian's.")
    return playwright.chromium.launch(executable_path=executable, headless=True, args=FLAGS)


def complaints_of(context: BrowserContext) -> list[str]:
    """A list that grows with every script error and every breach of a Content-Security-Policy."""
    heard: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            heard.append(message.text)

    context.on("console", hear)
    context.on("weberror", lambda error: heard.append(str(error.error)))
    return heard
