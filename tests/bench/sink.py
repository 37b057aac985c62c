"""An SMTP server that takes everything and keeps nothing, as fast as Python can. Prints its port."""

import asyncio

HELLO, FINE, GO_ON, BYE = b"220 sink\r\n", b"250 OK\r\n", b"354 Go on\r\n", b"221 Bye\r\n"


async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Talk to one client until it leaves."""
    writer.write(HELLO)
    while line := await reader.readline():
        command = line[:4].upper()
        if command == b"DATA":
            writer.write(GO_ON)
            await reader.readuntil(b"\r\n.\r\n")
        writer.write(BYE if command == b"QUIT" else FINE)
        if command == b"QUIT":
            break
    writer.close()


async def main() -> None:
    """Serve on a free port until the process is ended."""
    server = await asyncio.start_server(take, "127.0.0.1", 0, limit=10_000_000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
