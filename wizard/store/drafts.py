"""Drafts: answers that are still being given. Nothing typed is lost; the secret lies encrypted until the install has it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from wizard.carrier.answers import STEP_OF, Answers, is_secret
from wizard.carrier.findings import Finding, Severity
from wizard.carrier.reading import plain_answers, plain_secrets, read_answers
from wizard.errors import ChangedMeanwhileError, NotFoundError, VaultError
from wizard.secret import Secret

from .database import Store, new_id, now
from .vault import Vault


@dataclass(frozen=True)
class AdoptedFrom:
    """The carrier that a draft was read from, and what could not be placed. Holds no secret."""

    carrier_id: str
    is_whole: bool
    findings: tuple[Finding, ...] = ()


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
    #: there is a password, and the key that it was encrypted with is gone
    is_secret_lost: bool = False
    #: None for answers that were given by hand
    adopted: AdoptedFrom | None = None

    def changed_since(self, step: str, revision: int) -> bool:
        """Whether a step was saved by somebody else after a page of that revision was shown."""
        return self.saved_steps.get(step, 0) > revision


class Sending(StrEnum):
    """What became of what was typed."""

    #: nobody pressed a button yet
    NOT_SENT = "not_sent"
    #: sent, and something was wrong with it
    REFUSED = "refused"
    #: sent from a page whose step was saved elsewhere meanwhile
    STALE = "stale"


@dataclass(frozen=True)
class Typed:
    """What was typed on a step's page, good or bad, and the draft's revision that the page showed."""

    revision: int
    fields: Mapping[str, Any]
    sending: Sending = Sending.NOT_SENT
    #: how often the step was sent and not taken since it was last saved; the store counts
    refusals: int = 0


class DraftStore:
    """The ``drafts`` table."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault

    def create(
        self,
        answers: Answers | None = None,
        dialer_id: str | None = None,
        saved: Collection[str] = (),
        adopted: AdoptedFrom | None = None,
    ) -> Draft:
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
                "secrets": self._locked_secrets(answers),
                "saved_steps": json.dumps(dict.fromkeys(saved, 1)),
                "typed": None,
                "adopted": self._vault.lock(_adopted_text(adopted)),
            }
        )
        return self.get(draft_id)

    def get(self, draft_id: str) -> Draft:
        """:raises NotFoundError: no such draft"""
        for row in self._table.rows_where("id = ?", [draft_id]):
            return self._draft(row)
        raise NotFoundError(what="draft", name=draft_id)

    def has(self, draft_id: str) -> bool:
        return bool(self._table.count_where("id = ?", [draft_id]))

    def all(self) -> list[Draft]:
        """Latest first."""
        return [self._draft(row) for row in self._table.rows_where(order_by="updated_at desc")]

    def save_step(self, draft_id: str, step: str, answers: Answers, *, seen: int | None = None) -> Draft:
        """Keep one step's answers; the others stay as they are, whoever saved them in the meantime.

        ``seen`` is the revision that the page showed.

        :raises ChangedMeanwhileError: this step was saved since
        """
        with self._store.changing():
            draft = self.get(draft_id)
            if seen is not None and draft.changed_since(step, seen):
                raise ChangedMeanwhileError
            changed = {name: answers.value(name) for name, its_step in STEP_OF.items() if its_step == step}
            merged = draft.answers.with_values(**changed)
            revision = draft.revision + 1
            values: dict[str, Any] = {
                "answers": json.dumps(plain_answers(merged, with_secret=False)),
                "saved_steps": json.dumps({**draft.saved_steps, step: revision}),
                "revision": revision,
                "updated_at": now(),
            }
            if any(is_secret(value) for value in changed.values()):
                values |= {"secrets": self._locked_secrets(merged), "secret": None}
            self._table.update(draft_id, values)
            self._write_typed(draft_id, {name: kept for name, kept in self.typed(draft_id).items() if name != step})
        return self.get(draft_id)

    def keep_typed(self, draft_id: str, step: str, typed: Typed, *, seen_refusals: int | None = None) -> None:
        """Keep what was typed and not saved yet.

        ``seen_refusals`` is the count that the page showed: a preview may arrive after the answer that was sent later.

        :raises ChangedMeanwhileError: this step was saved or sent since its page was shown, so this is old
        """
        with self._store.changing():
            all_typed = self.typed(draft_id)
            refusals = all_typed[step].refusals if step in all_typed else 0
            is_late = seen_refusals is not None and seen_refusals < refusals
            if is_late or self.get(draft_id).changed_since(step, typed.revision):
                raise ChangedMeanwhileError
            counted = replace(typed, refusals=refusals + (typed.sending is not Sending.NOT_SENT))
            self._write_typed(draft_id, {**all_typed, step: counted})

    def discard_typed(self, draft_id: str, step: str) -> None:
        """Back to what was saved."""
        with self._store.changing():
            self.get(draft_id)
            self._write_typed(draft_id, {name: kept for name, kept in self.typed(draft_id).items() if name != step})

    def typed(self, draft_id: str) -> dict[str, Typed]:
        """Step → what was typed on it since it was last saved; nothing where the vault's key is gone."""
        for row in self._table.rows_where("id = ?", [draft_id], select="typed"):
            try:
                text = self._vault.unlock(row["typed"]).reveal() or "{}"
            except VaultError:
                return {}
            return {
                step: Typed(kept["revision"], kept["fields"], Sending(kept["sending"]), kept.get("refusals", 0))
                for step, kept in json.loads(text).items()
            }
        return {}

    def choose_dialer(self, draft_id: str, dialer_id: str | None) -> Draft:
        with self._store.changing():
            draft = self.get(draft_id)
            revision = draft.revision + 1
            saved = json.dumps({**draft.saved_steps, "dialer": revision})
            self._table.update(
                draft_id, {"dialer_id": dialer_id, "revision": revision, "saved_steps": saved, "updated_at": now()}
            )
        return self.get(draft_id)

    def forget_secrets(self, draft_id: str, installed: Answers) -> None:
        """The dialer has them now. A secret that was typed meanwhile is another one, and stays."""
        with self._store.changing():
            for row in list(self._table.rows_where("id = ?", [draft_id])):
                own = self._draft(row).answers
                newer = {name: value for name, value in own.secret_values().items() if value != installed.value(name)}
                kept = Answers().with_values(**newer)
                self._table.update(draft_id, {"secrets": self._locked_secrets(kept), "secret": None})
                typed = self.typed(draft_id)
                step = STEP_OF["secret"]
                if step in typed and typed[step].fields.get("secret") == installed.sign_in.secret.reveal():
                    fields = {**typed[step].fields, "secret": ""}
                    self._write_typed(draft_id, {**typed, step: replace(typed[step], fields=fields)})

    def delete(self, draft_id: str) -> None:
        self._table.delete_where("id = ?", [draft_id])

    def _write_typed(self, draft_id: str, typed: Mapping[str, Typed]) -> None:
        # It may hold the secret, so it is encrypted like one.
        text = json.dumps({step: asdict(kept) for step, kept in typed.items()}) if typed else ""
        self._table.update(draft_id, {"typed": self._vault.lock(Secret(text))})

    @property
    def _table(self) -> Any:
        return self._store.database.table("drafts")

    def _draft(self, row: Mapping[str, Any]) -> Draft:
        plain = json.loads(row["answers"])
        # What a newer version knows and this one does not is left alone rather than refused.
        answers, _ = read_answers({name: value for name, value in plain.items() if name in STEP_OF})
        try:
            answers, is_lost = self._with_secrets(answers, row), False
        except VaultError:
            is_lost = True
        return Draft(
            id=row["id"],
            created_at=row["created_at"],
            updated_at=row["updated_at"],
            revision=row["revision"],
            dialer_id=row["dialer_id"],
            answers=answers,
            saved_steps=json.loads(row["saved_steps"]),
            is_secret_lost=is_lost,
            adopted=self._adopted(row),
        )

    def _locked_secrets(self, answers: Answers) -> str | None:
        secrets = plain_secrets(answers)
        return self._vault.lock(Secret(json.dumps(secrets) if secrets else ""))

    def _adopted(self, row: Mapping[str, Any]) -> AdoptedFrom | None:
        """Nothing where the vault's key is gone: these are words about the answers, not the answers."""
        try:
            text = self._vault.unlock(row["adopted"]).reveal()
        except VaultError:
            return None
        if not text:
            return None
        kept = json.loads(text)
        findings = (Finding(**{**each, "severity": Severity(each["severity"])}) for each in kept["findings"])
        return AdoptedFrom(kept["carrier_id"], kept["is_whole"], tuple(findings))

    def _with_secrets(self, answers: Answers, row: Mapping[str, Any]) -> Answers:
        """:raises VaultError: the key that they were encrypted with is gone"""
        text = self._vault.unlock(row["secrets"]).reveal()
        if text:
            return read_answers(json.loads(text), into=answers)[0]
        # Where an older version kept the one secret that it knew.
        earlier = self._vault.unlock(row["secret"])
        return answers.with_values(secret=earlier) if earlier else answers


def _adopted_text(adopted: AdoptedFrom | None) -> Secret:
    """Encrypted like what is typed: lines of somebody's entry are nobody else's business."""
    if adopted is None:
        return Secret("")
    findings = [
        {"code": each.code, "field": each.field, "severity": each.severity.value, "values": dict(each.values)}
        for each in adopted.findings
    ]
    return Secret(json.dumps({"carrier_id": adopted.carrier_id, "is_whole": adopted.is_whole, "findings": findings}))
