"""For `flask run` and WSGI servers: the application lives in the package."""

from wizard.web import create_app

__all__ = ["create_app"]
