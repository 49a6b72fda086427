"""`python -m bot.nlu.ask`: learns from data/nlu, then answers each line of standard input with one of JSON.

For tests and for looking: the same functions as in the Rasa components, without Rasa.
`DENGHUO_CLOCK_SHIFT_S` moves the day.
"""

from __future__ import annotations

import json
import sys

from bot.nlu.examples import examples
from bot.nlu.reader import Reader
from kernel import clock


def main() -> int:
    reader = Reader.learn(examples(), clock.today())
    print(json.dumps({"ready": len(reader.model.labels)}), flush=True)
    for line in sys.stdin:
        text = json.loads(line)
        reading = reader.read(text, clock.today())
        entities = [{**span._asdict(), "text": text[span.start : span.end]} for span in reading.entities]
        answer = {
            "intent": reading.intent,
            "confidence": reading.confidence,
            "entities": entities,
            "requests": reader.requests(text, clock.today()),
        }
        print(json.dumps(answer), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
