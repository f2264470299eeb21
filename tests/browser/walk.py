"""What a person does in the browser, in their words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.lab import Lab

#: an install waits for VICIdial's rebuild, a registration, and where it fails for another rebuild
INSTALL_MS = 60_000


@dataclass
class Walk:
    """One person with one browser window."""

    page: Page
    lab: Lab
    shots: Path

    def shot(self, name: str) -> None:
        """A picture of the whole page, for people to look at."""
        self.shots.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self.shots / f"{name}.png", full_page=True)

    def begin(self) -> None:
        self.page.get_by_role("button", name="Connect a carrier").click()

    def add_dialer(self) -> None:
        """The lab's dialer, by its key; the fingerprint is compared."""
        self.page.get_by_label("Host name or address").fill(self.lab.dialer.address)
        self.page.get_by_label("Name", exact=True).fill("lab")
        self.page.get_by_label("SSH port").fill(str(self.lab.settings.ssh_port))
        self.page.get_by_label("A private key file").check()
        self.page.get_by_label("Private key file", exact=True).fill(str(self.lab.key))
        self.shot("dialer")
        self.page.get_by_role("button", name="Connect and look").click()
        expect(self.page.get_by_text("Is this your dialer?")).to_be_visible()
        self.shot("host-key")
        self.page.get_by_role("button", name=re.compile("it is mine")).click()
        expect(self.page.get_by_text("This dialer can do its part")).to_be_visible()
        self.shot("dialer-seen")
        self.page.get_by_role("link", name="Go on").click()

    def name_carrier(self, carrier_id: str = "ACME", name: str = "Acme Telecom", protocol: str = "SIP") -> None:
        self.page.get_by_label("Carrier ID").fill(carrier_id)
        self.page.get_by_label(re.compile("^Protocol")).select_option(protocol)
        self.page.get_by_label(re.compile("^Name")).fill(name)
        self.shot("carrier")
        self.save()

    def sign_in(self, auth: str, username: str = "", secret: str = "") -> None:
        labels = {"registration": "By registration", "credentials": "with each call", "ip": "IP address"}
        self.page.get_by_label(labels[auth]).check()
        if username:
            self.page.get_by_label(re.compile("^User name")).fill(username)
            self.page.get_by_label(re.compile("^Password")).fill(secret)
        self.shot("sign-in")
        self.save()

    def connect_to(self, host: str) -> None:
        self.page.get_by_label("Carrier's host").fill(host)
        self.shot("connection")
        self.save()

    def take_audio_and_numbers_as_they_are(self) -> None:
        self.shot("audio")
        self.save()
        self.shot("numbers")
        self.save()
        self.shot("routing")
        self.save()

    def save(self) -> None:
        self.page.get_by_role("button", name="Save and go on").last.click()

    def install(self) -> None:
        self.page.get_by_role("button", name="Install and watch it come up").click()
        expect(self.page.get_by_role("heading", name="Installing")).to_be_visible()
        self.shot("installing")

    def see(self, words: str) -> None:
        """Wait for the end, without touching anything."""
        expect(self.page.locator(".verdict").get_by_text(words)).to_be_visible(timeout=INSTALL_MS)
        expect(self.page.locator("#install-progress")).not_to_have_attribute("hx-get", re.compile("."), timeout=INSTALL_MS)

    def take_off(self) -> None:
        self.page.get_by_role("button", name="Take it off the dialer again").click()
        self.see("The dialer was put back as it was before")

    @property
    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        wider: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return wider
