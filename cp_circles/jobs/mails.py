"""Delivery of the outbox: no database lock is held while a mail server is being talked to."""

import smtplib

from cp_circles.jobs.kinds import Report, Tools
from cp_circles.notices.models import Mail
from cp_circles.notices.queries import waiting_mails
from cp_circles.notices.services import deliver_mail, gather_digests, mail_text
from cp_circles.notices.services.mails import Sender
from cp_circles.notices.smtp import SmtpSender
from cp_circles.web.i18n import translate_for


class Outcome:
    """Stands for a mail server that has already answered."""

    def __init__(self, fault: Exception | None) -> None:
        self.fault = fault

    def send(self, *, to: str, subject: str, body: str) -> None:
        """Repeat what the server did."""
        if self.fault is not None:
            raise self.fault


def sender_of(tools: Tools) -> Sender | None:
    """The mail server of the settings; None keeps everything in the outbox."""
    config = tools.config
    if not config.mail_host:
        return None
    return SmtpSender(
        host=config.mail_host,
        port=config.mail_port,
        from_address=config.mail_from,
        user=config.mail_user,
        password=config.mail_password,
        security="starttls" if config.mail_starttls else "none",
    )


def deliver_outbox(tools: Tools, sender: Sender | None = None) -> Report:
    """Deliver what waits, each mail noted in a transaction of its own."""
    sender = sender or sender_of(tools)
    if sender is None:
        return None
    with tools.sessions.reading() as look:
        ids = [mail.id for mail in waiting_mails(look, now=tools.now())]
    return {"delivered": sum(_deliver(tools, sender, mail_id) for mail_id in ids), "waiting": len(ids)}


def send_digests(tools: Tools) -> Report:
    """Gather what waited for eight o'clock into one mail for each person."""
    with tools.sessions.writing() as session, session.begin():
        made = gather_digests(
            session,
            translate=translate_for,
            base_url=tools.config.public_url,
            zone=tools.config.time_zone,
            now=tools.now(),
        )
        return {"count": len(made)}


def _deliver(tools: Tools, sender: Sender, mail_id: int) -> bool:
    address, fault = tools.config.public_url, None
    with tools.sessions.reading() as look:
        mail = look.get_one(Mail, mail_id)
        to, (subject, body) = mail.person.email, mail_text(mail, translate=translate_for, base_url=address)
    if to is None:
        return False
    try:
        sender.send(to=to, subject=subject, body=body)
    except (OSError, smtplib.SMTPException) as error:
        fault = error
    with tools.sessions.writing() as session, session.begin():
        return deliver_mail(
            session,
            session.get_one(Mail, mail_id),
            sender=Outcome(fault),
            translate=translate_for,
            base_url=address,
            now=tools.now(),
        )
