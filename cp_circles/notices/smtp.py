"""Delivery of mail by SMTP."""

import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid


@dataclass(frozen=True)
class SmtpSender:
    """One mail server; `security` is "none", "starttls" or "tls"."""

    host: str
    port: int
    from_address: str
    user: str = ""
    password: str = ""
    security: str = "starttls"
    timeout_seconds: float = 20

    def send(self, *, to: str, subject: str, body: str) -> None:
        """Deliver one message; raises OSError or smtplib.SMTPException when the server does not take it."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.from_address, to, subject
        message["Date"], message["Message-ID"] = formatdate(), make_msgid()
        message.set_content(body)
        kind = smtplib.SMTP_SSL if self.security == "tls" else smtplib.SMTP
        with kind(self.host, self.port, timeout=self.timeout_seconds) as server:
            if self.security == "starttls":
                server.starttls()
            if self.user:
                server.login(self.user, self.password)
            server.send_message(message)
