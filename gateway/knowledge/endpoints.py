"""`GET /v1/knowledge/search`: what the house would answer to a question of rules (design 7). Public knowledge only."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from clients.knowledge.memory import packaged_knowledge
from clients.knowledge.protocol import Knowledge

router = APIRouter(prefix="/v1/knowledge", tags=["knowledge"])


class Result(BaseModel):
    id: str
    score: float
    answer_text: str
    answer_voice: str


class Search(BaseModel):
    """`decision`: `answer` when the first stands clear, `ask` when several are close, `unsure` when none fits."""

    results: list[Result]
    decision: Literal["answer", "ask", "unsure"]


def knowledge_of(request: Request) -> Knowledge:
    """One store a process, read at the first question."""
    state = request.app.state
    if not hasattr(state, "knowledge"):
        state.knowledge = packaged_knowledge()
    store: Knowledge = state.knowledge
    return store


@router.get("/search")
async def search(
    store: Annotated[Knowledge, Depends(knowledge_of)],
    q: Annotated[str, Query(min_length=1, max_length=500)],
    limit: Annotated[int, Query(ge=1, le=10)] = 3,
) -> Search:
    found = await store.search(q, limit=limit)
    shown = [Result(**{name: getattr(r, name) for name in Result.model_fields}) for r in found.results]
    return Search(results=shown, decision=found.decision)
