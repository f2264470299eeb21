"""Pages that can't be shown, in words."""

from __future__ import annotations

from .errors import Words

PROBLEMS: dict[int, Words] = {
    400: Words("The browser sent something odd", "The request could not be understood.", "Go back and try again."),
    403: Words("Please open the wizard with its address", "This browser has not shown the access token yet, or the request came from another site.", "Open the address that the wizard printed when it started; it ends in ?token=… If you just did, go to the first page."),
    404: Words("Not found", "There is no such page, draft or install.", "Go to the first page: everything that exists is listed there."),
    405: Words("Not like this", "This address takes no such request.", "Go back and try again."),
    413: Words("Too much", "That was more than any form of the wizard sends.", "Go back and try again."),
    500: Words("The wizard stumbled", "Something went wrong inside the wizard. Nothing was changed on a dialer by this page.", "Go back and try again; what you typed is kept. If it comes back, please report it with the wizard's log."),
}  # fmt: skip
