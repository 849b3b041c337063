"""Code sets and the checks of what is entered."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.core import Core

if TYPE_CHECKING:
    from chalicelib.services.code_sets import CodeSetService
    from chalicelib.services.entry_checks import EntryCheckService
    from chalicelib.storage.code_sets import FileCodeSets


class Coding(Core):
    @cached_property
    def sets(self) -> FileCodeSets:
        from chalicelib.storage.code_sets import FileCodeSets

        return FileCodeSets()

    @cached_property
    def code_sets(self) -> CodeSetService:
        from chalicelib.services.code_sets import CodeSetService

        return CodeSetService(self.sets)

    @cached_property
    def entry_checks(self) -> EntryCheckService:
        from chalicelib.services.entry_checks import EntryCheckService

        return EntryCheckService(self.sets, self.tables, self.clock)
