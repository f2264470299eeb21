"""One form per step: what the browser sends, as raw answers. What they mean is judged by the domain alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    Form,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.widgets import CheckboxInput, ListWidget

from wizard.carrier.answers import DESTINATIONS, Answers, Transport
from wizard.carrier.findings import Finding, Severity
from wizard.secret import Secret
from wizard.words.findings import sentence
from wizard.words.questions import CHOICES, QUESTIONS

#: places in the codec list
CODEC_PLACES = 4


def _strip(value: str | None) -> str:
    # HTML can't hold a NUL, so it could not be shown again.
    return (value or "").replace("\0", "\ufffd").strip()


def _lines(value: str | None) -> str:
    """A text as it was typed, with the browser's line ends made plain."""
    return _strip(value).replace("\r\n", "\n").replace("\r", "\n")


def _listed(text: str | None) -> list[str]:
    """Things with blanks or commas between them."""
    return [each for each in re.split(r"[\s,]+", text or "") if each]


def _text(name: str) -> StringField:
    return StringField(QUESTIONS[name].label, filters=[_strip])


def _choice(name: str, kind: type[RadioField | SelectField] = SelectField) -> Field:
    return kind(QUESTIONS[name].label, choices=CHOICES[name], validate_choice=False)


class StepForm(Form):
    """A step's fields, named like the answers."""

    #: field of the form → the answer it is part of, where the names differ
    PARTS: Mapping[str, str] = {}

    def raw(self) -> dict[str, object]:
        """Raw answers, as :func:`wizard.carrier.reading.read_answers` takes them."""
        return {name: field.data for name, field in self._fields.items() if name not in self.PARTS}

    def typed(self) -> dict[str, Any]:
        """Everything as it was typed, to be shown again."""
        return {name: field.data for name, field in self._fields.items()}

    def typed_on_the_way(self) -> dict[str, Any]:
        """What may be kept while somebody is still typing: half a secret is nobody's business."""
        return self.typed()

    def show(self, findings: Iterable[Finding]) -> list[Finding]:
        """Put each error beside its field; the others come back."""
        rest = []
        for finding in findings:
            field = self._fields.get(self.shown_at(finding.field))
            if field is None or finding.severity is not Severity.ERROR:
                rest.append(finding)
            else:
                field.errors = [*field.errors, sentence(finding)]
        return rest

    def shown_at(self, answer: str) -> str:
        return answer

    def keep_secret_of(self, earlier: Mapping[str, Any]) -> None:
        """A password field comes back empty whenever its page was shown again: what was typed before still counts."""

    @classmethod
    def from_answers(cls, answers: Answers) -> StepForm:
        """The form as it was saved; a secret is never sent back to the browser."""
        return cls(data={name: _form_value(value) for name, value in answers.flat().items()})


class CarrierForm(StepForm):
    carrier_id = _text("carrier_id")
    carrier_name = _text("carrier_name")
    carrier_description = _text("carrier_description")
    protocol = _choice("protocol")
    server_ip = _text("server_ip")
    user_group = _text("user_group")
    trunk_name = _text("trunk_name")
    global_name = _text("global_name")


class SignInForm(StepForm):
    #: typed on a page that was sent before, where the field is empty now
    _kept_secret = ""
    auth = _choice("auth", RadioField)
    username = _text("username")
    secret = PasswordField(QUESTIONS["secret"].label)
    did = _text("did")
    auth_username = _text("auth_username")
    from_user = _text("from_user")
    from_domain = _text("from_domain")
    realm = _text("realm")
    registration_expiry = _text("registration_expiry")
    registration_retry = _text("registration_retry")

    def keep_secret_of(self, earlier: Mapping[str, Any]) -> None:
        self._kept_secret = earlier.get("secret", "")
        self.secret.data = self.secret.data or self._kept_secret

    def typed_on_the_way(self) -> dict[str, Any]:
        return {**self.typed(), "secret": self._kept_secret}

    def raw(self) -> dict[str, object]:
        raw = super().raw()
        raw["auth"] = raw["auth"] or None
        for name in ("registration_expiry", "registration_retry"):
            if not raw[name]:
                del raw[name]  # left empty: it stays what it was
        if not raw["secret"]:
            del raw["secret"]  # left empty: keep the one that is stored
        return raw


class ConnectionForm(StepForm):
    host = _text("host")
    port = _text("port")
    transport = _choice("transport")
    srtp = BooleanField(QUESTIONS["srtp"].label)
    outbound_proxy = _text("outbound_proxy")
    match = _text("match")
    inbound_context = _text("inbound_context")
    qualify = BooleanField(QUESTIONS["qualify"].label)
    qualify_frequency = _text("qualify_frequency")

    def raw(self) -> dict[str, object]:
        raw = super().raw()
        if not raw["qualify"] and not raw["qualify_frequency"]:
            del raw["qualify_frequency"]  # nobody asks how often, so it stays what it was
        raw["transport"] = raw["transport"] or Transport.UDP.value
        raw["match"] = _listed(self.match.data)
        return raw

    @classmethod
    def from_answers(cls, answers: Answers) -> StepForm:
        data = {name: _form_value(value) for name, value in answers.flat().items()}
        return cls(data={**data, "match": " ".join(answers.connection.match)})


class AudioForm(StepForm):
    dtmf_mode = _choice("dtmf_mode")
    session_timers = BooleanField(QUESTIONS["session_timers"].label)
    template_id = _text("template_id")
    make_template = BooleanField(QUESTIONS["make_template"].label)
    extra_options = TextAreaField(QUESTIONS["extra_options"].label, filters=[_lines])

    def raw(self) -> dict[str, object]:
        places = [self._fields[f"codec_{place}"].data for place in range(1, CODEC_PLACES + 1)]
        others = {name: field.data for name, field in self._fields.items() if not name.startswith("codec_")}
        return {**others, "codecs": [codec for codec in places if codec]}

    def shown_at(self, answer: str) -> str:
        return "codec_1" if answer == "codecs" else answer

    @classmethod
    def from_answers(cls, answers: Answers) -> StepForm:
        chosen = [codec.value for codec in answers.audio.codecs]
        places = {f"codec_{place}": chosen[place - 1] if place <= len(chosen) else "" for place in range(1, CODEC_PLACES + 1)}
        return cls(data={**{name: _form_value(value) for name, value in answers.flat().items()}, **places})


for _place in range(1, CODEC_PLACES + 1):
    setattr(
        AudioForm,
        f"codec_{_place}",
        SelectField(f"Choice {_place}", choices={"": "none", **CHOICES["codecs"]}, validate_choice=False),
    )


class NumbersForm(StepForm):
    dial_prefix = _text("dial_prefix")
    destinations = SelectMultipleField(
        QUESTIONS["destinations"].label,
        choices=CHOICES["destinations"],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    other_destinations = StringField("Other patterns", filters=[_strip])
    number_format = _choice("number_format", RadioField)
    caller_id_format = _choice("caller_id_format")
    caller_id_header = _choice("caller_id_header")

    PARTS = {"destinations": "destinations", "other_destinations": "destinations"}  # noqa: RUF012

    def shown_at(self, answer: str) -> str:
        has_others = bool((self.other_destinations.data or "").strip())
        return "other_destinations" if answer == "destinations" and has_others else answer

    def raw(self) -> dict[str, object]:
        others = _listed(self.other_destinations.data)
        return {**super().raw(), "destinations": [*(self.destinations.data or []), *others]}

    @classmethod
    def from_answers(cls, answers: Answers) -> StepForm:
        numbers = answers.numbers
        data = {name: _form_value(value) for name, value in answers.flat().items()}
        data["destinations"] = [each for each in numbers.destinations if each in DESTINATIONS]
        data["other_destinations"] = " ".join(each for each in numbers.destinations if each not in DESTINATIONS)
        return cls(data=data)


class DialerForm(Form):
    """How to get in to a dialer."""

    name = StringField("Name", filters=[_strip])
    host = StringField("Host name or address", filters=[_strip])
    port = StringField("SSH port", default="22", filters=[_strip])
    user = StringField("User", default="root", filters=[_strip])
    auth = RadioField("Sign in with", choices={}, default="password", validate_choice=False)
    ssh_password = PasswordField("Password")
    key_path = StringField("Private key file", filters=[_strip])
    key_passphrase = PasswordField("Key's passphrase")
    sudo = BooleanField("Become root with sudo")
    sudo_password = PasswordField("sudo's password")
    keep = BooleanField("Keep the passwords on this computer, encrypted")


FORMS: dict[str, type[StepForm]] = {
    "carrier": CarrierForm,
    "sign_in": SignInForm,
    "connection": ConnectionForm,
    "audio": AudioForm,
    "numbers": NumbersForm,
}


def _form_value(value: Any) -> Any:
    if isinstance(value, Secret):
        return ""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_form_value(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # the browser's word for a number
    return "" if value is None else value
