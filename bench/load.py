"""Load from client processes on this machine, over kept-alive connections, bounded in time."""

import multiprocessing
import socket
import statistics
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass

CLIENTS = 2


@dataclass(frozen=True)
class Load:
    """What a load showed: answers a second, seconds at the median and at the 99th percentile."""

    rate: float
    median: float
    p99: float
    answers: int
    refused: int


def measure(port: int, requests: list[bytes], *, connections: int = 8, seconds: float = 3.0) -> Load:
    """Send the requests in turn from two client processes until the time is over.

    Each request is the whole HTTP/1.1 text; each connection starts at another of them.
    """
    queue: multiprocessing.Queue[list[tuple[float, int]]] = multiprocessing.Queue()
    share = max(1, connections // CLIENTS)
    arguments = [(port, requests, share, seconds, client, queue) for client in range(CLIENTS)]
    clients = [multiprocessing.Process(target=_run_client, args=each) for each in arguments]
    for client in clients:
        client.start()
    samples = [sample for _ in clients for sample in queue.get(timeout=seconds + 60)]
    for client in clients:
        client.join()
    return _summary(samples, seconds)


def _summary(samples: Iterable[tuple[float, int]], seconds: float) -> Load:
    listed = list(samples)
    times = sorted(taken for taken, _ in listed)
    refused = sum(status >= 400 for _, status in listed)
    p99 = times[min(len(times) - 1, int(len(times) * 0.99))]
    return Load(len(times) / seconds, statistics.median(times), p99, len(times), refused)


def _run_client(
    port: int,
    requests: list[bytes],
    connections: int,
    seconds: float,
    client: int,
    queue: "multiprocessing.Queue[list[tuple[float, int]]]",
) -> None:
    samples: list[tuple[float, int]] = []
    starts = [
        (client * connections + n) * len(requests) // (CLIENTS * connections) for n in range(connections)
    ]
    deadline = time.perf_counter() + seconds
    threads = [
        threading.Thread(target=_run_connection, args=(port, requests, start, deadline, samples))
        for start in starts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    queue.put(samples)


def _run_connection(
    port: int, requests: list[bytes], start: int, deadline: float, samples: list[tuple[float, int]]
) -> None:
    connection, at = None, start
    while time.perf_counter() < deadline:
        began = time.perf_counter()
        try:
            connection = connection or socket.create_connection(("127.0.0.1", port), timeout=30)
            connection.sendall(requests[at % len(requests)])
            status, closes = _read_answer(connection)
        except OSError:
            connection = None
            continue
        samples.append((time.perf_counter() - began, status))
        at += 1
        if closes:
            connection.close()
            connection = None
    if connection:
        connection.close()


def _read_answer(connection: socket.socket) -> tuple[int, bool]:
    received = b""
    while b"\r\n\r\n" not in received:
        received += _receive(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    missing = int(fields.get(b"content-length", b"0")) - len(body)
    while missing > 0:
        missing -= len(_receive(connection))
    return int(head.split(b" ", 2)[1]), fields.get(b"connection") == b"close"


def _receive(connection: socket.socket) -> bytes:
    part = connection.recv(65_536)
    if not part:
        raise ConnectionError("the server closed the connection")
    return part
