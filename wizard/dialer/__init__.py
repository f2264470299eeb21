"""The thin layer that talks to a dialer. Only connection.py knows paramiko; nothing here knows Flask or the store."""
