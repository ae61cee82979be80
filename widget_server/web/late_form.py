"""A form that came too late: its session had ended. Nothing is done, but what was typed is there after the log-in.

It waits in the browser's own session cookie, so strangers fill nothing here. Each form says which of its fields may
come back (`@belongs_to`); passwords, keys and files never do. Nothing is ever sent again by itself: the operator looks
at the form once more and sends it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ParamSpec
from urllib.parse import urlsplit

from flask import request, session
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from widget_server.web.local_path import local_path

P = ParamSpec("P")

NAME = "late_form"
"""Of the form in the session, and of its mark on a view."""
LIFETIME = timedelta(hours=1)
LONGEST = 2_500
"""Characters of page and fields as JSON: a cookie ends at 4,096 bytes, a third of which is its encoding."""


@dataclass(frozen=True)
class FormPage:
    """Where a form stands: `page` answers its address during the request that sends it.

    Of its fields, `keeps` come back, and of `loses` the operator is told.
    """

    page: Callable[[], str]
    keeps: tuple[str, ...] = ()
    loses: tuple[str, ...] = ()


@dataclass(frozen=True)
class LateForm:
    """`page` is the address of the page with the form, `fields` what was typed; `is_partial`: some of it is lost."""

    page: str | None
    fields: MultiDict[str, str]
    is_partial: bool

    @property
    def before(self) -> str:
        """What to say at the log-in."""
        if self.fields:
            return "You had been logged out, so nothing was saved. Log in, and what you typed is there again."
        return "You had been logged out, so nothing was changed. Log in, then do it again."

    @property
    def after(self) -> str:
        """What to say on the page with the form."""
        if not self.fields:
            return "You had been logged out, so nothing was changed. Do it again if it is still right."
        lost = " Passwords, keys and files aren't kept: give them again." if self.is_partial else ""
        return f"You had been logged out, and nothing was saved yet. Check what you typed and send it again.{lost}"


def belongs_to(
    page: Callable[[], str], *keeps: str, loses: tuple[str, ...] = ()
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Below `@operator_required`: which form the view takes (see `FormPage`)."""

    def mark(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        vars(view)[NAME] = FormPage(page, keeps, loses)
        return view

    return mark


def hold(view: Callable[..., Any], site_url: str, now: datetime) -> str | None:
    """Keep what the present request wanted of `view`; the address of its page, None: nobody knows."""
    form = vars(view).get(NAME) or FormPage(lambda: _referring_page(site_url) or "")
    page = local_path(form.page())
    kept = [(name, value) for name, value in request.form.items(multi=True) if name in form.keeps]
    if len(json.dumps([page, kept])) > LONGEST:
        kept = []
    is_partial = bool(request.files) or any(request.form.get(name) for name in form.loses)
    keep(LateForm(page, MultiDict(kept), is_partial), now)
    return page


def keep(form: LateForm, now: datetime) -> None:
    """Put it into this browser's session, instead of one before it."""
    fields = list(form.fields.items(multi=True))
    session[NAME] = {"page": form.page, "fields": fields, "partial": form.is_partial, "at": int(now.timestamp())}


def waiting(now: datetime) -> LateForm | None:
    """The form that this browser's session keeps, if it is still good."""
    held = session.get(NAME)
    if held is None or now - datetime.fromtimestamp(held["at"], UTC) >= LIFETIME:
        return None
    return LateForm(held["page"], MultiDict((name, value) for name, value in held["fields"]), held["partial"])


def take(address: str, now: datetime) -> LateForm | None:
    """The form that belongs to the page at `address`, once."""
    found = waiting(now)
    if found is None or found.page != address:
        return None
    del session[NAME]
    return found


def is_from_ourselves(site_url: str) -> bool:
    """Whether a page of this site sent the present request: browsers let no other site say so (RFC 6454 §7)."""
    return request.headers.get("Origin") == site_url


def _referring_page(site_url: str) -> str | None:
    """The page on which a button was pressed, if it is one of ours and more than the answer to a form."""
    parts = urlsplit(request.referrer or "")
    routes = request_ctx.url_adapter
    if f"{parts.scheme}://{parts.netloc}" != site_url or routes is None or not routes.test(parts.path, "GET"):
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
