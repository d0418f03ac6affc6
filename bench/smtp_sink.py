"""A real SMTP server that takes everything and keeps nothing: ``python -m bench.smtp_sink`` says its port."""

from __future__ import annotations

import asyncio


class Sink(asyncio.Protocol):
    """Answers line by line; a mail ends with a dot."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._rest, self._in_mail = transport, b"", False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._rest += data
        while self._rest:
            if self._in_mail:
                _mail, dot, rest = self._rest.partition(b"\r\n.\r\n")
                if not dot:
                    return
                self._in_mail, self._rest = False, rest
                self._transport.write(b"250 taken\r\n")
                continue
            line, end, rest = self._rest.partition(b"\r\n")
            if not end:
                return
            self._rest = rest
            self._answer(line[:4].upper())

    def _answer(self, word: bytes) -> None:
        if word == b"DATA":
            self._in_mail = True
            self._transport.write(b"354 go on\r\n")
        elif word == b"QUIT":
            self._transport.write(b"221 bye\r\n")
            self._transport.close()
        else:
            self._transport.write(b"250 sink\r\n")


async def main() -> None:
    """Until killed."""
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
