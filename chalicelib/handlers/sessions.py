"""Sign-in, refresh, sign-out; one's own sessions; step-up; the role that is acted in (ID-3, ID-9, ID-12)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.factors import problem_of
from chalicelib.domain.identity import Role
from chalicelib.errors import (
    ConflictError,
    CredentialsError,
    InvalidFieldsError,
    LockedOutError,
    NotFoundError,
    SessionEndedError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import ANY_SESSION, EVERYONE, HUMANS, Call, Door
from chalicelib.handlers.http import Api

api = Api(__name__)

MODELS = "handlers.models.identity"


@api.endpoint(
    "POST",
    "/api/v1/sessions",
    operation="session-create",
    summary="Sign in, first half: login and password",
    door=Door.PUBLIC,
    roles=EVERYONE,
    body=f"{MODELS}:SignIn",
    errors=(CredentialsError, LockedOutError),
)
def begin(call: Call) -> Any:
    return services().sign_in.begin(call.actor, call.body.login, call.body.password)


@api.endpoint(
    "POST",
    "/api/v1/sessions/{challenge_id}/sms",
    operation="session-send-code",
    summary="Send the SMS code of a sign-in",
    door=Door.PUBLIC,
    roles=EVERYONE,
    status=202,
    errors=(CredentialsError, WrongStateError),
)
def send_code(call: Call, challenge_id: str) -> Any:
    return services().sign_in.send_code(call.actor, challenge_id)


@api.endpoint(
    "POST",
    "/api/v1/sessions/{challenge_id}/passkey",
    operation="session-ask-passkey",
    summary="What a passkey is to sign for a sign-in; good for five minutes",
    door=Door.PUBLIC,
    roles=EVERYONE,
    errors=(CredentialsError, WrongStateError),
)
def ask_passkey(call: Call, challenge_id: str) -> Any:
    return services().sign_in.ask_passkey(call.actor, challenge_id)


@api.endpoint(
    "POST",
    "/api/v1/sessions/{challenge_id}/factor",
    operation="session-factor",
    summary="Sign in, second half: second factor and role",
    door=Door.PUBLIC,
    roles=EVERYONE,
    body=f"{MODELS}:SecondFactor",
    errors=(CredentialsError, LockedOutError, InvalidFieldsError),
)
def finish(call: Call, challenge_id: str) -> Any:
    body = _answer(call)
    return services().sign_in.finish(
        call.actor, challenge_id, body.factor, body.code or "", Role(body.role), body.member_id, body.assertion
    )


def _answer(call: Call) -> Any:
    """The body of an answer with a second factor. Raises InvalidFieldsError when it has not what its factor needs."""
    problem = problem_of(call.body.factor, call.body.code, call.body.assertion)
    if problem is not None:
        raise InvalidFieldsError(fields=(problem,))
    return call.body


@api.endpoint(
    "POST",
    "/api/v1/sessions/refresh",
    operation="session-refresh",
    summary="Exchange a refresh token, once; a second use ends the session",
    door=Door.PUBLIC,
    roles=EVERYONE,
    body=f"{MODELS}:Refresh",
    errors=(SessionEndedError, ConflictError),
)
def refresh(call: Call) -> Any:
    return services().sessions.refresh(call.actor, call.body.refresh_token)


@api.endpoint(
    "POST",
    "/api/v1/sessions/sign-out",
    operation="session-sign-out",
    summary="End this session",
    door=Door.SIGNED_IN,
    roles=ANY_SESSION,
    status=204,
)
def sign_out(call: Call) -> Any:
    services().sessions.sign_out(call.actor)


@api.endpoint(
    "GET",
    "/api/v1/me/sessions",
    operation="session-list",
    summary="One's own live sessions",
    door=Door.SIGNED_IN,
    roles=ANY_SESSION,
)
def listing(call: Call) -> Any:
    return {"items": services().sessions.mine(call.actor)}


@api.endpoint(
    "DELETE",
    "/api/v1/me/sessions",
    operation="session-end-others",
    summary="End all other sessions; what devices have kept of the card cannot be read any more",
    door=Door.SIGNED_IN,
    roles=HUMANS,
)
def end_others(call: Call) -> Any:
    ended = services().sessions.end_others(call.actor)
    services().vault_keys.forget(call.actor)  # after: a session that is ending could fetch the keys that follow
    return {"ended": ended}


@api.endpoint(
    "DELETE",
    "/api/v1/me/sessions/{session_id}",
    operation="session-end",
    summary="End one of one's own sessions",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    status=204,
    errors=(NotFoundError,),
)
def end(call: Call, session_id: str) -> Any:
    services().sessions.end(call.actor, session_id)


@api.endpoint(
    "POST",
    "/api/v1/me/step-up/sms",
    operation="step-up-send-code",
    summary="Send the SMS code of a step-up",
    door=Door.SIGNED_IN,
    roles=ANY_SESSION,
    status=202,
    errors=(WrongStateError,),
)
def step_up_code(call: Call) -> Any:
    return services().sessions.send_code(call.actor)


@api.endpoint(
    "POST",
    "/api/v1/me/step-up/passkey",
    operation="step-up-ask-passkey",
    summary="What a passkey is to sign for a step-up; good for five minutes",
    door=Door.SIGNED_IN,
    roles=ANY_SESSION,
    errors=(WrongStateError,),
)
def step_up_passkey(call: Call) -> Any:
    return services().sessions.ask_passkey(call.actor)


@api.endpoint(
    "POST",
    "/api/v1/me/step-up",
    operation="step-up",
    summary="Give a fresh second factor; answers with a new access token",
    door=Door.SIGNED_IN,
    roles=ANY_SESSION,
    body=f"{MODELS}:StepUp",
    errors=(CredentialsError, LockedOutError, InvalidFieldsError),
)
def step_up(call: Call) -> Any:
    body = _answer(call)
    return services().sessions.step_up(call.actor, body.factor, body.code or "", body.assertion)


@api.endpoint(
    "POST",
    "/api/v1/me/role",
    operation="session-role",
    summary="Change the role of this session",
    door=Door.SIGNED_IN,
    roles=ANY_SESSION,
    body=f"{MODELS}:ActAs",
    errors=(InvalidFieldsError, ConflictError),
)
def act_as(call: Call) -> Any:
    body = call.body
    return services().sessions.act_as(call.actor, Role(body.role), body.member_id, body.patient_id)
