"""The margin rule: answer, ask back, or say that one is not sure."""

from __future__ import annotations

from typing import Literal

from clients.knowledge.search.index import Ranked

Decision = Literal["answer", "ask", "unsure"]

# Chosen on tests/data/knowledge_dev.yml: what is answered outright should be right nineteen times of twenty.
FITS = 0.44  # a best score below this answers nothing
SURE = 0.58  # and below this it is asked back
CLEAR = 0.12  # the best must stand so far above the next to be answered without asking back
OURS = 0.1  # the best must stand so far above what is no business of ours
SAME = 0.97  # the very words of an entry: answered however close the next is


def decide(ranked: Ranked) -> Decision:
    """What to do with a ranking."""
    if not ranked.scores or ranked.scores[0] < max(FITS, ranked.elsewhere + OURS):
        return "unsure"
    if ranked.likeness[0] >= SAME:
        return "answer"
    ahead = ranked.scores[0] - (ranked.scores[1] if len(ranked.scores) > 1 else 0.0)
    return "answer" if ranked.scores[0] >= SURE and ahead >= CLEAR else "ask"
