"""How the bot understands a sentence: normaliser, tokenizer, intent classifier, entities.

`reader.py` is the whole chain in plain Python; `normaliser.py tokenizer.py classifier.py entities.py` are the same
chain as Rasa components.
Reasons: docs/adr/0020-understanding-in-one-linear-chain.md.
"""
