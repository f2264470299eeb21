"""From a file or a form to typed answers."""

from __future__ import annotations

import pytest

from wizard.carrier.answers import NOT_YET_SUPPORTED, STEP_OF, Answers
from wizard.carrier.reading import plain_answers, read_answers
from wizard.secret import Secret

#: interface.md, "Answers": every name a user may write is known, now or later
PROMISED = """
    carrier_id carrier_name carrier_description preset server_ip user_group protocol auth host port transport
    outbound_proxy username secret auth_username from_user from_domain match inbound_context did codecs dtmf_mode qualify
    qualify_frequency template_id dial_prefix destinations number_format tech_prefix caller_id_format caller_id_header
    caller_id_name extra_headers backup_carrier failover_on stir_shaken least_cost max_channels calls_per_second active
""".split()  # noqa: SIM905
#: names of our own beside those
OURS = """
    trunk_name global_name realm registration_expiry registration_retry srtp session_timers make_template extra_options
    destination_digits allow_premium allow_caribbean campaigns tiltx_api_key server_trunks
""".split()  # noqa: SIM905


def test_every_promised_answer_is_either_understood_or_named_as_not_yet_supported() -> None:
    assert set(PROMISED) | set(OURS) == set(STEP_OF) | NOT_YET_SUPPORTED
    assert not set(STEP_OF) & NOT_YET_SUPPORTED


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ({"carrier_idd": "ACME"}, "answer_unknown_close"),
        ({"zzzzzz": 1}, "answer_unknown"),
        ({"active": False}, "answer_not_supported"),
        ({"protocol": "SCCP"}, "not_a_choice"),
        ({"port": "many"}, "wrong_type"),
        ({"port": True}, "wrong_type"),
        ({"qualify": "yes"}, "wrong_type"),
        ({"codecs": "ulaw"}, "wrong_type"),
        ({"codecs": ["mp3"]}, "not_a_choice"),
        ({"host": ["a"]}, "wrong_type"),
        ({"match": "203.0.113.7"}, "wrong_type"),
        ({"match": [["203.0.113.7"]]}, "wrong_type"),
        ({"transport": "ws"}, "not_a_choice"),
        ({"srtp": 1}, "wrong_type"),
        ({"registration_expiry": 1.5}, "wrong_type"),
        ({"secret": 1.5}, "wrong_type"),
    ],
)
def test_what_cannot_be_read_is_said_and_leaves_the_answer_as_it_was(raw: dict[str, object], code: str) -> None:
    answers, [finding] = read_answers(raw)

    assert (finding.field, finding.code) == (next(iter(raw)), code)
    assert answers == Answers()


def test_a_bare_number_is_a_user_name_too() -> None:
    answers, findings = read_answers({"username": 15551239999})

    assert findings == []
    assert answers.sign_in.username == "15551239999"


def test_the_field_keeps_its_old_word_for_dtmf() -> None:
    answers, findings = read_answers({"dtmf_mode": "rfc2833"})

    assert findings == []
    assert answers.audio.dtmf_mode == "rfc4733"


def test_the_secret_is_left_out_of_plain_answers_unless_asked_for() -> None:
    answers, _ = read_answers({"secret": "s3cret.Word", "host": "h.example.com"})

    assert plain_answers(answers, with_secret=False) == {"host": "h.example.com"}
    assert plain_answers(answers, with_secret=True) == {"host": "h.example.com", "secret": "s3cret.Word"}


def test_a_secret_shows_itself_to_nobody() -> None:
    secret = Secret("s3cret.Word")

    assert "s3cret" not in f"{secret} {secret!r} {[secret]} {secret:>20}"
    assert secret.reveal() == "s3cret.Word"
