"""A visitor, and a record of requests and errors."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Request


class Visitor:
    """A browser context, with the requests and errors of its pages."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.requests: list[Request] = []
        self.errors: list[str] = []
        self.console: list[str] = []
        context.on("request", lambda request: self.requests.append(request))
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("console", lambda message: self.console.append(f"{message.type}: {message.text}"))

    def paths(self) -> list[str]:
        """The requested paths in order, without data: URLs, which never reach the network."""
        return [urlsplit(request.url).path for request in self.requests if request.url.startswith("http")]

    def elsewhere(self) -> list[str]:
        """Requests to other machines."""
        hosts = ("127.0.0.1", "localhost", None)
        return [request.url for request in self.requests if urlsplit(request.url).hostname not in hosts]

    def forget(self) -> tuple[list[str], list[str], list[str]]:
        """Return errors of pages, errors in the console, and requests to other machines, and clear all records."""
        console = [message for message in self.console if message.startswith("error")]
        seen = [*self.errors], console, self.elsewhere()
        for record in (self.requests, self.errors, self.console):
            record.clear()
        return seen
