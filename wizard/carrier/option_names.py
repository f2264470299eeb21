"""The options that each driver's sections know, in Asterisk 16 to 22.

PJSIP documents itself (``config show help``), and a dialer that does is asked; the other drivers never say, and take what they
don't know without a word. Those lists were made by trying: tests/real/test_option_names.py holds them against Asterisk.
"""

from __future__ import annotations

from collections.abc import Mapping

from .model import Protocol


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ENDPOINT = _names(
    """
    100rel accept_multiple_sdp_answers accountcode acl aggregate_mwi allow allow_overlap allow_subscribe
    allow_transfer allow_unauthenticated_options aors asymmetric_rtp_codec auth bind_rtp_to_media_address bundle
    call_group callerid callerid_privacy callerid_tag codec_prefs_incoming_answer codec_prefs_incoming_offer
    codec_prefs_outgoing_answer codec_prefs_outgoing_offer connected_line_method contact_acl contact_deny
    contact_permit contact_user context cos_audio cos_video deny device_state_busy_at direct_media
    direct_media_glare_mitigation direct_media_method disable_direct_media_on_nat disallow dtls_auto_generate_cert
    dtls_ca_file dtls_ca_path dtls_cert_file dtls_cipher dtls_fingerprint dtls_private_key dtls_rekey dtls_setup
    dtls_verify dtmf_mode fax_detect fax_detect_timeout follow_early_media_fork follow_redirect_methods force_avp
    force_rport from_domain from_user g726_non_standard geoloc_incoming_call_profile geoloc_outgoing_call_profile
    ice_support identify_by ignore_183_without_sdp inband_progress incoming_call_offer_pref incoming_mwi_mailbox
    language mailboxes max_audio_streams max_video_streams media_address media_encryption media_encryption_optimistic
    media_use_received_transport message_context moh_passthrough moh_suggest mwi_from_user
    mwi_subscribe_replaces_unsolicited named_call_group named_pickup_group notify_early_inuse_ringing
    one_touch_recording outbound_auth outbound_proxy outgoing_call_offer_pref overlap_context permit pickup_group
    preferred_codec_only record_off_feature record_on_feature redirect_method refer_blind_progress rewrite_contact
    rpid_immediate rtcp_mux rtp_engine rtp_ipv6 rtp_keepalive rtp_port_end rtp_port_start rtp_symmetric rtp_timeout
    rtp_timeout_hold sdp_owner sdp_session security_mechanisms security_negotiation send_aoc send_connected_line
    send_diversion send_history_info send_pai send_rpid set_var srtp_tag_32 stir_shaken stir_shaken_profile
    sub_min_expiry subscribe_context suppress_moh_on_sendonly suppress_q850_reason_headers
    t38_bind_udptl_to_media_address t38_udptl t38_udptl_ec t38_udptl_ipv6 t38_udptl_maxdatagram t38_udptl_nat tenantid
    timers timers_min_se timers_sess_expires tone_zone tos_audio tos_video transport trust_connected_line
    trust_id_inbound trust_id_outbound type use_avpf use_ptime user_eq_phone voicemail_extension webrtc
    """
)
_AOR = _names(
    """
    authenticate_qualify contact default_expiration mailboxes max_contacts maximum_expiration minimum_expiration
    outbound_proxy qualify_2xx_only qualify_frequency qualify_timeout remove_existing remove_unavailable support_path
    type voicemail_extension
    """
)
_AUTH = _names(
    """
    auth_type md5_cred nonce_lifetime oauth_clientid oauth_secret password password_digest realm refresh_token
    supported_algorithms_uac supported_algorithms_uas type username
    """
)
_IDENTIFY = _names(
    """
    endpoint match match_header match_request_uri srv_lookups type
    """
)
_REGISTRATION = _names(
    """
    auth_rejection_permanent client_uri contact_header_params contact_user endpoint expiration fatal_retry_interval
    forbidden_retry_interval line max_random_initial_delay max_retries outbound_auth outbound_proxy retry_interval
    security_mechanisms security_negotiation server_uri support_outbound support_path transport type user_agent
    """
)
_WIZARD = _names(
    """
    accepts_auth accepts_registrations client_uri_pattern contact_pattern has_hint has_phoneprov hint_application
    hint_context hint_exten outbound_proxy remote_hosts sends_auth sends_line_with_registrations sends_registrations
    server_uri_pattern transport type
    """
)
_SIP_PEER = _names(
    """
    accountcode acl allow allowoverlap allowsubscribe allowtransfer amaflags auth autoframing avpf buggymwi busylevel
    call-limit callbackextension callcounter callerid callgroup callingpres canreinvite cid_number cid_tag contactacl
    contactdeny contactpermit context defaultip defaultuser deny description directmedia directmediaacl
    directmediadeny directmediapermit disallow disallowed_methods discard_remote_hold_retrieval dtlsautogeneratecert
    dtlscafile dtlscapath dtlscertfile dtlscipher dtlsenable dtlsfingerprint dtlsprivatekey dtlsrekey dtlssetup
    dtlsverify dtmfmode encryption encryption_taglen faxdetect force_avp fromdomain fromuser fullname hasvoicemail
    host icesupport ignore_requested_pref ignoresdpversion insecure keepalive language mailbox maxcallbitrate
    maxforwards md5secret mohinterpret mohsuggest mwi_from namedcallgroup namedpickupgroup nat outboundproxy
    outofcall_message_context parkinglot permit pickupgroup port preferred_codec_only progressinband promiscredir
    qualify qualifyfreq recordofffeature recordonfeature regexten remotesecret rfc2833compensate rtcp_mux rtp_engine
    rtpholdtimeout rtpkeepalive rtptimeout secret sendrpid session-expires session-minse session-refresher
    session-timers setvar snom_aoc_enabled subscribecontext subscribemwi supportpath t38pt_udptl t38pt_usertpsource
    textsupport timerb timert1 tonezone transport trunkname trust_id_outbound trustrpid type unsolicited_mailbox
    use_q850_reason useclientcode usereqphone username videosupport vmexten
    """
)
_IAX2_PEER = _names(
    """
    acl adsi allow auth callerid cid_number connectedline context dbsecret defaultip deny description disallow
    encryption forceencryption fullname hasvoicemail host inkeys jitterbuffer keyrotate language mailbox mask
    maxcallnumbers mohinterpret mohsuggest outkey parkinglot peercontext permit port qualify qualifyfreqnotok
    qualifyfreqok qualifysmoothing regexten requirecalltoken secret sendani setvar sourceaddress timezone transfer
    trunk type username
    """
)
_IAX2_USER = _names(
    """
    accountcode acl adsi allow amaflags auth callerid cid_number codecpriority connectedline context dbsecret deny
    disallow encryption forceencryption fullname immediate inkeys jitterbuffer keyrotate language maxauthreq
    mohinterpret mohsuggest parkinglot permit requirecalltoken secret setvar transfer trunk type
    """
)
_PJSIP = {"endpoint": _ENDPOINT, "aor": _AOR, "auth": _AUTH, "identify": _IDENTIFY, "registration": _REGISTRATION}
_KNOWN: Mapping[Protocol, Mapping[str, frozenset[str]]] = {
    Protocol.SIP: {"peer": _SIP_PEER},
    Protocol.PJSIP: _PJSIP,
    Protocol.PJSIP_WIZ: {**_PJSIP, "outbound_auth": _AUTH, "wizard": _WIZARD},
    Protocol.IAX2: {"peer": _IAX2_PEER, "user": _IAX2_USER},
}


def holds_secret(option: str) -> bool:
    """Whether an option's value is nobody's business, whoever wrote it."""
    name = option.lower().rpartition("/")[2]
    words = ("secret", "password", "md5", "oauth", "token", "inkeys", "outkey", "private_key")
    return name in ("auth", "register") or any(word in name for word in words)


def known_options(protocol: Protocol, kind: str) -> frozenset[str] | None:
    """The options of a kind of section; None where nobody knows."""
    return _KNOWN.get(protocol, {}).get(kind)
