"""One HTTP/3 request with aioquic, told as JSON on standard input, answered as JSON on standard output.

In:  {"port", "ca", "method", "path", "headers": [[name, value]], "body": base64 or null, "bodyParts": number,
      "stopAfter": bytes or null, "resetAfter": bytes or null, "timeout": seconds}
Out: {"interim": [{"status", "headers"}], "status", "headers", "trailers", "bytes", "body": base64 of the first 64 KiB,
      "sha256", "complete", "reset": code or null, "closed": code or null}
"""
import asyncio
import base64
import hashlib
import json
import ssl
import sys

from aioquic.asyncio import connect
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import ConnectionTerminated, StreamReset


class Client(QuicConnectionProtocol):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.h3 = H3Connection(self._quic)
        self.done = asyncio.Event()
        self.progress = asyncio.Event()
        self.answer = {"interim": [], "status": None, "headers": [], "trailers": [], "bytes": 0, "complete": False,
                       "reset": None, "closed": None}
        self.head = b""
        self.hash = hashlib.sha256()

    def quic_event_received(self, event):
        if isinstance(event, StreamReset):
            self.answer["reset"] = event.error_code
            self.done.set()
        elif isinstance(event, ConnectionTerminated):
            self.answer["closed"] = event.error_code
            self.done.set()
        for one in self.h3.handle_event(event):
            self.h3_event_received(one)

    def h3_event_received(self, event):
        answer = self.answer
        if isinstance(event, HeadersReceived):
            fields = [[n.decode("latin1"), v.decode("latin1")] for n, v in event.headers]
            status = next((int(v) for n, v in fields if n == ":status"), None)
            fields = [pair for pair in fields if pair[0] != ":status"]
            if status is None:
                answer["trailers"] = fields
            elif status < 200:
                answer["interim"].append({"status": status, "headers": fields})
            else:
                answer["status"], answer["headers"] = status, fields
        elif isinstance(event, DataReceived):
            answer["bytes"] += len(event.data)
            self.hash.update(event.data)
            if len(self.head) < 65536:
                self.head += event.data[: 65536 - len(self.head)]
        if getattr(event, "stream_ended", False):
            answer["complete"] = True
            self.done.set()
        self.progress.set()


async def main():
    spec = json.load(sys.stdin)
    configuration = QuicConfiguration(is_client=True, alpn_protocols=H3_ALPN, server_name="localhost")
    configuration.load_verify_locations(spec["ca"])
    async with connect("127.0.0.1", spec["port"], configuration=configuration, create_protocol=Client) as client:
        if spec["method"] == "HEAD":
            # aioquic compares content-length with the body of a HEAD too, which has none (RFC 9110 section 9.3.2).
            client.h3._check_content_length = lambda stream: None
        stream = client._quic.get_next_available_stream_id()
        body = base64.b64decode(spec["body"]) if spec.get("body") is not None else None
        head = [(b":method", spec["method"].encode()), (b":scheme", b"https"),
                (b":authority", f"localhost:{spec['port']}".encode()), (b":path", spec["path"].encode())]
        head += [(n.encode("latin1"), v.encode("latin1")) for n, v in spec.get("headers", [])]
        client.h3.send_headers(stream, head, end_stream=body is None)
        if body is not None:
            reset_after = spec.get("resetAfter")
            client.h3.send_data(stream, body[:reset_after] if reset_after else body, end_stream=not reset_after)
            if reset_after:
                client.transmit()
                await asyncio.sleep(0.2)
                client._quic.reset_stream(stream, 0x10C)
                client._quic.stop_stream(stream, 0x10C)
        client.transmit()
        if spec.get("stopAfter") is not None:
            while client.answer["bytes"] < spec["stopAfter"] and not client.done.is_set():
                client.progress.clear()
                await asyncio.wait_for(client.progress.wait(), spec.get("timeout", 20))
            client._quic.stop_stream(stream, 0x10C)
            client.transmit()
            await asyncio.sleep(0.5)
        else:
            try:
                await asyncio.wait_for(client.done.wait(), spec.get("timeout", 20))
            except asyncio.TimeoutError:
                pass
        client.answer["body"] = base64.b64encode(client.head).decode()
        client.answer["sha256"] = client.hash.hexdigest()
        print(json.dumps(client.answer))


asyncio.run(main())
