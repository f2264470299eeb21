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
#: more than these make no sense in one call
BACKUP_PLACES = ("backup_1", "backup_2", "backup_3")


def _strip(value: str | None) -> str:
    # HTML can't hold a NUL, so it could not be shown again.
    return (value or "").replace("\0", "\ufffd").strip()


def _lines(value: str | None) -> str:
    """A text as it was typed, with the browser's line ends made plain."""
    return _strip(value).replace("\r\n", "\n").replace("\r", "\n")


def _listed(text: str | None) -> list[str]:
    """Things with blanks or commas between them."""
    return [each for each in re.split(r"[\s,]+", text or "") if each]


def _pairs(text: str | None) -> dict[str, str]:
    """``name: value`` lines; a line without a colon is a name without a value."""
    parted = [line.partition(":") for line in (text or "").splitlines() if line.strip()]
    return {name.strip(): value.strip() for name, _, value in parted}


def _pair_lines(pairs: Mapping[str, str]) -> str:
    return "\n".join(f"{name}: {value}".rstrip() for name, value in pairs.items())


def _checkboxes(name: str) -> SelectMultipleField:
    return SelectMultipleField(
        QUESTIONS[name].label,
        choices=CHOICES.get(name, {}),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )


def _text(name: str) -> StringField:
    return StringField(QUESTIONS[name].label, filters=[_strip])


def _choice(name: str, kind: type[RadioField | SelectField] = SelectField) -> Field:
    return kind(QUESTIONS[name].label, choices=CHOICES[name], validate_choice=False)


class StepForm(Form):
    """A step's fields, named like the answers."""

    #: field of the form → the answer it is part of, where the names differ
    PARTS: Mapping[str, str] = {}
    #: the password field, where it has one: left empty, it stands for what is stored
    PASSWORD = ""
    #: typed on a page that was sent before, where the field is empty now
    _kept_password = ""

    def raw(self) -> dict[str, object]:
        """Raw answers, as :func:`wizard.carrier.reading.read_answers` takes them."""
        return {
            name: field.data
            for name, field in self._fields.items()
            if name not in self.PARTS and (name != self.PASSWORD or field.data)
        }

    def typed(self) -> dict[str, Any]:
        """Everything as it was typed, to be shown again."""
        return {name: field.data for name, field in self._fields.items()}

    def typed_on_the_way(self) -> dict[str, Any]:
        """What may be kept while somebody is still typing: half a secret is nobody's business."""
        return {**self.typed(), **({self.PASSWORD: self._kept_password} if self.PASSWORD else {})}

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
        if self.PASSWORD:
            self._kept_password = earlier.get(self.PASSWORD, "")
            field = self._fields[self.PASSWORD]
            field.data = field.data or self._kept_password

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
    PASSWORD = "secret"  # noqa: S105 (its name)
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

    def raw(self) -> dict[str, object]:
        raw = super().raw()
        raw["auth"] = raw["auth"] or None
        for name in ("registration_expiry", "registration_retry"):
            if not raw[name]:
                del raw[name]  # left empty: it stays what it was
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
    destinations = _checkboxes("destinations")
    other_destinations = StringField("Other patterns", filters=[_strip])
    number_format = _choice("number_format", RadioField)
    destination_digits = TextAreaField(QUESTIONS["destination_digits"].label, filters=[_lines])
    tech_prefix = _text("tech_prefix")
    allow_premium = BooleanField(QUESTIONS["allow_premium"].label)
    allow_caribbean = BooleanField(QUESTIONS["allow_caribbean"].label)
    caller_id_format = _choice("caller_id_format")
    caller_id_header = _choice("caller_id_header")
    caller_id_name = _text("caller_id_name")
    extra_headers = TextAreaField(QUESTIONS["extra_headers"].label, filters=[_lines])
    #: no answer: a number to see the way of
    try_number = StringField("Try a number", filters=[_strip])

    PARTS = {"destinations": "destinations", "other_destinations": "destinations", "try_number": ""}  # noqa: RUF012
    _kept_headers: Mapping[str, str] = {}

    def shown_at(self, answer: str) -> str:
        has_others = bool((self.other_destinations.data or "").strip())
        return "other_destinations" if answer == "destinations" and has_others else answer

    def raw(self) -> dict[str, object]:
        return {
            **super().raw(),
            "destinations": [*(self.destinations.data or []), *_listed(self.other_destinations.data)],
            "destination_digits": _pairs(self.destination_digits.data),
            "extra_headers": _pairs(self.extra_headers.data),
        }

    @property
    def header_names(self) -> str:
        """What a page may show of the headers."""
        return _pair_lines(dict.fromkeys(_pairs(self.extra_headers.data), ""))

    def keep_secret_of(self, earlier: Mapping[str, Any]) -> None:
        self._kept_headers = _pairs(earlier.get("extra_headers", ""))
        typed = _pairs(self.extra_headers.data)
        self.extra_headers.data = _pair_lines(
            {name: value or self._kept_headers.get(name, "") for name, value in typed.items()}
        )

    def typed_on_the_way(self) -> dict[str, Any]:
        names = _pairs(self.extra_headers.data)
        return {**self.typed(), "extra_headers": _pair_lines({name: self._kept_headers.get(name, "") for name in names})}

    @classmethod
    def from_answers(cls, answers: Answers) -> StepForm:
        numbers = answers.numbers
        data = {name: _form_value(value) for name, value in answers.flat().items()}
        data["destinations"] = [each for each in numbers.destinations if each in DESTINATIONS]
        data["other_destinations"] = " ".join(each for each in numbers.destinations if each not in DESTINATIONS)
        data["destination_digits"] = _pair_lines(dict(numbers.destination_digits))
        data["extra_headers"] = _pair_lines(dict.fromkeys((name for name, _ in numbers.extra_headers), ""))
        return cls(data=data)


class RoutingForm(StepForm):
    campaigns = _checkboxes("campaigns")
    #: where no dialer could say which there are
    other_campaigns = StringField("Campaign IDs", filters=[_strip])
    failover_on = _checkboxes("failover_on")
    least_cost = BooleanField(QUESTIONS["least_cost"].label)
    stir_shaken = _choice("stir_shaken", RadioField)
    tiltx_api_key = PasswordField(QUESTIONS["tiltx_api_key"].label)
    max_channels = _text("max_channels")
    calls_per_second = _text("calls_per_second")
    server_trunks = TextAreaField(QUESTIONS["server_trunks"].label, filters=[_lines])

    PASSWORD = "tiltx_api_key"  # noqa: S105 (its name)
    PARTS = {"other_campaigns": "campaigns", **dict.fromkeys(BACKUP_PLACES, "backup_carrier")}  # noqa: RUF012

    def shown_at(self, answer: str) -> str:
        return BACKUP_PLACES[0] if answer == "backup_carrier" else answer

    def raw(self) -> dict[str, object]:
        return {
            **super().raw(),
            "campaigns": [*(self.campaigns.data or []), *_listed(self.other_campaigns.data)],
            "backup_carrier": [self._fields[place].data for place in BACKUP_PLACES if self._fields[place].data],
            "failover_on": self.failover_on.data or [],
            "server_trunks": _pairs(self.server_trunks.data),
        }

    @classmethod
    def from_answers(cls, answers: Answers) -> StepForm:
        routing = answers.routing
        data = {name: _form_value(value) for name, value in answers.flat().items()}
        data["server_trunks"] = _pair_lines(dict(routing.server_trunks))
        return cls(data={**data, **dict(zip(BACKUP_PLACES, routing.backup_carrier, strict=False))})


for _name in BACKUP_PLACES:
    setattr(RoutingForm, _name, _text("backup_carrier"))


class DialerForm(Form):
    """How to get in to a dialer."""

    name = StringField("Name", filters=[_strip])
    host = StringField("Host name or address", filters=[_strip])
    port = StringField("SSH port", filters=[_strip])
    user = StringField("User", filters=[_strip])
    jump = StringField("Jump hosts", filters=[_strip])
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
    "routing": RoutingForm,
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
