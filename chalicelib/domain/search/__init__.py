"""Rules of searching a card (REC-11): words, terms of a record, tokens, what may be asked. Pure; docs/search.md."""
