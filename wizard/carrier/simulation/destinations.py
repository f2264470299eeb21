"""What Dial() is told to call: ``SIP/acme/+12125550100``, ``PJSIP/+12125550100@acme``, ``IAX2/acme/12125550100``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from wizard.secret import MASK

from .expressions import Text

#: technologies that reach a carrier
CARRIER_TECHNOLOGIES = ("SIP", "PJSIP", "IAX2", "DAHDI", "Zap")
#: headers that hold the caller's number or how it may be shown, and no secret
IDENTITY_HEADERS = frozenset({"p-asserted-identity", "p-preferred-identity", "remote-party-id", "diversion", "privacy"})
#: behind a user's name, which may be a variable; ${EXTEN:1} is none, and a SIP address has no password
_PASSWORD = re.compile(r"((?:^|[/=])(?!sips?:)(?:[^/:@&\s{}]|\$\{\w+\})*):[^&\s]+@")
_NAMED_SECRET = re.compile(r"((?:secret|token|key|passw\w*|authorization)[=:]\s*)[^,&)\s]+", re.IGNORECASE)


@dataclass(frozen=True)
class Destination:
    """One end that Dial() calls. Where it isn't known, ``written`` is all there is."""

    technology: str
    #: the peer, endpoint or user that stands for the carrier
    trunk: str
    #: what it receives
    digits: str
    #: as it is written, variables filled in as far as they are known, a password masked
    written: str
    is_known: bool = True

    @property
    def is_outside(self) -> bool:
        """Whether it leads away from the dialer: VICIdial's own loops dial 127.0.0.1 (vicidial.md §8)."""
        host = self.trunk.rpartition("@")[2].split(":")[0]
        return self.technology in CARRIER_TECHNOLOGIES and host not in ("127.0.0.1", "localhost")

    @property
    def on_the_wire(self) -> str:
        """The digits in the request's address: both SIP drivers write # as %23 (failover.md §5)."""
        return self.digits.replace("#", "%23") if self.technology in ("SIP", "PJSIP") else self.digits


def read_destinations(dialled: Text) -> tuple[Destination, ...]:
    """Dial()'s first argument."""
    return tuple(_read(part.strip(), is_known=dialled.is_known) for part in dialled.value.split("&"))


def _read(written: str, *, is_known: bool) -> Destination:
    technology, _, resource = written.partition("/")
    shown = mask_passwords(written)
    trunk, digits = _parted(technology, resource)
    if "$" in trunk + technology or not trunk:
        return Destination("", "", "", shown, is_known=False)
    return Destination(technology, mask_passwords(f"/{trunk}")[1:], digits, shown, is_known and "$" not in digits)


def _parted(technology: str, resource: str) -> tuple[str, str]:
    """(trunk, digits), by the driver's own grammar."""
    match technology:
        case "PJSIP":
            if "/" in resource:
                trunk, _, address = resource.partition("/")
                return trunk, re.sub(r"^sips?:|@.*$", "", address)
            digits, at, trunk = resource.rpartition("@")
            return (trunk, digits) if at else (resource, "")
        case "SIP" if "/" not in resource and "@" in resource:
            digits, _, trunk = resource.rpartition("@")
            return trunk, digits.split(":")[0]
        case "Local":
            digits, _, context = resource.partition("@")
            return context.split("/")[0], digits
        case _:
            if technology == "IAX2" and "@" in resource:
                # The account may have a slash of its own.
                resource = resource.rpartition("@")[2]
            trunk, _, digits = resource.partition("/")
            return (re.sub(r"^.*@", "", trunk) if technology == "IAX2" else trunk), digits.split("@")[0]


def mask_passwords(text: str) -> str:
    """``IAX2/user:password@host`` without the password."""
    return _PASSWORD.sub(rf"\1:{MASK}@", text)


def mask_step(text: str) -> str:
    """A step as it may be shown: what a header holds may be a carrier's key."""
    text = re.sub(r"(SIPAddHeader\(\s*\"?([^:()]+):)(.*)(\))", _masked_header, text, flags=re.IGNORECASE)
    text = re.sub(r"(PJSIP_HEADER\((?:add|update),\s*([^)]+)\)\s*=)(.*)(\))", _masked_header, text, flags=re.IGNORECASE)
    # What a subroutine or another host is given may be a key.
    text = re.sub(r"((?:Gosub|GosubIf|Macro|AGI|System|CURL)\w*\([^,()]*(?:,[^,()]*){0,2}\()[^()]*\)", rf"\1{MASK})", text)
    text = re.sub(r"(CURL\()[^)]*\)", rf"\1{MASK})", text)
    return mask_passwords(_NAMED_SECRET.sub(rf"\1{MASK}", text))


def _masked_header(match: re.Match[str]) -> str:
    return f"{match[1]}{shown_header(match[2], match[3])}{match[4]}"


def shown_header(name: str, value: str) -> str:
    """A header's value, masked unless it is one that says who calls."""
    return value if name.strip().lower() in IDENTITY_HEADERS else MASK
