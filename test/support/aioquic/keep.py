"""One HTTP/3 connection that a test drives: a line "PATH" on standard input is a GET, and what happens is told as JSON.

Arguments: port, PEM of the authority. Lines out: {"event": "open" | "response" | "end" | "reset" | "goaway" | "close", …}.
"""

import asyncio
import json
import sys

from aioquic.asyncio.client import connect
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.buffer import Buffer
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import ConnectionTerminated, StreamDataReceived, StreamReset

GOAWAY = 7
# The server's first stream of its own is its control stream.
CONTROL_STREAM = 3


def tell(**what):
    print(json.dumps(what), flush=True)


class Client(QuicConnectionProtocol):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.http = H3Connection(self._quic)

    def get(self, port, path):
        stream = self._quic.get_next_available_stream_id()
        authority = b"localhost:%d" % port
        fields = [(b":method", b"GET"), (b":scheme", b"https"), (b":authority", authority), (b":path", path)]
        self.http.send_headers(stream, fields, end_stream=True)
        self.transmit()

    def quic_event_received(self, event):
        if isinstance(event, ConnectionTerminated):
            tell(event="close", code=event.error_code)
        elif isinstance(event, StreamReset):
            tell(event="reset", stream=event.stream_id, code=event.error_code)
        elif isinstance(event, StreamDataReceived) and event.stream_id == CONTROL_STREAM:
            # aioquic tells nobody of a GOAWAY; quiche writes it in one piece.
            if event.data[:1] == bytes([GOAWAY]):
                tell(event="goaway", id=Buffer(data=event.data[2:]).pull_uint_var())
        for http_event in self.http.handle_event(event):
            if isinstance(http_event, HeadersReceived):
                status = int(dict(http_event.headers).get(b":status", b"0"))
                if status >= 200:
                    tell(event="response", stream=http_event.stream_id, status=status)
            if isinstance(http_event, (HeadersReceived, DataReceived)) and http_event.stream_ended:
                tell(event="end", stream=http_event.stream_id)


async def main():
    port = int(sys.argv[1])
    configuration = QuicConfiguration(is_client=True, alpn_protocols=H3_ALPN, server_name="localhost")
    configuration.load_verify_locations(sys.argv[2])
    loop = asyncio.get_running_loop()
    async with connect("127.0.0.1", port, configuration=configuration, create_protocol=Client) as client:
        tell(event="open")
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            client.get(port, line.strip().encode())


asyncio.run(main())
