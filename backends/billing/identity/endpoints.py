"""POST /v1/identity/challenges and …/verify."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts.errors import refuse_bad
from backends.billing.identity import service
from backends.billing.identity.schemas import Answer, ChallengeSent, NewChallenge, Proved
from backends.billing.web import Config, Db, Key, write_once

router = APIRouter(tags=["identity"])


@router.post("/identity/challenges", status_code=201, response_model=ChallengeSent)
async def start_challenge(body: NewChallenge, db: Db, key: Key, config: Config) -> JSONResponse:
    """Send a six-digit code (simulated SMS), good for five minutes, when account and phone tail belong together."""
    refuse_bad(body.account_no)
    rules = service.Rules.of(config)

    async def run(session: AsyncSession) -> service.Result:
        return await service.start(session, body, rules)

    return await write_once(db, key, {"do": "challenge", **body.model_dump()}, run)


@router.post("/identity/challenges/{challenge_id}/verify", response_model=Proved)
async def verify(
    challenge_id: Annotated[str, Path(max_length=60)], body: Answer, db: Db, key: Key, config: Config
) -> JSONResponse:
    """A proof bound to the account and the subject of the challenge, for fifteen minutes."""
    rules = service.Rules.of(config)

    async def run(session: AsyncSession) -> service.Result:
        return await service.verify(session, challenge_id, body.code, rules)

    return await write_once(db, key, {"do": "verify", "challenge_id": challenge_id, "code": body.code}, run)
