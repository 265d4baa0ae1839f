"""Forwards TCP connections to another address: `tcp_forward.py HOST:PORT`.

Prints the port it listens on, on 127.0.0.1. Killed, it is a server that refuses; stopped (SIGSTOP), one that hangs.
"""

import asyncio
import sys

target_host, target_port = sys.argv[1].rsplit(":", 1)
listen_port = int(sys.argv[2]) if len(sys.argv) > 2 else 0


async def copy(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except (ConnectionError, OSError):
        pass
    finally:
        writer.close()


async def serve(reader, writer):
    try:
        onward_reader, onward_writer = await asyncio.open_connection(target_host, int(target_port))
    except OSError:
        writer.close()
        return
    await asyncio.gather(copy(reader, onward_writer), copy(onward_reader, writer))


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", listen_port)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


asyncio.run(main())
