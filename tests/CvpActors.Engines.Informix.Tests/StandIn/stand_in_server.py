"""What the four programs of the stand-in share: one small server in a SQLite file, and what is to go wrong."""
import os
import sqlite3
import sys
import time

HOME = os.environ.get("INFORMIXDIR", "")
SERVER = os.environ.get("INFORMIXSERVER", "")
MODES = {"initialization": (0, "Initialization"), "quiescent": (1, "Quiescent"), "recovery": (2, "Fast Recovery"), "backup": (3, "Backup"),
         "shutdown": (4, "Shutting Down"), "on-line": (5, "On-Line"), "abort": (6, "Abort"), "administration": (7, "Single-User")}
TITLE = "Archive Backup Tape"
END = b"\0END OF ARCHIVE\0"


def say(text, to=sys.stdout):
    to.write(text + "\n")
    to.flush()


def die(text, status=1):
    say(text, sys.stderr)
    sys.exit(status)


def fault(name):
    """What a test wants to go wrong: a file of that name, with a detail in it."""
    path = os.path.join(HOME, "faults", name)
    return open(path).read() if os.path.exists(path) else None


def database():
    db = sqlite3.connect(os.path.join(HOME, "server.db"), isolation_level=None, timeout=30)
    for name, part in (("YEAR", slice(0, 4)), ("MONTH", slice(5, 7)), ("DAY", slice(8, 10))):
        db.create_function(name, 1, lambda value, part=part: None if value is None else int(value[part]))
    db.create_function("bitval", 2, lambda flags, bit: 1 if flags & int(bit, 16) else 0)
    return db


def meta(db, key, default=""):
    row = db.execute("SELECT value FROM standin_meta WHERE key = ?", (key,)).fetchone()
    return row[0] if row else default


def set_meta(db, key, value):
    db.execute("INSERT OR REPLACE INTO standin_meta VALUES (?, ?)", (key, value))


def onconfig(key):
    path = os.path.join(HOME, "etc", os.environ.get("ONCONFIG", ""))
    if os.path.isfile(path):
        for line in open(path):
            words = line.split(None, 1)
            if words and words[0] == key:
                return words[1].strip() if len(words) > 1 else ""
    return ""


def message(text):
    with open(onconfig("MSGPATH").replace("$INFORMIXDIR", HOME), "a") as log:
        log.write(time.strftime("%H:%M:%S  ") + text + "\n")


def mode(db):
    """None where there is no shared memory of that name: off-line, or the environment names another server."""
    hosts = os.environ.get("INFORMIXSQLHOSTS", "")
    known = os.path.isfile(hosts) and any(line.split()[:1] == [SERVER] for line in open(hosts))
    found = meta(db, "mode", "on-line")
    return found if found in MODES and known and onconfig("DBSERVERNAME") == SERVER else None


def not_initialized():
    return f"shared memory not initialized for INFORMIXSERVER '{SERVER}'"


def wait_for_return(prompt, to=sys.stderr):
    """A prompt. With nobody at its input the real one is not known to end: as the test wants it."""
    to.write(prompt)
    to.flush()
    if fault("prompts-wait-forever") is not None:
        time.sleep(3600)
    line = sys.stdin.readline()
    if line == "":
        die("\nProgram over.")
    return line.strip()


def spaces(db):
    return [row[0] for row in db.execute("SELECT name FROM sysdbstab WHERE flags & 8192 = 0 ORDER BY dbsnum")]
