"""Where an SMS gateway posts: how a message fared, and what somebody answered. No sign-in.

The address carries our own sign, and a gateway that signs what it posts has signed it. What is
refused leaves a line in the log, without a number or a text.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal.reminders.channels import signs, sms
from portal.reminders.incoming import receipts, replies

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from portal.reminders.channels.gateway import Adapter

log = logging.getLogger(__name__)
LARGEST = 64 * 1024  # bytes
FIELDS = 100


class Refused(Exception):
    """The argument is the status to answer with."""


@csrf_exempt
@login_not_required
@require_POST
def sms_receipt(
    request: HttpRequest, gateway: str, public_id: UUID, token: UUID, sign: str
) -> HttpResponse:
    try:
        is_ours = signs.is_receipt(gateway, public_id, token, sign)
        adapter, told = _posted(request, gateway, is_ours=is_ours)
        report = _understood(adapter.read_receipt(told))
        if not receipts.take(gateway=gateway, public_id=public_id, token=token, report=report):
            log.info("receipt of %s once more", gateway)
    except (Refused, receipts.TooOld) as error:
        return _refusal(gateway, error)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@csrf_exempt
@login_not_required
@require_POST
def sms_reply(request: HttpRequest, gateway: str, sign: str) -> HttpResponse:
    try:
        adapter, told = _posted(request, gateway, is_ours=signs.is_reply(gateway, sign))
        heard = _understood(adapter.read_reply(told))
    except Refused as error:
        return _refusal(gateway, error)
    kind, body = adapter.answer(replies.take(gateway=gateway, heard=heard))
    return HttpResponse(body, content_type=kind)


def _posted(request: HttpRequest, gateway: str, *, is_ours: bool) -> tuple[Adapter, dict[str, str]]:
    """Return who speaks for a gateway and what was posted, when both the signs are right."""
    if not is_ours:
        raise Refused(HTTPStatus.FORBIDDEN)
    told = _form(request)
    account = sms.accounts().get(gateway)
    if account is None:
        if gateway != "elks":  # it signs nothing: its last receipts may come when it has gone
            raise Refused(HTTPStatus.FORBIDDEN)
        return sms.ADAPTERS[gateway], told
    address = settings.PORTAL_URL + request.get_full_path()
    signature = request.headers.get("X-Twilio-Signature", "")
    if not account.adapter.is_signed(account, address, told, signature):
        raise Refused(HTTPStatus.FORBIDDEN)
    return account.adapter, told


def _understood[Read](read: Read | None) -> Read:
    if read is None:
        raise Refused(HTTPStatus.BAD_REQUEST)
    return read


def _form(request: HttpRequest) -> dict[str, str]:
    """Read the fields of a small form; of a large one nothing is read, or no more than that."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    body = request.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FIELDS))
    except ValueError:
        raise Refused(HTTPStatus.BAD_REQUEST) from None


def _refusal(gateway: str, error: Refused | receipts.TooOld) -> HttpResponse:
    """Answer with the status, and leave a line."""
    status = error.args[0] if isinstance(error, Refused) else HTTPStatus.FORBIDDEN
    log.warning("post as gateway %s refused: %s", gateway[:12], int(status))
    return HttpResponse(status=status)
