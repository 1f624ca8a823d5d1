"""The recovery codes of a person: kept as keyed hashes; a step of the commands that give and use them."""

from __future__ import annotations

from collections.abc import Sequence

from pitlane.core.crypto import blind

from .models import RecoveryCode, Staff


def code_hash(staff_id: int, code: str) -> str:
    """Typed with or without dashes, in any case, a code is the same."""
    plain = "".join(char for char in code.lower() if char.isalnum())
    return blind("recovery", f"{staff_id}:{plain}")


def keep_codes(person: Staff, codes: Sequence[str]) -> None:
    """The codes of a person from now on; older ones count no more."""
    RecoveryCode.objects.filter(staff=person).delete()
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(org_id=person.org_id, staff=person, code_hash=code_hash(person.pk, code)) for code in codes]
    )
