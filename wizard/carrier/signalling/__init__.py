"""SIP as it is on the wire: messages, session descriptions, and the ladder of a call."""
