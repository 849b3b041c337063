"""Applications that a patient lets into the card (SMART App Launch): registered, let in, given tokens, put out."""
