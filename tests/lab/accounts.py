"""The accounts of the lab's carriers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    """What a customer of a lab carrier signs in with."""

    username: str
    secret: str
    #: the user of the From header and of a registration's address, where it has to be another than the user name
    from_user: str = ""


#: at `registration`, over SIP
ACME = Account("acme", "R3gister-Me")
ACME_TWO = Account("acme2", "An0ther-One")
#: takes no audio but SRTP
ACME_SRTP = Account("acmesrtp", "Encrypt-Me7")
#: whatever signs in as this one is told 403, for ever: nobody has its password
BLOCKED = Account("blocked", "N0t-The-One")

#: at `registration`, over IAX2
IAX_ACME = Account("iaxacme", "I4x-Secret")
#: has a password with each call, and no registration
IAX_PERCALL = Account("iaxpercall", "I4x-Each-Time")

#: at `credentials`
PERCALL = Account("percall", "Ch4llenge.Me")
PERCALL_SRTP = Account("percallsrtp", "Encrypt.Me.8")
#: known by the user of its From header, and signs in, and may register, under another name
APART = Account("apart-auth", "Tw0-Names", from_user="5551230001")
