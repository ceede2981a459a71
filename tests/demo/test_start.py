"""What bin/demo holds and shows while it prepares."""

import socket
from contextlib import ExitStack

import pytest
from _bootstrap import Failed
from _start import Ports


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def bind(port: int) -> None:
    """As a server does."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", port))
        server.listen()


def test_nobody_takes_the_ports_while_they_are_held():
    with ExitStack() as cleanup:
        ports = Ports(free_port(), cleanup)
        for port in (ports.site, ports.stripe):
            with pytest.raises(OSError, match="in use"):
                bind(port)

        ports.give_back()

        bind(ports.site)
        bind(ports.stripe)


def test_ports_are_free_again_whatever_ends_the_start():
    with ExitStack() as cleanup:
        ports = Ports(free_port(), cleanup)

    bind(ports.site)


def test_a_port_in_use_is_said_before_anything_is_prepared():
    with socket.socket() as other, ExitStack() as cleanup:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(Failed, match=f"port {port} is in use"):
            Ports(port, cleanup)


def test_the_fake_stripe_takes_another_port_where_the_next_one_is_in_use():
    with socket.socket() as other, ExitStack() as cleanup:
        site = free_port()
        other.bind(("127.0.0.1", site + 1))
        other.listen()

        ports = Ports(site, cleanup)

        assert ports.stripe not in (site, site + 1)
