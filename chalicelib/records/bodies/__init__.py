"""Bodies of the kinds of record: pydantic models, imported only to validate what is written and to document it."""
