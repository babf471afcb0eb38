"""Writes given bytes on the first request stream of new QUIC connections and tells what came back.

One line of JSON in, {"pieces": [hex, ...], "fin": bool}, is one case; one line of JSON out is its result.
Argument: the UDP port.
The bytes are HTTP/3 frames made by the test: no library looks at them on the way out.
"""

import asyncio
import json
import ssl
import sys

from aioquic.asyncio.client import connect
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import (
    ConnectionTerminated,
    StopSendingReceived,
    StreamDataReceived,
    StreamReset,
)


class RawClient(QuicConnectionProtocol):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.http = H3Connection(self._quic)
        self.result = {"status": None, "reset": None, "stop": None, "close": None}
        self.done = asyncio.Event()

    def quic_event_received(self, event):
        if isinstance(event, StreamReset) and event.stream_id == 0:
            self.result["reset"] = event.error_code
            self.done.set()
        elif isinstance(event, StopSendingReceived) and event.stream_id == 0:
            self.result["stop"] = event.error_code
        elif isinstance(event, ConnectionTerminated):
            self.result["close"] = event.error_code
            self.done.set()
        elif isinstance(event, StreamDataReceived):
            for http_event in self.http.handle_event(event):
                if isinstance(http_event, HeadersReceived) and http_event.stream_id == 0:
                    status = int(dict(http_event.headers).get(b":status", b"0"))
                    if status >= 200:
                        self.result["status"] = status
                        self.done.set()


async def run_case(port, case):
    configuration = QuicConfiguration(
        is_client=True, alpn_protocols=H3_ALPN, verify_mode=ssl.CERT_NONE, server_name="localhost"
    )
    async with connect(
        "127.0.0.1", port, configuration=configuration, create_protocol=RawClient
    ) as client:
        stream = client._quic.get_next_available_stream_id()
        pieces = case["pieces"]
        for index, piece in enumerate(pieces):
            if index > 0:
                await asyncio.sleep(0.02)
            last = index == len(pieces) - 1
            client._quic.send_stream_data(stream, bytes.fromhex(piece), last and case["fin"])
            client.transmit()
        try:
            await asyncio.wait_for(client.done.wait(), case.get("wait", 1.5))
            # A reset may follow a status.
            await asyncio.sleep(0.01)
        except asyncio.TimeoutError:
            pass
        return dict(client.result)


async def main():
    port = int(sys.argv[1])
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(await run_case(port, json.loads(line))), flush=True)


asyncio.run(main())
