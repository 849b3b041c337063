"""Chat of a patient and a doctor (MSG-1). domain/chat.py has the rules, docs/chat.md what is decided and why.

``threads``: beginning, listing, closing, what was seen. ``writing``: a message, its edit and withdrawal. ``reading``:
pages, what is new, earlier versions, files. ``finding``: words. ``absences``: a doctor is away. All that is written in
a thread changes its row by its number of steps: one after the other, and no message is missed by who waits.
"""

from chalicelib.services.chat.finding import Finding
from chalicelib.services.chat.reading import Reading
from chalicelib.services.chat.threads import Threads
from chalicelib.services.chat.tools import Tools

__all__ = ["ChatService", "Tools"]


class ChatService(Threads, Reading, Finding):
    """All of it."""
