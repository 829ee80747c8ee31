"""Makes the database that the tests open: `python make_database.py python_library.sqlite`.

Everything in it is written by the published package `sqloquent` with its extra `asyncql`, as a program that uses it
would. Where that package is known to go wrong, the program does what makes it go wrong. Only ids and times of archive
rows are fixed, so that the file comes out the same each time but for what the package draws at random.
"""

import asyncio
import json
import os
import sqlite3
import sys

from packify import SerializableType  # the package's own annotations need it
from sqloquent import Default
from sqloquent.asyncql import (
    AsyncAttachment,
    AsyncDeletedModel,
    AsyncHashedModel,
    AsyncSqlModel,
    async_contains,
    async_within,
)

TABLES = """
create table papers (id text primary key, title text, pages integer, score real, draft integer, body blob, note text);
create table switches (id text primary key, name text, lit integer);
create table commits (id text primary key, message text, commit_ids text);
create table people (id text primary key, name text);
create table hashed_records (id text primary key, details blob);
create table attachments (id text primary key, related_model text, related_id text, details blob);
create table deleted_records (id text primary key, model_class text, record_id text, record blob, timestamp text);
"""


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


class Switch(AsyncHashedModel):
    """No annotation says that `lit` is a boolean: what comes back from the database is 0 or 1."""

    table = "switches"
    columns = ("id", "name", "lit")


class Commit(AsyncHashedModel):
    table = "commits"
    columns = ("id", "message", "commit_ids")
    message: str
    commit_ids: str | None


class Person(AsyncSqlModel):
    table = "people"
    columns = ("id", "name")


Commit.parents = async_contains(Commit, Commit, "commit_ids")
Commit.children = async_within(Commit, Commit, "commit_ids")


async def papers(facts):
    kept = await Paper.insert(
        {"title": "On Records", "pages": 12, "score": 1.5, "draft": False, "body": b"\x00\xff", "note": "kept"}
    )
    plain = await Paper.insert({"title": "Ünïcode ✓", "pages": 0, "draft": True})
    defaulted = await Paper.insert({"title": "Defaults", "pages": -7})
    await Paper.insert_many([{"title": f"Paper {n}", "pages": n, "score": n / 3} for n in range(1, 6)])
    note = await Paper.insert({"title": "Noted", "pages": 3, "note": "before"})
    await note.update({"note": "after"})
    facts["paper"] = kept.id
    facts["unicode"] = plain.id
    facts["defaulted"] = defaulted.id
    facts["noted"] = note.id

    gone = await Paper.insert({"title": "Deleted", "pages": 99, "score": 0.25, "draft": True, "body": b"gone"})
    facts["deleted"] = gone.id
    facts["deleted_archive"] = (await (await Paper.find(gone.id)).delete()).id

    # An update makes the new record, and archives the old one as it was: right.
    first = await Paper.insert({"title": "First title", "pages": 1})
    facts["updated_from"] = first.id
    second = await (await Paper.find(first.id)).update({"title": "Second title"})
    facts["updated_to"] = second.id

    # An attribute changed before the save: what is archived under the old id is the new content.
    bad = await Paper.insert({"title": "Honest", "pages": 5})
    facts["mismatch_id"] = bad.id
    bad = await Paper.find(bad.id)
    bad.title = "Rewritten"
    bad = await bad.save()
    facts["mismatch_new_id"] = bad.id


async def switches(facts):
    # The id is that of `true`; the archive made from what was inserted holds `true`.
    one = await Switch.insert({"name": "as bool", "lit": True})
    facts["switch_bool"] = one.id
    facts["switch_bool_archive"] = (await one.delete()).id
    # The id is that of `true`, but the archive made from what was read back holds 1.
    two = await Switch.insert({"name": "as integer", "lit": True})
    facts["switch_int"] = two.id
    facts["switch_int_archive"] = (await (await Switch.find(two.id)).delete()).id
    # Still there: an id of `true`, one of 0, and one that is made of a 1 that was read back.
    facts["switch_live"] = (await Switch.insert({"name": "live", "lit": False})).id
    facts["switch_live_int"] = (await Switch.insert({"name": "live integer", "lit": 0})).id
    three = await Switch.insert({"name": "to be renamed", "lit": True})
    three = await (await Switch.find(three.id)).update({"name": "renamed"})
    facts["switch_renamed"] = three.id


async def commits(facts):
    async def commit(message, *parents):
        node = await Commit.insert({"message": message, "commit_ids": None})
        if not parents:
            return node
        # The ids of the parents belong to the content: the node is made with them.
        await node.query({"id": node.id}).delete()
        node = Commit({"message": message})
        node.data["id"] = None
        node.parents().primary = node
        node.parents().secondary = list(parents)
        await node.parents().save()
        return await Commit.find(node.id)

    root = await commit("root")
    left = await commit("left", root)
    right = await commit("right", root)
    merge = await commit("merge", left, right)
    tip = await commit("tip", merge)
    facts["dag"] = {
        node.data["message"]: {"id": node.id, "parents": node.data["commit_ids"]}
        for node in (root, left, right, merge, tip)
    }


async def attachments(facts):
    ada = await Person.insert({"id": "ada", "name": "Ada"})
    attachment = AsyncAttachment({"id": None})
    attachment.attach_to(ada).set_details({"kind": "photo", "sizes": [1, 2], "big": 2**70, "raw": b"\x01"})
    stored = await AsyncAttachment.insert(attachment.data)
    facts["attachment"] = stored.id
    paper = await Paper.find(facts["paper"])
    attachment = AsyncAttachment({"id": None})
    attachment.attach_to(paper).set_details(["reviewed", True, None, 1.5])
    stored = await AsyncAttachment.insert(attachment.data)
    facts["attachment_of_paper"] = stored.id
    facts["details"] = (await AsyncHashedModel.insert({"details": b"details"})).id


async def main(path):
    if os.path.exists(path):
        os.remove(path)
    with sqlite3.connect(path) as connection:
        connection.executescript(TABLES)
    connection.close()
    for model in (AsyncSqlModel, AsyncHashedModel, AsyncDeletedModel, AsyncAttachment, Paper, Switch, Commit, Person):
        model.connection_info = path
    facts = {}
    await papers(facts)
    await switches(facts)
    await commits(facts)
    await attachments(facts)
    facts["deleted_records"] = await AsyncDeletedModel.query().count()
    with sqlite3.connect(path) as connection:
        connection.execute("update deleted_records set timestamp = '1700000000'")
    connection.close()
    with sqlite3.connect(path) as connection:
        connection.execute("vacuum")
    connection.close()
    with open(os.path.splitext(path)[0] + ".json", "w") as out:
        json.dump(facts, out, indent=1, ensure_ascii=False)
        out.write("\n")


asyncio.run(main(sys.argv[1]))
# The connections of the package have threads that never end.
os._exit(0)
