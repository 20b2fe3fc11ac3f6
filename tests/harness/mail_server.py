"""A mail server for tests: aiosmtpd with STARTTLS and AUTH; each mail is one line of JSON, as Python's email reads it.

Addresses say how it answers: temporary-2+…@ is refused with 451 twice, never+…@ for good with 550, lost-1+…@ is taken
once without an answer, slow+…@ is taken after a while.
"""
import asyncio
import email
import email.policy
import json
import re
import ssl
import sys
from collections import Counter

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

certificate, key, user, password = sys.argv[1:5]
tries = Counter()


def say(line):
    print(json.dumps(line), flush=True)


def part_of(message, kind):
    part = message.get_body((kind,))
    return part.get_content() if part is not None else None


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        behaviour = re.match(r"(temporary|never|lost|slow)(?:-(\d+))?\+", address)
        tries[address] += 1
        if behaviour and behaviour[1] == "never":
            return "550 5.1.1 no such mailbox"
        if behaviour and behaviour[1] == "temporary" and tries[address] <= int(behaviour[2]):
            return "451 4.7.1 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        to = envelope.rcpt_tos[0]
        say({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None,
            "user": session.auth_data.login.decode() if session.auth_data else None,
            "headers": [[name, str(value)] for name, value in message.items()],
            "defects": [str(each) for each in message.defects],
            "subject": str(message["Subject"]),
            "text": part_of(message, "plain"),
            "html": part_of(message, "html"),
            "raw": envelope.content.decode("latin-1"),
        })
        behaviour = re.match(r"(lost|slow)(?:-(\d+))?\+", to)
        if behaviour and behaviour[1] == "slow":
            await asyncio.sleep(0.7)
        if behaviour and behaviour[1] == "lost" and tries[to] <= int(behaviour[2]):
            await asyncio.sleep(3600)
        return "250 taken"


def authenticate(server, session, envelope, mechanism, auth_data):
    good = (isinstance(auth_data, LoginPassword) and auth_data.login.decode() == user
            and auth_data.password.decode() == password)
    return AuthResult(success=good, auth_data=auth_data)


async def main():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Handler(), tls_context=context, require_starttls=True, auth_required=True,
                     authenticator=authenticate, loop=loop, enable_SMTPUTF8=True), "127.0.0.1", 0)
    say({"port": server.sockets[0].getsockname()[1]})
    await server.serve_forever()


asyncio.run(main())
