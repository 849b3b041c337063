"""Special cases: the effects of their decisions, families, earlier profiles, limits of residence, suspension."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.bootstrap.cases import Cases
from chalicelib.bootstrap.identity import Identity

if TYPE_CHECKING:
    from chalicelib.services.cases import Effect
    from chalicelib.services.families import FamilyService
    from chalicelib.services.profiles import ProfileService
    from chalicelib.services.residence import ResidenceService
    from chalicelib.services.suspensions import SuspensionService


class Special(Identity, Cases):
    @cached_property
    def families(self) -> FamilyService:
        from chalicelib.services.families import FamilyService

        return FamilyService(self.gate, self.tables, self.vault, self.clock)

    @cached_property
    def profiles(self) -> ProfileService:
        from chalicelib.services.profiles import ProfileService

        return ProfileService(self.gate, self.tables, self.vault, self.index, self.clock)

    @cached_property
    def residence(self) -> ResidenceService:
        from chalicelib.services.residence import ResidenceService

        return ResidenceService(self.gate, self.tables, self.clock)

    @cached_property
    def suspensions(self) -> SuspensionService:
        from chalicelib.services.suspensions import SuspensionService

        return SuspensionService(self.gate, self.tables, self.vault, self.patient_keys, self.clock)

    def case_effects(self) -> dict[str, Effect]:
        from chalicelib.interop.migration_registry import HttpMigrationRegistry
        from chalicelib.services.foreigners import ForeignerEffect
        from chalicelib.services.minor_permissions import Guardians, MinorPermissionEffect
        from chalicelib.services.newborns import NewbornEffect, Nursery
        from chalicelib.services.profile_changes import ProfileChangeEffect

        shared: dict[str, Any] = {
            "gate": self.gate,
            "tables": self.tables,
            "vault": self.vault,
            "patient_keys": self.patient_keys,
            "index": self.index,
            "profiles": self.profiles,
            "limits": self.limits,
            "clock": self.clock,
        }
        registry = HttpMigrationRegistry(self.settings.migration_registry_url)
        return {
            **super().case_effects(),
            "newborn": NewbornEffect(Nursery(**shared)),
            "minor-permission": MinorPermissionEffect(Guardians(**shared)),
            "profile-change": ProfileChangeEffect(self.profiles, self.clock),
            "foreign-citizen": ForeignerEffect(
                self.gate, self.tables, self.patient_keys, self.profiles, registry, self.clock
            ),
        }
