"""What Asterisk understood otherwise, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from wizard.carrier.diagnosis.observations import Understood


def understood_sentences(found: Iterable[Mapping[str, str]]) -> list[str]:
    """One for each difference, as :func:`understood_json` has them."""
    return [_sentence(each) for each in found]


def understood_json(found: Sequence[Understood] | None) -> list[dict[str, str]] | None:
    """None where nobody compared, which is something else than no difference."""
    if found is None:
        return None
    return [{"section": each.section, "option": each.option, "meant": each.meant, "held": each.held} for each in found]


def _sentence(each: Mapping[str, str]) -> str:
    if each["option"] == "type":
        return f"Asterisk has no {each['meant']} of the section [{each['section']}]."
    meant, held = each["meant"] or "nothing", each["held"] or "nothing"
    return f"Asterisk understood {each['option']} of [{each['section']}] otherwise: {meant} was meant, it has {held}."
