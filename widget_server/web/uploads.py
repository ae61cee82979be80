"""Room for files: the few routes that take more than a form holds, from the operator only.

Who isn't logged in gets no further than a form's size. What comes goes into the data directory as it arrives: memory
holds none of it, and `/tmp` may be memory.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, ParamSpec

from flask import Flask, Request, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from widget_server import services
from widget_server.errors import RequestRefused, StoreUnavailable
from widget_server.web import late_form
from widget_server.web.late_form import LateForm
from widget_server.web.login_guard import signed_in_operator

P = ParamSpec("P")

FORM_AROUND_BYTES = 64 * 1024
"""The other fields of a form, and what separates them."""
NAME = "takes_files"
"""The mark of a view."""


@dataclass(frozen=True)
class Room:
    """For files of together up to `most` bytes. `otherwise` is said of larger ones.

    `page` answers where the form is.
    """

    most: int
    otherwise: str
    page: Callable[[], str]


def takes_files(
    most: int, otherwise: str, page: Callable[[], str]
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Let a view take files; see `Room`."""

    def mark(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        vars(view)[NAME] = Room(most, otherwise, page)
        return view

    return mark


class RoomyRequest(Request):
    """Files go where there is room for them."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if _room() is None:
            return super()._get_file_stream(total_content_length, content_type, filename, content_length)
        try:
            return tempfile.TemporaryFile(dir=services.current().settings.data_dir)
        except OSError as error:
            raise StoreUnavailable(f"there is no room for a file: {error}") from error


def install(app: Flask) -> None:
    """To come before whatever reads forms, such as the check of their tokens."""
    app.request_class = RoomyRequest
    app.before_request(_make_room)


def _room() -> Room | None:
    view = current_app.view_functions.get(request.endpoint or "")
    return None if view is None else vars(view).get(NAME)


def _make_room() -> ResponseReturnValue | None:
    room = _room()
    if room is None:
        return None
    length = request.content_length or 0
    if signed_in_operator() is None:
        return _to_the_login(room) if length > (request.max_content_length or 0) else None
    request.max_content_length = room.most + FORM_AROUND_BYTES
    if length > request.max_content_length:
        raise RequestRefused(413, "too_large", room.otherwise)
    return None


def _to_the_login(room: Room) -> ResponseReturnValue:
    """Of a file that came too late nothing is read."""
    page, parts = room.page(), services.current()
    if late_form.is_from_ourselves(parts.settings.site_url):
        late_form.keep(LateForm(page, MultiDict(), is_partial=True), parts.clock())
    return redirect(url_for("operator.login", next=page), 303)
