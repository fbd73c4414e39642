"""A real SMTP server for the tests: tells its port, then each message that it took, as lines of JSON.

Needs Debian's python3-aiosmtpd. Ends when its standard input ends, so that it never outlives the test.
"""

import argparse
import asyncio
import email
import email.policy
import json
import sys

from aiosmtpd.smtp import SMTP


def tell(fact):
    print(json.dumps(fact), flush=True)


class Handler:
    def __init__(self, options):
        self.refused = options.refuse
        self.deferrals = options.defer
        self.login = options.login

    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        if self.login:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address == self.refused:
            return f"550 5.1.1 no mailbox {address}"
        if self.deferrals > 0:
            self.deferrals -= 1
            return f"451 4.7.1 {address}: come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = [part for part in message.walk() if not part.is_multipart()]
        tell({
            "sender": envelope.mail_from,
            "recipients": envelope.rcpt_tos,
            "headers": {name: str(value) for name, value in message.items()},
            "defects": [str(defect) for part in message.walk() for defect in part.defects],
            "parts": [
                {
                    "type": part.get_content_type(),
                    "method": part.get_param("method"),
                    "filename": part.get_filename(),
                    "content": part.get_payload(decode=True).decode("utf-8"),
                }
                for part in parts
            ],
        })
        return "250 OK"


async def main():
    options = argparse.ArgumentParser()
    options.add_argument("--refuse", help="the address that is answered 550")
    options.add_argument("--defer", type=int, default=0, help="how many recipients are answered 451 first")
    options.add_argument("--login", action="store_true", help="answer 530, as a relay that wants a login")
    options = options.parse_args()
    handler = Handler(options)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(handler, loop=loop), "127.0.0.1", 0
    )
    tell({"port": server.sockets[0].getsockname()[1]})
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
