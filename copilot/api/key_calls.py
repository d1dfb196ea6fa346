"""The operations on keys, as callers read of them."""

from __future__ import annotations

from typing import Any

from copilot import errors
from copilot.api.calls import BODY
from copilot.api.contract import Call, Parameter, Reply

_ID = Parameter(
    name="key_id",
    place="path",
    schema={"type": "string", "pattern": "^[a-z0-9]{1,64}$"},
    description="The key's visible id: what stands between `acp_` and the next `_`.",
    required=True,
)
_VIEW: dict[str, Any] = {
    "id": "k3x9a1qz",
    "name": "softphone",
    "scopes": ["ingest", "read", "feedback"],
    "created_ms": 1_700_000_000_000,
    "expires_ms": None,
    "revoked_ms": None,
    "last_used_ms": 1_700_000_050_000,
}
_NEW: dict[str, Any] = {"secret": "acp_k3x9a1qz_…", "key": _VIEW | {"last_used_ms": None}}

CREATE = Call(
    id="createKey",
    tag="keys",
    scope="admin",
    summary="Make a key of your tenant",
    description="The answer holds the secret: the one time that it can be seen.",
    body={"$ref": "#/components/schemas/KeyBody"},
    body_examples={"softphone": {"name": "softphone", "scopes": ["ingest", "read", "feedback"], "days": 90}},
    replies={201: (Reply(description="It is good from now on.", schema="NewKey", example=_NEW),)},
    problems=(*BODY, errors.Conflicting, errors.StoreUnavailable),
)
LIST = Call(
    id="listKeys",
    tag="keys",
    scope="admin",
    summary="List the keys of your tenant",
    replies={200: (Reply(description="Oldest first.", schema="KeyList", example={"items": [_VIEW]}),)},
    problems=(errors.Invalid, errors.Conflicting, errors.StoreUnavailable),
)
ROTATE = Call(
    id="rotateKey",
    tag="keys",
    scope="admin",
    summary="Put a new key in a key's place",
    description="The new one has the same name, scopes and lifetime; the old one ends after `overlap_s`.",
    parameters=(_ID,),
    body={"$ref": "#/components/schemas/RotationBody"},
    body_required=False,
    body_examples={"an hour": {"overlap_s": 3_600}},
    replies={201: (Reply(description="The new key.", schema="NewKey", example=_NEW),)},
    problems=(*BODY, errors.NotFound, errors.Conflicting, errors.StoreUnavailable),
)
REVOKE = Call(
    id="revokeKey",
    tag="keys",
    scope="admin",
    summary="Revoke a key",
    description="Within a second nothing is open to it any more, streams that are open by it included.",
    parameters=(_ID,),
    replies={204: (Reply(description="It is revoked."),)},
    problems=(errors.NotFound, errors.Conflicting, errors.StoreUnavailable),
)
