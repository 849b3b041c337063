"""Countries of networks by a table of the installation's own: no data about addresses come with the system.

The setting ``network_countries`` is a JSON object of networks (CIDR) to countries (ISO 3166-1 alpha-2). What is not in
it is told apart by its /16 (IPv6: /32) alone; an installation with a licensed database puts its adapter here.
"""

from __future__ import annotations

import ipaddress
import json
import re

from chalicelib.domain.suspicion import Place

WIDE = {4: 16, 6: 32}
COUNTRY = re.compile(r"[A-Z]{2}")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class TableNetworks:
    def __init__(self, table: str) -> None:
        """Raises ValueError for a table that is not of that form."""
        given = json.loads(table or "{}")
        if not isinstance(given, dict) or not all(COUNTRY.fullmatch(str(country)) for country in given.values()):
            raise ValueError("network_countries: an object of networks to countries of two capital letters")
        rows: list[tuple[Network, str]] = [(ipaddress.ip_network(net), country) for net, country in given.items()]
        self._table = sorted(rows, key=lambda row: -row[0].prefixlen)

    def place(self, ip: str) -> Place:
        try:
            address = ipaddress.ip_address(ip)
        except ValueError:
            return Place("")
        address = getattr(address, "ipv4_mapped", None) or address
        for network, country in self._table:
            if address.version == network.version and address in network:
                return Place(country, country=True)
        return Place(str(ipaddress.ip_network((address, WIDE[address.version]), strict=False)))
