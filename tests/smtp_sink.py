"""A real SMTP server on a real socket that can also misbehave."""

import logging
import socket
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller

logging.getLogger("mail.log").setLevel(logging.WARNING)


class Sink:
    """Keeps what is sent. `refuse` maps an address to its answer; `hang_up_after_data` closes the line instead."""

    def __init__(self):
        self.messages: list[EmailMessage] = []
        self.refuse: dict[str, str] = {}
        self.hang_up_after_data = False

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  (the name is aiosmtpd's)
        if answer := self.refuse.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        if self.hang_up_after_data:
            server.transport.close()
        return "250 OK"


class SmtpServer:
    """Runs a Sink in a thread of its own, on a free port."""

    def __init__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.sink = Sink()
        self._controller = Controller(self.sink, hostname="127.0.0.1", port=self.port, data_size_limit=50_000_000)

    def __enter__(self) -> "SmtpServer":
        self._controller.start()
        return self

    def __exit__(self, *_exception) -> None:
        self._controller.stop()
