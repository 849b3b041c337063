"""What clients send: pydantic models, imported only when a body is checked or documented."""
