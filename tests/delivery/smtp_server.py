"""A submission server for tests, on aiosmtpd: it takes mails, and misbehaves as it is told.

    smtp_server.py DIRECTORY PORT MODE [CERTIFICATE KEY]

MODE is `plain`, `starttls` or `tls`. Prints its port when it listens. Each mail is written as DIRECTORY/mail-N.json, taken apart by
Python's own parser. How it behaves is read from DIRECTORY/behaviour.json at every command:

    {"mail": "451 later"}                        answers MAIL FROM
    {"rcpt": {"a@example.com": "550 no"}}        answers RCPT TO of this address
    {"data": "554 no"}                           answers a mail, which is not kept
    {"login": ["user", "password"]}              wants this login
    {"hide_starttls": true}                      does not offer STARTTLS
    {"stall": "rcpt"}                            does not answer RCPT TO while it says so ("mail", "data" likewise; "accepted": keeps the mail first)
    {"drop_in_data": true}                       ends the connection in the middle of a mail
    {"endless": true}                            answers MAIL FROM with a line that does not end
    {"inject": true}                             adds an answer in clear behind that to STARTTLS
"""

import asyncio
import base64
import email
import email.policy
import json
import os
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

directory, port, mode = sys.argv[1], int(sys.argv[2]), sys.argv[3]


def behaviour(name):
    try:
        with open(os.path.join(directory, "behaviour.json")) as file:
            return json.load(file).get(name)
    except FileNotFoundError:
        return None


async def stalled(where):
    while behaviour("stall") == where:
        await asyncio.sleep(0.05)


def part(of):
    return {
        "type": of.get_content_type(),
        "charset": of.get_content_charset(),
        "encoding": of["Content-Transfer-Encoding"],
        "name": of.get_filename(),
        "base64": base64.b64encode(of.get_payload(decode=True)).decode(),
    }


def taken_apart(server, session, envelope):
    message = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
    return {
        "from": envelope.mail_from,
        "to": envelope.rcpt_tos,
        "is_tls": server.transport.get_extra_info("ssl_object") is not None,
        "user": getattr(session, "user", None),
        "headers": [[name, str(value)] for name, value in message.items()],
        "structure": [one.get_content_type() for one in message.walk()],
        "parts": [part(one) for one in message.walk() if not one.is_multipart()],
    }


class Handler:
    def __init__(self):
        self.mails = len([name for name in os.listdir(directory) if name.startswith("mail-")])

    async def handle_MAIL(self, server, session, envelope, address, options):
        await stalled("mail")
        if behaviour("endless"):
            server._writer.write(b"250-" + b"x" * 300_000)
            await asyncio.sleep(3600)
        if answer := behaviour("mail"):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        await stalled("rcpt")
        if answer := (behaviour("rcpt") or {}).get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        await stalled("data")
        if answer := behaviour("data"):
            return answer
        self.mails += 1
        path = os.path.join(directory, f"mail-{self.mails}.json")
        with open(path + ".new", "w") as file:
            json.dump(taken_apart(server, session, envelope), file)
        os.rename(path + ".new", path)
        await stalled("accepted")
        return f"250 2.0.0 OK: queued as {self.mails}"


class Server(SMTP):
    async def smtp_DATA(self, arg):
        if behaviour("drop_in_data"):
            await self.push("354 go on")
            await self._reader.read(200)
            self.transport.abort()
            return
        await super().smtp_DATA(arg)

    async def smtp_STARTTLS(self, arg):
        if behaviour("inject"):
            # In one segment, as somebody on the way would do it.
            self._writer.write(b"220 go ahead\r\n250-injected\r\n250 AUTH PLAIN\r\n")
            await self._writer.drain()
            await asyncio.sleep(3600)
        await super().smtp_STARTTLS(arg)

    async def smtp_EHLO(self, hostname):
        if behaviour("hide_starttls"):
            self.session.extended_smtp = True
            self.session.host_name = hostname
            await self.push("250-nobody.example\r\n250 HELP")
            return
        await super().smtp_EHLO(hostname)


def authenticate(server, session, envelope, mechanism, data):
    wanted = behaviour("login")
    if wanted is None or not isinstance(data, LoginPassword):
        return AuthResult(success=False, handled=False)
    given = [data.login.decode(), data.password.decode()]
    if given == wanted:
        session.user = given[0]
    return AuthResult(success=given == wanted, handled=False)


class Listener(Controller):
    def factory(self):
        return Server(
            self.handler,
            hostname="mx.example",
            tls_context=context if mode == "starttls" else None,
            require_starttls=mode == "starttls" and not behaviour("hide_starttls"),
            auth_require_tls=mode == "starttls",
            auth_required=behaviour("login") is not None,
            authenticator=authenticate,
            data_size_limit=50_000_000,
            enable_SMTPUTF8=False,
        )


context = None
if mode != "plain":
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(sys.argv[4], sys.argv[5])

listener = Listener(
    Handler(),
    hostname="127.0.0.1",
    port=port,
    ssl_context=context if mode == "tls" else None,
)
# Port 0: the controller would ask whether it listens at 0.
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
server = loop.run_until_complete(
    loop.create_server(listener.factory, host="127.0.0.1", port=port, ssl=listener.ssl_context)
)
print(server.sockets[0].getsockname()[1], flush=True)
loop.run_forever()
