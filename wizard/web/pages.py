"""One dataclass per template: what it may show. Nothing else reaches a template but ``page``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from flask import render_template

from wizard.carrier.call_path import Hop
from wizard.carrier.presets import Preset, names_a_place
from wizard.carrier.profile import Server
from wizard.dialer.journal import Phase
from wizard.flow.path import REVIEW, Path, StepState
from wizard.service.diagnosis import CausesPart
from wizard.store.dialers import SavedDialer
from wizard.store.drafts import Draft
from wizard.store.installs import Install
from wizard.words.errors import Words
from wizard.words.steps import STEP_WORDS, StepWords

from .forms import DialerForm, StepForm
from .paths import ShownPath
from .shown_keys import ShownKey


@dataclass(frozen=True)
class Page:
    """Something that a template shows as ``page``."""

    template: ClassVar[str]

    def render(self) -> str:
        return render_template(self.template, page=self)


@dataclass(frozen=True)
class NavigationItem:
    """A step in the row of steps."""

    step: str
    label: str
    state: StepState
    is_current: bool


def navigation(path: Path, current: str) -> list[NavigationItem]:
    return [
        NavigationItem(
            step,
            words.short,
            StepState.OPEN if step == REVIEW else path.state(step),
            step == current,
        )
        for step, words in STEP_WORDS.items()
    ]


@dataclass(frozen=True)
class DraftRow:
    """A draft on the first page."""

    draft: Draft
    go_on: str
    is_complete: bool
    done: int
    steps: int
    install: Install | None


@dataclass(frozen=True)
class HomePage(Page):
    template: ClassVar[str] = "home.html"
    drafts: Sequence[DraftRow]
    installs: Sequence[Install]
    dialers: Sequence[SavedDialer]


@dataclass(frozen=True)
class PresetsPage(Page):
    template: ClassVar[str] = "presets/index.html"
    #: what was looked for
    text: str
    presets: Sequence[Preset]
    before_signing: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class PresetPage(Page):
    template: ClassVar[str] = "presets/show.html"
    preset: Preset

    @property
    def is_own_host(self) -> bool:
        """Whether the host is one that only the customer knows."""
        return any(names_a_place(host.host) for host in self.preset.hosts)


@dataclass(frozen=True)
class HistoryPage(Page):
    template: ClassVar[str] = "installs/history.html"
    installs: Sequence[Install]


@dataclass(frozen=True)
class Preview(Page):
    """The four boxes, as far as they are known, with the secret masked."""

    template: ClassVar[str] = "drafts/_preview.html"
    columns: Mapping[str, str]
    paths: Sequence[ShownPath]
    is_sign_in_known: bool
    #: PJSIP has no registration string: VICIdial ignores it
    registers_in_account: bool = False
    #: the way of a call, as far as it is known
    call_path: Sequence[Hop] = ()


@dataclass(frozen=True)
class Tried(Page):
    """What becomes of a number that somebody wanted to see the way of."""

    template: ClassVar[str] = "drafts/_tried.html"
    paths: Sequence[ShownPath] = ()
    #: why there is no path
    wrong: str = ""


@dataclass(frozen=True)
class Follow(Page):
    """What changes on a step's page while somebody types; None for what isn't on that page."""

    template: ClassVar[str] = "drafts/_follow.html"
    preview: Preview
    tried: Tried
    numbers: NumberChoices | None = None
    choices: DialerChoices | None = None


@dataclass(frozen=True)
class StepPage(Page):
    template: ClassVar[str] = "drafts/step.html"
    draft: Draft
    step: str
    words: StepWords
    form: StepForm
    navigation: Sequence[NavigationItem]
    preview: Preview
    back: str | None
    warnings: Sequence[str] = ()
    other_errors: Sequence[str] = ()
    #: how often this step was sent and not taken, see `DraftStore.keep_typed`
    refusals: int = 0
    #: somebody saved this step in another tab since this page was opened
    is_stale: bool = False
    #: what is shown was typed earlier and differs from what is saved
    is_unsaved: bool = False
    has_secret: bool = False
    #: questions that mean nothing with the chosen protocol
    unasked: frozenset[str] = frozenset()
    #: question → choice → why this dialer can't do it
    impossible: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: what to add to the dialer for a transport that it lacks
    lacking: Sequence[str] = ()
    #: templates on the dialer
    templates: Sequence[str] = ()
    #: what the dialer has to choose from, as it was when somebody looked; None where none is known
    choices: DialerChoices | None = None
    numbers: NumberChoices | None = None
    tried: Tried = field(default_factory=Tried)


@dataclass(frozen=True)
class NumberChoices:
    """What helps to answer the questions about numbers."""

    #: prefixes that nothing on the dialer stands in the way of
    free_prefixes: Sequence[str]
    #: campaigns, lists and the like that dial the prefix of the answers now
    uses: Sequence[str]
    #: kinds of number that an owner should think of: (which, what becomes of them)
    special: Sequence[tuple[str, str]]
    advice: str
    #: which other carriers have some of these numbers, in a sentence
    owners: str = ""


@dataclass(frozen=True)
class DialerChoices:
    """What a routing can be made of on a dialer."""

    #: (campaign id, what to say of it, whether it dials this carrier's prefix already)
    campaigns: Sequence[tuple[str, str, bool]]
    #: (carrier id, what to say of it)
    backups: Sequence[tuple[str, str]]
    #: whose calls no carrier takes today
    unserved: Sequence[str] = ()
    #: what the dialer lacks for TILTX
    tiltx: Sequence[str] = ()


@dataclass(frozen=True)
class DialerStepPage(Page):
    template: ClassVar[str] = "drafts/dialer.html"
    draft: Draft
    words: StepWords
    navigation: Sequence[NavigationItem]
    dialers: Sequence[SavedDialer]
    form: DialerForm
    is_adding: bool = False
    problem: Words | None = None


@dataclass(frozen=True)
class CallerIdItem:
    """A caller ID in use, where, and what looks wrong with it."""

    number: str
    used_by: str
    sentences: Sequence[str]
    is_wrong: bool


@dataclass(frozen=True)
class DialerPage(Page):
    template: ClassVar[str] = "dialers/show.html"
    dialer: SavedDialer
    #: the draft that wants this dialer, and its row of steps, where there is one
    draft: Draft | None
    navigation: Sequence[NavigationItem] = ()
    problem: Words | None = None
    host_key: ShownKey | None = None
    #: what is connected to, hop by hop, where the address doesn't say it all
    route: Sequence[str] = ()
    missing_secret: str = ""
    findings: Sequence[tuple[str, Words]] = ()
    servers: Sequence[Server] = ()
    caller_ids: Sequence[CallerIdItem] = ()
    #: the section of the watch, which knows its own template
    watch: Page | None = None
    #: what to do about the caller IDs, and what A, B and C mean
    advice: str = ""
    attestation: str = ""
    #: carrier id, in small letters → (what is known of it, page that tells it)
    proofs: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True)
class DialersPage(Page):
    template: ClassVar[str] = "dialers/index.html"
    dialers: Sequence[SavedDialer]


@dataclass(frozen=True)
class FoundItem:
    """A finding on the review: its sentence, and the step where it is mended."""

    severity: str
    sentence: str
    step: str
    label: str


@dataclass(frozen=True)
class DialerCheck(Page):
    """What the dialer itself has to say about the entry, before anything is written."""

    template: ClassVar[str] = "drafts/_check.html"
    draft_id: str
    dialer_id: str
    findings: Sequence[FoundItem] = ()
    problem: Words | None = None
    #: the account with the dialer's template, as Asterisk will read it
    merged: str = ""
    #: a carrier of this ID is there, and could be changed instead
    exists: bool = False


@dataclass(frozen=True)
class ReviewPage(Page):
    template: ClassVar[str] = "drafts/review.html"
    draft: Draft
    words: StepWords
    navigation: Sequence[NavigationItem]
    preview: Preview
    columns: Mapping[str, str]
    findings: Sequence[FoundItem]
    is_complete: bool
    dialer: SavedDialer | None
    #: the install of these answers that is on the dialer now
    installed: Install | None = None
    #: one that is at work, or ended in the middle: to be seen to first
    unfinished: Install | None = None
    is_revealed: bool = False
    missing_secret: str = ""
    problem: Words | None = None
    #: what the dialer said, where it was asked for a page and not by htmx
    checked: DialerCheck | None = None
    #: (draft, carrier id) of backups that are installed before
    first: Sequence[tuple[str, str]] = ()
    #: what is changed beside the carrier
    changes: Sequence[str] = ()
    #: (step, label) where something was typed and not saved
    unsaved: Sequence[tuple[str, str]] = ()
    #: the account as Asterisk reads it, where a template changes it
    merged: str = ""
    #: what to tell the carrier
    letter: str = ""
    #: whether the carrier of this ID that is on the dialer is to be changed
    is_replacing: bool = False
    #: of the button that asks the carrier
    once: str = ""


@dataclass(frozen=True)
class ChainLink:
    """A phase of the chain, and how far it is: ``done``, ``now``, ``open``, or ``failed`` where it ended."""

    phase: Phase
    label: str
    state: str
    took: str


@dataclass(frozen=True)
class Told:
    """How an install stands, for people: a headline, what it means, what is on the dialer now, and what to do."""

    headline: str
    means: str = ""
    #: what is on the dialer now, once the install has ended
    outcome: str = ""
    try_next: str = ""
    #: success, warning or danger; nothing while it is open
    tone: str = ""


@dataclass(frozen=True)
class ServerItem:
    """What is known of another server of the cluster."""

    server_ip: str
    rebuild: str
    verdict: str
    sentence: str


@dataclass(frozen=True)
class Progress(Page):
    """The part of an install's page that is asked for again while it runs."""

    template: ClassVar[str] = "installs/_progress.html"
    install: Install
    chain: Sequence[ChainLink]
    told: Told
    is_undoing: bool
    verdict: str = ""
    states: Sequence[tuple[str, str]] = ()
    rebuild_in: int | None = None
    findings: Sequence[FoundItem] = ()
    #: the draft where findings can be mended, if it is still there
    draft_id: str = ""
    steps_left: Sequence[str] = ()
    #: what is true beside it
    also: Words | None = None
    #: what was changed beside the carrier, once it has ended
    changes: Sequence[str] = ()
    elapsed: str = ""
    #: what Asterisk held otherwise than was meant, in words
    understood: Sequence[str] = ()
    servers: Sequence[ServerItem] = ()


@dataclass(frozen=True)
class InstallPage(Page):
    template: ClassVar[str] = "installs/show.html"
    install: Install
    progress: Progress
    missing_secret: str = ""
    problem: Words | None = None
    #: installs of backups that belong to it, and the one that it belongs to
    parts: Sequence[Install] = ()
    main: Install | None = None
    #: the later run that stands on it
    later: Install | None = None
    #: where a test call can be made; "" where none can
    call_on: str = ""
    #: (what is known of the carrier, page that tells it)
    proofs: Sequence[tuple[str, str]] = ()
    causes: CausesPart = field(default_factory=lambda: CausesPart(()))
    #: what to do next, while it is on the dialer; it knows its own template
    afterwards: Page | None = None


@dataclass(frozen=True)
class ProblemPage(Page):
    template: ClassVar[str] = "problem.html"
    words: Words
    values: Mapping[str, Any] = field(default_factory=dict)
