"""The bill of materials of what runs, as CycloneDX JSON: the same lock gives the same bytes."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any

from tests.supply.packages import ALLOWED, Package


def bill(name: str, version: str, parts: Sequence[Package]) -> str:
    """CycloneDX 1.6: the product, every package with its licence and hashes, and what needs what."""
    root = f"pkg:pypi/{name}@{version}"
    purls = {part.name: part.purl for part in parts}
    document: dict[str, Any] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid.uuid5(uuid.NAMESPACE_URL, root + repr(parts)).urn,
        "version": 1,
        "metadata": {
            "component": {"type": "application", "bom-ref": root, "name": name, "version": version,
                          "purl": root, "licenses": [{"license": {"id": "Apache-2.0"}}]},
        },
        "components": [_component(part) for part in parts],
        "dependencies": [
            {"ref": root, "dependsOn": [part.purl for part in parts]},
            *({"ref": part.purl, "dependsOn": [purls[need] for need in part.needs]} for part in parts),
        ],
    }  # fmt: skip
    return json.dumps(document, indent=1) + "\n"


def _component(part: Package) -> dict[str, Any]:
    licence = {"license": {"id": part.licence}} if part.licence in ALLOWED else {"expression": part.licence}
    # A package has one hash for each file that can be had, and an installer takes one of them.
    files = [
        {"type": "distribution", "url": part.purl, "hashes": [{"alg": "SHA-256", "content": each}]}
        for each in part.hashes
    ]
    return {
        "type": "library",
        "bom-ref": part.purl,
        "name": part.name,
        "version": part.version,
        "purl": part.purl,
        "licenses": [licence],
        "externalReferences": files,
    }
