"""A carrier that works gives no cause, whatever was looked at."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
from hypothesis import given

from tests.carrier.diagnosis.seen import FAR, NEAR, answered, invite, ready, reply
from tests.carrier.samples import CREDENTIALS, HERE, IP, PROTOCOLS, REGISTRATION, answers
from wizard.carrier.diagnosis.diagnose import diagnose
from wizard.carrier.diagnosis.observations import (
    Advertised,
    CampaignCalls,
    Firewall,
    Observations,
    RecentCalls,
    SignInAnswer,
    SipAnswer,
)
from wizard.carrier.render import render_carrier

_CARRIERS = {
    (protocol, raw["auth"]): render_carrier(answers(raw, protocol=protocol), HERE)
    for protocol in PROTOCOLS
    for raw in (REGISTRATION, CREDENTIALS, IP)
}
_SDP = "c=IN IP4 198.51.100.9\r\nm=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000"
_DIALS_IT = {
    carrier.carrier_id: CampaignCalls("SALES", "9", "912125550100", ("MAIN", carrier.carrier_id))
    for carrier in _CARRIERS.values()
}
#: campaigns of somebody else's, and one whose calls fail
_OTHER = CampaignCalls("OTHER", "7", "712125550100", ("OTHER",))
_LOST = CampaignCalls("LOST", "8", "812125550100")
_RINGING = ("180 Ringing", "183 Session Progress")


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def healthy(draw: st.DrawFn) -> Observations:
    (_, auth), carrier = draw(st.sampled_from(sorted(_CARRIERS.items(), key=lambda each: each[0])))
    # Any answer to OPTIONS proves the way, and so does a 404.
    opened = SipAnswer(
        code=draw(st.sampled_from([200, 404, 405, 501, 403, 486])), seconds=draw(st.floats(0, 1.9)), asked=FAR, seen_as=NEAR
    )
    rings = reply(draw(st.sampled_from(_RINGING)), at=1)
    call = answered(
        seconds=draw(st.integers(1, 28)), audio_in=draw(st.integers(1, 9999)), audio_out=draw(st.integers(1, 9999)),
        messages=draw(st.sampled_from([(), (invite(_SDP), rings, reply("200 OK", at=5, sdp=_SDP))])),
    )  # fmt: skip
    people = {("ANSWER", 16, 200): draw(st.integers(1, 90)), ("BUSY", 17, 486): draw(st.integers(0, 90))}
    people |= {("NOANSWER", 19, 480): draw(st.integers(0, 90)), ("CANCEL", 0, 180): draw(st.integers(0, 90))}
    signed_in = SignInAnswer("accepted", SipAnswer(code=200), challenged=True)
    return Observations(
        carrier,
        verdict="up",
        reason="registered" if auth == "registration" else "reachable",
        states={"peer": "OK (12 ms)", **({"registration": "Registered"} if auth == "registration" else {})},
        host_addresses=draw(_maybe(st.just(("203.0.113.7",)))),
        door=draw(_maybe(st.just(opened))),
        sign_in=draw(_maybe(st.just(signed_in))) if auth == "registration" else None,
        advertised=draw(_maybe(st.just(Advertised(media="198.51.100.9", own=("10.0.0.1",))))),
        firewall=draw(_maybe(st.builds(Firewall, st.sampled_from(["none", "nftables", "unknown"])))),
        preconditions=draw(_maybe(st.builds(ready, listens_on=st.sampled_from([("udp:5060",), ("udp:5061",)])))),
        understood=draw(st.sampled_from([None, ()])),
        call=draw(_maybe(st.just(call))),
        log_lines=draw(st.sampled_from([(), ("Peer 'acme' is now Reachable. (12ms / 2000ms)",)])),
        findings=draw(st.sampled_from([(), ("caller_id_unknown", "port_to_allow")])),
        recent=draw(_maybe(st.just(RecentCalls(people)))),
        campaigns=draw(st.sampled_from([None, (), (_DIALS_IT[carrier.carrier_id], _LOST), (_OTHER,)])),
    )


@given(healthy())
def test_a_healthy_carrier_gives_no_cause(observations: Observations) -> None:
    assert diagnose(observations) == ()
