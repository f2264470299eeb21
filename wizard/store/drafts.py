"""Drafts: answers that are still being given. Nothing typed is lost; the secret lies encrypted until the install has it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from wizard.carrier.answers import STEP_OF, Answers
from wizard.carrier.reading import plain_answers, read_answers
from wizard.errors import NotFoundError
from wizard.secret import Secret

from .database import Store, new_id, now
from .vault import Vault


@dataclass(frozen=True)
class Draft:
    """One draft. ``saved_steps`` maps each step that was saved to the revision that saved it."""

    id: str
    created_at: str
    updated_at: str
    revision: int
    dialer_id: str | None
    answers: Answers
    saved_steps: Mapping[str, int]

    def changed_since(self, step: str, revision: int) -> bool:
        """Whether a step was saved by somebody else after a page of that revision was shown."""
        return self.saved_steps.get(step, 0) > revision


class DraftStore:
    """The ``drafts`` table."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault

    def create(self, answers: Answers | None = None, dialer_id: str | None = None, saved: Collection[str] = ()) -> Draft:
        """A new draft; ``saved`` are the steps that its answers already cover."""
        draft_id = new_id()
        answers = answers or Answers()
        self._table.insert(
            {
                "id": draft_id,
                "created_at": now(),
                "updated_at": now(),
                "revision": 1,
                "dialer_id": dialer_id,
                "answers": json.dumps(plain_answers(answers, with_secret=False)),
                "secret": self._vault.lock(answers.sign_in.secret),
                "saved_steps": json.dumps(dict.fromkeys(saved, 1)),
                "typed": None,
            }
        )
        return self.get(draft_id)

    def get(self, draft_id: str) -> Draft:
        """:raises NotFoundError: no such draft"""
        for row in self._table.rows_where("id = ?", [draft_id]):
            return self._draft(row)
        raise NotFoundError(what="draft", name=draft_id)

    def all(self) -> list[Draft]:
        """Latest first."""
        return [self._draft(row) for row in self._table.rows_where(order_by="updated_at desc")]

    def save_step(self, draft_id: str, step: str, answers: Answers) -> Draft:
        """Keep one step's answers; the others stay as they are, whoever saved them in the meantime."""
        with self._store.database.atomic():
            draft = self.get(draft_id)
            changed = {name: answers.value(name) for name, its_step in STEP_OF.items() if its_step == step}
            merged = draft.answers.with_values(**changed)
            revision = draft.revision + 1
            still_typed = {name: typed for name, typed in self._typed(draft_id).items() if name != step}
            self._table.update(
                draft_id,
                {
                    "typed": self._vault.lock(Secret(json.dumps(still_typed))),
                    "answers": json.dumps(plain_answers(merged, with_secret=False)),
                    "secret": self._vault.lock(merged.sign_in.secret),
                    "saved_steps": json.dumps({**draft.saved_steps, step: revision}),
                    "revision": revision,
                    "updated_at": now(),
                },
            )
        return self.get(draft_id)

    def keep_typed(self, draft_id: str, step: str, typed: Mapping[str, Any]) -> None:
        """What was typed and not saved yet, good or bad; it may hold the secret, so it is encrypted."""
        with self._store.database.atomic():
            everything = {**self._typed(draft_id), step: dict(typed)}
            self._table.update(draft_id, {"typed": self._vault.lock(Secret(json.dumps(everything)))})

    def typed(self, draft_id: str) -> dict[str, dict[str, Any]]:
        """Step → what was typed on it since it was last saved."""
        return self._typed(draft_id)

    def choose_dialer(self, draft_id: str, dialer_id: str | None) -> Draft:
        with self._store.database.atomic():
            draft = self.get(draft_id)
            revision = draft.revision + 1
            saved = json.dumps({**draft.saved_steps, "dialer": revision})
            self._table.update(
                draft_id, {"dialer_id": dialer_id, "revision": revision, "saved_steps": saved, "updated_at": now()}
            )
        return self.get(draft_id)

    def forget_secret(self, draft_id: str) -> None:
        """The dialer has it now."""
        self._table.update(draft_id, {"secret": None, "typed": None})

    def delete(self, draft_id: str) -> None:
        self._table.delete_where("id = ?", [draft_id])

    def _typed(self, draft_id: str) -> dict[str, Any]:
        for row in self._table.rows_where("id = ?", [draft_id], select="typed"):
            text = self._vault.unlock(row["typed"])
            return dict(json.loads(text.reveal())) if text else {}
        return {}

    @property
    def _table(self) -> Any:
        return self._store.database.table("drafts")

    def _draft(self, row: Mapping[str, Any]) -> Draft:
        plain = json.loads(row["answers"])
        # What a newer version knows and this one does not is left alone rather than refused.
        answers, _ = read_answers({name: value for name, value in plain.items() if name in STEP_OF})
        secret: Secret = self._vault.unlock(row["secret"])
        return Draft(
            id=row["id"],
            created_at=row["created_at"],
            updated_at=row["updated_at"],
            revision=row["revision"],
            dialer_id=row["dialer_id"],
            answers=answers.with_values(secret=secret),
            saved_steps=json.loads(row["saved_steps"]),
        )
