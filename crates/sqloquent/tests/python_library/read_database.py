"""Reads a database that the Rust library wrote, with the published package: `python read_database.py FILE`.

Every hashed record must have the id that the package computes, the deleted record must restore, the attachment must
unpack, and the Contains and Within relations must find what was linked. What it found is printed as JSON.
"""

import asyncio
import json
import os
import sys

from packify import SerializableType  # the package's own annotations need it
from sqloquent import Default
from sqloquent.asyncql import AsyncAttachment, AsyncDeletedModel, AsyncHashedModel, async_contains, async_within


class Paper(AsyncHashedModel):
    table = "papers"
    columns = ("id", "title", "pages", "score", "draft", "body", "note")
    columns_excluded_from_hash = ("note",)
    id: str
    title: str
    pages: int
    score: float | None
    draft: bool | Default[True]
    body: bytes | None
    note: str | None


class Commit(AsyncHashedModel):
    table = "commits"
    columns = ("id", "message", "commit_ids")
    message: str
    commit_ids: str | None


Commit.parents = async_contains(Commit, Commit, "commit_ids")
Commit.children = async_within(Commit, Commit, "commit_ids")


async def main(path):
    for model in (AsyncHashedModel, AsyncDeletedModel, AsyncAttachment, Paper, Commit):
        model.connection_info = path
    found = {"papers": 0, "commits": 0}
    for model in (Paper, Commit):
        for record in await model.query().get():
            expected = model.generate_id({k: v for k, v in record.data.items() if k != "id"})
            assert record.id == expected, f"{model.__name__} {record.id} should be {expected}"
            found[model.table] += 1

    archive = await AsyncDeletedModel.query({"model_class": "Paper"}).first()
    restored = await archive.restore({"Paper": Paper})
    assert restored.id == archive.record_id, "the restored record has another id"
    assert await AsyncDeletedModel.find(archive.id) is None, "the archive row is still there"
    found["restored"] = restored.title

    attachment = await AsyncAttachment.query({"related_model": "Paper"}).first()
    assert attachment.id == AsyncAttachment.generate_id({k: v for k, v in attachment.data.items() if k != "id"})
    details = attachment.get_details()
    found["details"] = sorted(details) if isinstance(details, dict) else details
    assert await Paper.find(attachment.related_id) is not None, "the attachment's paper is not there"

    tip = await Commit.query({"message": "merge"}).first()
    await tip.parents().reload()
    found["parents"] = sorted(p.data["message"] for p in tip.parents().secondary)
    root = await Commit.query({"message": "root"}).first()
    await root.children().reload()
    found["children"] = sorted(c.data["message"] for c in root.children().secondary)
    print(json.dumps(found, sort_keys=True))


asyncio.run(main(sys.argv[1]))
sys.stdout.flush()
# The connections of the package have threads that never end.
os._exit(0)
