"""What a carrier says when it is asked from the dialer, before there is an entry. Nothing is changed there or here."""
