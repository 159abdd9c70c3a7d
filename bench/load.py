"""Load from client processes on this machine, over kept-alive connections, bounded in time."""

import multiprocessing
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

CLIENTS = 2
NO_ANSWER = 599
Sample = tuple[float, int]


@dataclass(frozen=True)
class Load:
    """What a load showed: answers a second, seconds at the median and at the 99th percentile."""

    rate: float
    median: float
    p99: float
    answers: int
    refused: int


def measure(
    port: int, requests: list[bytes], *, connections: int = 8, seconds: float = 3.0, once: bool = False
) -> Load:
    """Send the requests in turn from two client processes until the time is over.

    Each request is the whole HTTP/1.1 text; each connection starts at another of them. With `once` each
    connection sends only its own share, so that no request is sent twice.
    """
    queue: multiprocessing.Queue[list[Sample]] = multiprocessing.Queue()
    shares = [requests[n::connections] if once else requests[n:] + requests[:n] for n in range(connections)]
    clients = [
        multiprocessing.Process(target=_run_client, args=(port, shares[n::CLIENTS], once, seconds, queue))
        for n in range(CLIENTS)
    ]
    began = time.perf_counter()
    for client in clients:
        client.start()
    samples = [sample for _ in clients for sample in queue.get(timeout=seconds + 60)]
    taken = time.perf_counter() - began
    for client in clients:
        client.join()
    return _summary(samples, taken)


def _summary(samples: list[Sample], seconds: float) -> Load:
    times = sorted(taken for taken, _ in samples)
    refused = sum(status >= 400 for _, status in samples)
    p99 = times[min(len(times) - 1, int(len(times) * 0.99))]
    return Load(len(times) / seconds, statistics.median(times), p99, len(times), refused)


def _run_client(
    port: int,
    shares: list[list[bytes]],
    once: bool,
    seconds: float,
    queue: "multiprocessing.Queue[list[Sample]]",
) -> None:
    samples: list[Sample] = []
    deadline = time.perf_counter() + seconds
    threads = [
        threading.Thread(
            target=_run_connection, args=(port, iter(share) if once else cycle(share), deadline, samples)
        )
        for share in shares
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    queue.put(samples)


def _run_connection(port: int, requests: Iterator[bytes], deadline: float, samples: list[Sample]) -> None:
    connection = None
    for request in requests:
        began = time.perf_counter()
        if began > deadline:
            break
        try:
            connection = connection or socket.create_connection(("127.0.0.1", port), timeout=60)
            connection.sendall(request)
            status, closes = _read_answer(connection)
        except OSError:
            status, closes = NO_ANSWER, True
        samples.append((time.perf_counter() - began, status))
        if closes and connection:
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
