"""A small load loop over loopback, bounded in count, with one connection for each client."""

import http.client
import statistics
import threading
import time
from dataclasses import dataclass

TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Address:
    """What is asked for, and as whom."""

    port: int
    path: str
    cookie: str = ""


def once(connection: http.client.HTTPConnection, address: Address) -> float:
    """Seconds that one GET takes. Raises RuntimeError for any answer but 200."""
    start = time.perf_counter()
    connection.request("GET", address.path, headers={"Cookie": address.cookie} if address.cookie else {})
    response = connection.getresponse()
    response.read()
    if response.status != 200:
        raise RuntimeError(f"{address.path} answered {response.status} instead of 200.")
    return time.perf_counter() - start


def median_latency(address: Address, *, requests: int) -> float:
    """Median seconds of `requests` GETs, one after the other."""
    connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=TIMEOUT_SECONDS)
    try:
        return statistics.median(once(connection, address) for _request in range(requests))
    finally:
        connection.close()


def throughput(address: Address, *, clients: int, requests: int) -> float:
    """GETs a second that `clients` at once get through, `requests` each. Raises RuntimeError when one of them fails."""
    done: list[int] = []

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=TIMEOUT_SECONDS)
        try:
            for _request in range(requests):
                once(connection, address)
            done.append(requests)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _client in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if sum(done) != clients * requests:
        raise RuntimeError(f"{address.path} did not answer all of {clients} clients.")
    return clients * requests / (time.perf_counter() - start)


def paired(ours: Address, floor: Address, *, rounds: int, requests: int) -> list[tuple[float, float]]:
    """Per round, the median latency of both, measured in turn so that the machine's drift cancels."""
    return [
        (median_latency(ours, requests=requests), median_latency(floor, requests=requests)) for _round in range(rounds)
    ]


def paired_throughput(ours: Address, floor: Address, *, rounds: int, requests: int) -> list[tuple[float, float]]:
    """Per round, GETs a second that eight clients get of both, measured in turn."""
    return [
        (throughput(ours, clients=8, requests=requests), throughput(floor, clients=8, requests=requests))
        for _round in range(rounds)
    ]
