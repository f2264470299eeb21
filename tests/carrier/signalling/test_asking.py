"""What is sent to a carrier before there is an entry, how its challenge is answered, and how its answer is read."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.carrier.answers import Answers, Auth, Transport
from wizard.carrier.diagnosis.observations import Address
from wizard.carrier.signalling.answer import read_reply, seen_as, sip_answer
from wizard.carrier.signalling.digest import Challenge, Login, choose_challenge, read_challenges, respond
from wizard.carrier.signalling.poke import is_pong, poke
from wizard.carrier.signalling.request import dialogue_of, options, register_query
from wizard.secret import Secret

MUFASA = Login("Mufasa", Secret("Circle Of Life"))
OLD = (
    'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093",'
    ' opaque="5ccc069c403ebaf9f0171e9517f40e41"'
)
NEW = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={},'
    ' nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)
NEW_CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"


def response_in(authorization: Secret) -> str:
    found = re.search(r'response="([0-9a-f]+)"', authorization.reveal())
    return found[1] if found else ""


class TestADigest:
    def test_of_rfc_2617(self) -> None:
        [challenge] = read_challenges([OLD])

        answered = respond(challenge, MUFASA, "GET", "/dir/index.html", "0a4f113b")

        assert response_in(answered) == "6629fae49393a05397450978507c4ef1"

    @pytest.mark.parametrize(
        ("algorithm", "response"),
        [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ],
    )
    def test_of_rfc_7616(self, algorithm: str, response: str) -> None:
        [challenge] = read_challenges([NEW.format(algorithm)])
        login = Login("Mufasa", Secret("Circle of Life"))

        assert response_in(respond(challenge, login, "GET", "/dir/index.html", NEW_CNONCE)) == response

    def test_without_qop_has_neither_counter_nor_nonce_of_ours(self) -> None:
        [challenge] = read_challenges(['Digest algorithm=MD5, realm="asterisk", nonce="1f"'])

        text = respond(challenge, MUFASA, "REGISTER", "sip:carrier.test", "abc").reveal()

        assert "qop" not in text
        assert "cnonce" not in text

    def test_is_never_shown(self) -> None:
        [challenge] = read_challenges([OLD])

        assert "response" not in repr(respond(challenge, MUFASA, "GET", "/", "0a"))

    def test_takes_the_first_challenge_that_it_can_answer(self) -> None:
        challenges = read_challenges(
            ['Basic realm="Digest nonce=1", Digest realm="a", nonce="1", algorithm=SHA-7', 'Digest realm="b", nonce="2"']
        )

        assert [each.nonce for each in challenges] == ["1", "2"]
        chosen = choose_challenge(challenges)
        assert chosen is not None
        assert chosen.realm == "b"

    def test_of_a_carrier_that_wants_bodies_protected_is_not_tried(self) -> None:
        assert choose_challenge(read_challenges(['Digest realm="a", nonce="1", qop="auth-int"'])) is None

    @given(st.text(), st.text(min_size=1), st.booleans())
    def test_challenges_are_read_as_they_were_written(self, realm: str, nonce: str, is_stale: bool) -> None:
        def quoted(text: str) -> str:
            return '"' + re.sub(r'([\\"])', r"\\\1", text) + '"'

        if {"\n", "\r"} & set(realm + nonce):
            return
        header = f'Digest realm={quoted(realm)}, nonce={quoted(nonce)}, stale={str(is_stale).upper()}, qop="auth"'

        assert read_challenges([header]) == [Challenge(realm, nonce, qop=("auth",), is_stale=is_stale)]


class TestARequest:
    ANSWERS = Answers().with_values(
        host="sip.example.com", auth=Auth.REGISTRATION, username="a b@c", secret=Secret("S3cret-Word")
    )

    def request(self, **changed: object) -> str:
        answers = self.ANSWERS.with_values(**changed)
        return register_query(dialogue_of(answers, Address("192.0.2.7", 40000), "call", "tag"), 3, "branch").reveal()

    def test_names_no_contact_and_no_time(self) -> None:
        assert not re.search(r"^(Contact|Expires|m)\s*:", self.request(), re.MULTILINE | re.IGNORECASE)

    def test_holds_no_password(self) -> None:
        assert "S3cret" not in self.request()

    def test_escapes_what_a_uri_cannot_hold(self) -> None:
        assert "To: <sip:a%20b%40c@sip.example.com>\r\n" in self.request()

    def test_asks_under_the_carriers_domain(self) -> None:
        text = self.request(from_domain="example.net", port=5070)

        assert text.startswith("REGISTER sip:sip.example.com:5070 SIP/2.0\r\n")
        assert "From: <sip:a%20b%40c@example.net>;tag=tag\r\n" in text

    def test_says_over_what_it_came(self) -> None:
        text = self.request(transport=Transport.TLS)

        assert text.startswith("REGISTER sip:sip.example.com:5061;transport=tls SIP/2.0\r\n")
        assert "Via: SIP/2.0/TLS 192.0.2.7:40000;branch=z9hG4bKbranch;rport\r\n" in text

    @given(st.text())
    def test_is_never_broken_by_a_user_name(self, username: str) -> None:
        answers = self.ANSWERS.with_values(username=username.encode(errors="replace").decode())
        text = options(dialogue_of(answers, Address("192.0.2.7", 1), "call", "tag"), 1, "b").reveal()

        assert text.count("\r\n\r\n") == 1
        assert [line for line in text.splitlines() if line.startswith("From:")]


ANSWER = (
    "SIP/2.0 403 Bad Auth\r\nv: SIP/2.0/UDP 10.0.0.5:40000;branch=z9;received=203.0.113.9;rport=6123\r\n"
    'i: call\r\nCSeq: 2 REGISTER\r\nServer: Kamailio\r\nWarning: 392 203.0.113.1\r\n  "blocked"\r\nX-Why: not allowed\r\n\r\n'
)


class TestAnAnswer:
    def test_tells_from_where_the_carrier_sees_us(self) -> None:
        reply = read_reply(ANSWER)
        assert reply is not None

        answer = sip_answer(reply, 0.02, Address("198.51.100.1", 5060), Address("10.0.0.5", 40000))

        assert (answer.code, answer.reason, answer.server) == (403, "Bad Auth", "Kamailio")
        assert answer.seen_as == Address("203.0.113.9", 6123)
        assert answer.explained == ('Warning: 392 203.0.113.1 "blocked"', "X-Why: not allowed")
        assert reply.answers("call", 2)
        assert not reply.answers("call", 1)

    def test_with_a_port_alone_comes_from_the_address_that_we_named(self) -> None:
        reply = read_reply("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 10.0.0.5:40000;rport=40000\r\n\r\n")
        assert reply is not None

        assert seen_as(reply) == Address("10.0.0.5", 40000)

    def test_that_repeats_our_empty_rport_says_nothing(self) -> None:
        reply = read_reply("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 10.0.0.5:40000;rport;branch=z9\r\n\r\n")
        assert reply is not None

        assert seen_as(reply) is None

    @pytest.mark.parametrize("text", ["", "HTTP/1.1 400 Bad Request\r\n\r\n", "SIP/2.0 abc\r\n\r\n", "\0\0"])
    def test_of_something_else_is_none(self, text: str) -> None:
        assert read_reply(text) is None

    @given(st.text())
    def test_of_any_text_is_read_without_a_fall(self, text: str) -> None:
        reply = read_reply("SIP/2.0 401 No\r\n" + text)
        assert reply is not None
        assert seen_as(reply) is None or reply.value("via")
        choose_challenge(reply.challenges)


class TestAPoke:
    def test_is_answered_by_a_pong_to_its_own_call(self) -> None:
        pong = bytes.fromhex("8005") + (7).to_bytes(2, "big") + bytes(4) + bytes((0, 1, 6, 3))

        assert is_pong(pong, 7)
        assert not is_pong(pong, 8)
        assert not is_pong(pong[:-1] + b"\x04", 7)

    def test_is_a_full_frame_without_a_call_of_theirs(self) -> None:
        assert poke(7).hex() == "8007" + "0000" + "00000000" + "0000" + "061e"
