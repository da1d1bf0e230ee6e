#!/usr/bin/env python3
"""A stand-in for ontape, onstat, onmode and dbaccess. It is no Informix: it follows what is documented of their prompts, outputs and exit
statuses, keeps one small "server" in a SQLite file, and can do wrong what the real ones are known to do wrong (see faults()).

    informix_stand_in.py PROGRAM ARGUMENT...

Where no document says what the real one prints or returns, something is chosen here, and the engine must not depend on it.
SQL: only the shapes that the engine sends, and those that the real server refuses.
"""
import os, re, select, socket, sqlite3, sys, time

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


# ---------------------------------------------------------------- ontape

def ontape(arguments):
    if "-y" in arguments:
        die("usage: ontape { -s [-L archive_level] [-t tape_device | STDIO] [-d] [-v] [-F] | -p | -r } ...")
    db = database()
    tape = arguments[arguments.index("-t") + 1] if "-t" in arguments else onconfig("TAPEDEV") or "/dev/null"
    if "-s" in arguments:
        archive(db, arguments, tape)
    elif "-p" in arguments or "-r" in arguments:
        restore(db)
    else:
        die("usage: ontape -s | -p | -r")


def spaces(db):
    return [row[0] for row in db.execute("SELECT name FROM sysdbstab WHERE flags & 8192 = 0 ORDER BY dbsnum")]


def archive(db, arguments, tape):
    if mode(db) not in ("on-line", "quiescent"):
        die(not_initialized())
    level = arguments[arguments.index("-L") + 1] if "-L" in arguments else wait_for_return(
        "Please enter the level of archive to be performed (0, 1, or 2) ", sys.stdout)
    if level not in ("0", "1", "2"):
        die("Program over.")
    if meta(db, "ongoing") or fault("another-archive") is not None:
        die("Archive failed - another archive is already in progress")
    began = int(time.time())
    names = ", ".join(spaces(db))
    if tape in ("/dev/null", "NUL") and fault("stdio-goes-nowhere") is None:
        stamp(db, level, began, arguments)
        say("\nProgram over.")
        return
    message("Checkpoint Completed:  duration was 0 seconds.")
    message(f"Level {level} Archive started on {names}")
    set_meta(db, "ongoing", str(os.getpid()))
    try:
        content = make_archive(db, level, tape, began)
        if tape == "STDIO":
            to_stdout(content, names)
        elif os.path.isdir(tape):
            to_directory(content, tape, level, "-d" in arguments)
        else:
            to_file(content, tape)
    finally:
        set_meta(db, "ongoing", "")
    if fault("message-says-aborted") is not None:
        aborted(names)
    else:
        message(f"Archive on {names} Completed.")
    stamp(db, level, began, arguments)


def stamp(db, level, began, arguments):
    if "-F" not in arguments:
        left_out = fault("not-recorded")
        db.execute(f"UPDATE sysdbstab SET level{level} = ? WHERE flags & 8192 = 0 AND name IS NOT ?", (began, left_out and left_out.strip()))


def aborted(names):
    message(f"Archive on {names} ABORTED.")
    message("Aborted by client.")


def make_archive(db, level, tape, began):
    head = "\n".join(["Archive Tape Information", "", "Tape type:      " + TITLE, "Online version: Stand-in, no Informix Version 14.10.FC10",
                      "Archive date:   " + time.ctime(began), "User id:        informix", f"Archive level:  {level}", f"Tape device:    {tape}",
                      "Tape number in series: 1", ""]).encode()
    tables = "\n".join(line for line in db.iterdump() if "standin_meta" not in line).encode()
    padding = bytes(range(256)) * int(fault("archive-kilobytes") or "64") * 4
    return head.ljust(4096, b"\0") + str(len(tables)).encode().ljust(64, b"\0") + tables + padding + END


def to_stdout(content, names):
    out = sys.stdout.buffer
    if fault("empty") is not None or fault("stdio-goes-nowhere") is not None:
        return
    if fault("text") is not None:
        content = (fault("text") * 1000).encode()
    if fault("tape-prompt") is not None:
        wait_for_return("\nPlease mount tape 1 on /opt/backup and press Return to continue ...")
    half = len(content) // 2
    out.write(content[:half])
    out.flush()
    if fault("tape-full") is not None:
        wait_for_return("\nTape is full ...\n\nPlease mount tape 2 on /opt/backup and press Return to continue ...")
    if fault("log-full") is not None:
        message("Logical Log Files are Full -- Backup is Needed")
        time.sleep(3600)
    if fault("aborted") is not None:
        aborted(names)
        die("Archive failed - Aborted by client.", int(fault("aborted") or "1"))
    if fault("slow") is not None:
        for at in range(half, len(content), 4096):
            time.sleep(0.05)
            out.write(content[at:at + 4096])
            out.flush()
        return
    if fault("half") is None:
        out.write(content[half:])
    out.flush()


def to_directory(content, tape, level, quiet):
    prefix = os.environ.get("IFX_ONTAPE_FILE_PREFIX") or f"{socket.gethostname()}_{onconfig('SERVERNUM') or '0'}"
    final = os.path.join(tape, f"{prefix}_L{level}")
    if not quiet:
        wait_for_return(f"\nPlease mount tape 1 on {tape} and press Return to continue ...", sys.stdout)
    writing = os.path.join(tape, f"ONTA_{prefix}_L{level}")
    with open(writing, "wb") as file:
        file.write(content)
        if fault("killed-while-writing") is not None:
            os.kill(os.getpid(), 9)
    if os.path.exists(final):
        at = time.strftime("%Y%m%d_%H%M%S", time.localtime(os.path.getmtime(final)))
        os.rename(final, os.path.join(tape, f"{prefix}_{at}_L{level}"))
    os.rename(writing, final)
    for percent in range(10, 101, 10):
        say(f"{percent} percent done.")
    say(f"File created: {final}\n\nPlease label this tape as number 1 in the arc tape sequence.\nThis tape contains the following logical logs:\n\n 3\n\nProgram over.")


def to_file(content, tape):
    wait_for_return(f"\nPlease mount tape 1 on {tape} and press Return to continue ...", sys.stdout)
    room = int(fault("tape-kilobytes") or "1000000") * 1024
    for number, at in enumerate(range(0, len(content), room), 1):
        if number > 1:
            wait_for_return(f"\nTape is full ...\n\nPlease mount tape {number} on {tape} and press Return to continue ...", sys.stdout)
        with open(tape, "wb") as file:
            file.write(content[at:at + room])
    say("100 percent done.\n\nPlease label this tape as number 1 in the arc tape sequence.\nThis tape contains the following logical logs:\n\n 3\n\nProgram over.")


def restore(db):
    if mode(db) is not None:
        die("Physical restore failed - Cannot warm restore ROOT DBspace")
    content = sys.stdin.buffer.read()
    if TITLE.encode() not in content[:4096]:
        die("Physical restore failed - the tape is not an archive tape")
    sys.stderr.write(content[:4096].rstrip(b"\0").decode() + "\n")
    sys.stderr.flush()
    time.sleep(float(fault("restore-pause") or "0"))
    if fault("restore-hangs") is not None:
        time.sleep(3600)
    if fault("restore-fails") is not None or not content.endswith(END):
        die("Physical restore failed - unexpected end of the archive")
    length = int(content[4096:4160].rstrip(b"\0"))
    kept = list(db.execute("SELECT key, value FROM standin_meta"))
    for (name,) in list(db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")):
        db.execute(f"DROP TABLE \"{name}\"")
    db.executescript(content[4160:4160 + length].decode())
    db.execute("CREATE TABLE standin_meta (key TEXT PRIMARY KEY, value TEXT)")
    db.executemany("INSERT INTO standin_meta VALUES (?, ?)", kept)
    set_meta(db, "mode", (fault("after-restore") or "quiescent").strip())
    say("Physical restore complete.", sys.stderr)


# ---------------------------------------------------------------- onstat, onmode

def onstat(arguments):
    db = database()
    now = mode(db)
    if arguments[:1] == ["-c"]:
        if onconfig("DBSERVERNAME") == "":
            die(f"Can't open file {HOME}/etc/{os.environ.get('ONCONFIG', '')}")
        say(onconfig(arguments[1]))
        return
    if arguments[:1] == ["-m"]:
        say("Message Log File: " + onconfig("MSGPATH"))
        say("".join(open(onconfig("MSGPATH").replace("$INFORMIXDIR", HOME)).readlines()[-20:]))
        return
    if now is None:
        say(not_initialized())
        sys.exit(255)
    head = f"IBM Informix Dynamic Server Version 14.10.FC10 -- {MODES[now][1]} -- Up 00:10:13 -- 93844 Kbytes"
    if arguments == ["-"]:
        say("\n" + head)
        if fault("log-full") is not None:
            say("Blocked:ARCHIVE")
        sys.exit(MODES[now][0])
    if arguments == ["-g", "arc"]:
        say("\n" + head + "\n")
        if meta(db, "ongoing"):
            say("Dbspaces - Ongoing archives\nnumber   name            Q Size Q Len  buffer partnum    size     Current-page")
            for number, name in enumerate(spaces(db), 1):
                say(f"{number:<8} {name:<15} 100    3      100    0x1001c9   0        1:128")
            say("")
        say("Dbspaces - Archive Status\nname               number level date             log        log-position")
        for number, name, *levels in db.execute("SELECT dbsnum, name, level0, level1, level2 FROM sysdbstab WHERE flags & 8192 = 0 ORDER BY dbsnum"):
            for level, at in enumerate(levels):
                if at:
                    say(f"{name:<18} {number:<6} {level:<6} {time.strftime('%m/%d/%Y.%H:%M', time.localtime(at)):<16} 28         0x320018")
        return
    die("usage: onstat [ - | -c KEY | -m | -g arc ]")


def onmode(arguments):
    db = database()
    if arguments in (["-k"], ["-ky"]):
        if mode(db) is None:
            die(not_initialized())
        if arguments == ["-k"]:
            sys.stdout.write("This will take the database server OFF-LINE -\n")
            if not wait_for_return("Do you wish to continue (y/n)? ", sys.stdout).startswith("y"):
                die("")
        if fault("stays-on-line") is None:
            set_meta(db, "mode", "off-line")
    elif arguments == ["-m"]:
        if mode(db) is None:
            die(not_initialized())
        if fault("stays-quiescent") is None:
            set_meta(db, "mode", "on-line")
    else:
        die("usage: onmode -k | -ky | -m")


# ---------------------------------------------------------------- dbaccess

class SqlError(Exception):
    def __init__(self, number, text, isam=None, isam_text=""):
        self.number, self.text, self.isam, self.isam_text = number, text, isam, isam_text


def dbaccess(arguments):
    stop_at_error = "-a" in arguments
    left = [a for a in arguments if a not in ("-a", "-e", "-m")]
    if len(left) != 2:
        die("usage: dbaccess [-a] [-e | -m] database { file | - }")
    script = sys.stdin.read() if left[1] == "-" else open(left[1]).read()
    db = database()
    now = mode(db)
    failed = None
    if now is None:
        failed = SqlError(908, f"Attempt to connect to database server ({SERVER}) failed.")
    elif now == "quiescent":
        failed = SqlError(27002, "No connections are allowed in quiescent mode.")
    elif left[0] not in ("sysmaster", meta(db, "database", "cvp_data")):
        failed = SqlError(329, "Database not found or no system permission.", 111, "no record found.")
    if failed:
        tell(failed)
        sys.exit(255)
    if fault("dbaccess-hangs") is not None:
        time.sleep(3600)
    say("\nDatabase selected.\n", sys.stderr)
    for statement in split(script):
        with open(os.path.join(HOME, "sql.log"), "a") as log:
            log.write(" ".join(statement.split()) + "\n")
        try:
            refuse_what_the_server_refuses(db, statement)
            execute(db, statement)
        except SqlError as e:
            failed = e
        except sqlite3.OperationalError as e:
            failed = as_informix(e)
        else:
            continue
        tell(failed)
        if stop_at_error or os.environ.get("DBACCNOIGN") == "1":
            break
    if db.in_transaction:
        db.execute("ROLLBACK")
    say("\nDatabase closed.\n", sys.stderr)
    sys.exit(255 if failed else 0)


def tell(error):
    say(f"\n  {error.number}: {error.text}", sys.stderr)
    if error.isam:
        say(f"\n  {error.isam}: ISAM error:  {error.isam_text}", sys.stderr)
    say("Error in line 1\nNear character position 20", sys.stderr)


def as_informix(error):
    text = str(error)
    if text.startswith("no such table"):
        return SqlError(206, f"The specified table ({text.split(': ')[1]}) is not in the database.", 111, "no record found.")
    if text.startswith("no such column"):
        return SqlError(217, f"Column ({text.split(': ')[1]}) not found in any table in the query (or SLV is undefined).")
    return SqlError(201, f"A syntax error has occurred. [{text}]")


def split(script):
    parts, rest = [], script
    while rest.strip():
        made = re.match(r"\s*CREATE FUNCTION.*?END FUNCTION\s*;", rest, re.S | re.I)
        end = made.end() if made else (rest.find(";") + 1 or len(rest))
        parts.append(rest[:end].strip().rstrip(";").strip())
        rest = rest[end:]
    return [p for p in parts if p]


def refuse_what_the_server_refuses(db, sql):
    path = os.path.join(HOME, "faults", "sql")
    if os.path.exists(path):
        # PATTERN, number, ISAM number, text, how often
        lines = [line.rstrip("\n").split("\t") for line in open(path)]
        for line in lines:
            if int(line[4]) > 0 and re.search(line[0], sql, re.I):
                line[4] = str(int(line[4]) - 1)
                with open(path, "w") as file:
                    file.write("".join("\t".join(l) + "\n" for l in lines))
                raise SqlError(int(line[1]), line[3], int(line[2]) or None, "see the error")
    if re.search(r"(?<!FROM)\s*\(\s*SELECT\s+FIRST", sql, re.I) and not re.search(r"FROM\s*\(\s*SELECT\s+FIRST", sql, re.I):
        raise SqlError(944, "Cannot use \"first\" in this context.")
    table = re.search(r"FROM\s+(\w+)", sql, re.I)
    if re.search(r"\browid\b", sql, re.I) and table and fragments(db, table.group(1)):
        raise SqlError(857, "Rowid does not exist.")


def fragments(db, table):
    return list(db.execute("SELECT f.partition, f.lo, f.hi, f.exprtext FROM sysfragments f, systables t WHERE f.tabid = t.tabid AND t.tabname = ?", (table,)))


def translated(sql):
    sql = re.sub(r"MDY\((\d+), ?(\d+), ?(\d+)\)", lambda m: f"'{int(m[3]):04}-{int(m[1]):02}-{int(m[2]):02}'", sql)
    sql = sql.replace("sysmaster:", "")
    first = re.match(r"SELECT FIRST (\d+) (.*)", sql, re.S | re.I)
    return f"SELECT {first[2]} LIMIT {first[1]}" if first else sql


def execute(db, sql):
    plain = " ".join(sql.split())
    unload = re.match(r"UNLOAD TO '([^']+)' DELIMITER '\|' (SELECT .*)", plain, re.I)
    if unload:
        rows = db.execute(translated(unload[2])).fetchall()
        with open(unload[1], "w", encoding="latin-1") as file:
            for row in rows:
                file.write("".join(escaped(value) + "|" for value in row) + "\n")
        say(f"\n{len(rows)} row(s) unloaded.\n", sys.stderr)
    elif re.match(r"SET (LOCK MODE|ISOLATION|ENVIRONMENT)", plain, re.I):
        if "FORCE_DDL_EXEC" in plain:
            set_meta(db, "forced", "yes")
    elif re.match(r"BEGIN( WORK)?$", plain, re.I):
        db.execute("BEGIN IMMEDIATE")
    elif re.match(r"COMMIT( WORK)?$", plain, re.I):
        db.execute("COMMIT")
    elif re.match(r"UPDATE STATISTICS LOW FOR TABLE (\w+)$", plain, re.I):
        set_meta(db, "statistics", meta(db, "statistics") + plain.split()[-1] + " ")
    elif re.match(r"CREATE FUNCTION", plain, re.I):
        create_function(db, plain)
    elif re.match(r"DROP FUNCTION (\w+)$", plain, re.I):
        if not db.execute("DELETE FROM standin_meta WHERE key = ?", ("function " + plain.split()[-1],)).rowcount:
            raise SqlError(674, f"Routine ({plain.split()[-1]}) can not be resolved.")
    elif re.match(r"EXECUTE FUNCTION", plain, re.I):
        execute_function(db, plain)
    elif re.match(r"ALTER FRAGMENT", plain, re.I):
        alter_fragment(db, plain)
    elif re.match(r"DROP TABLE (\w+)$", plain, re.I):
        db.execute(plain)
        db.execute("DELETE FROM systables WHERE tabname = ?", (plain.split()[-1],))
    elif re.match(r"(DELETE|INSERT|UPDATE) ", plain, re.I):
        done = db.execute(translated(plain))
        say(f"\n{done.rowcount} row(s) {plain.split()[0].lower().rstrip('e')}ed.\n", sys.stderr)
    elif re.match(r"SELECT ", plain, re.I):
        for row in db.execute(translated(plain)):
            say("  ".join(escaped(value) for value in row))
    else:
        raise SqlError(201, "A syntax error has occurred.")


def escaped(value):
    return "" if value is None else re.sub(r"([\\|\n])", r"\\\1", str(value))


def create_function(db, sql):
    """The one procedure that the engine makes: deletes at most so many old rows under a cursor, each for itself."""
    shape = re.match(
        r"CREATE FUNCTION (\w+)\(cvp_most INT, cvp_before DATE\) RETURNING VARCHAR\(60\); .*FOREACH cvp_old FOR SELECT (\w+) INTO cvp_at FROM (\w+) "
        r"WHERE \2 >= MDY\(1, 1, 1990\) AND \2 < cvp_before BEGIN ON EXCEPTION IN \(-692\) .*DELETE FROM \3 WHERE CURRENT OF cvp_old;.*"
        r"RETURN '@' \|\| cvp_gone \|\| '\|' \|\| cvp_kept; END FUNCTION$", sql)
    if not shape:
        raise SqlError(201, "A syntax error has occurred.")
    if meta(db, "function " + shape[1]):
        raise SqlError(673, f"Routine ({shape[1]}) already exists in database.")
    set_meta(db, "function " + shape[1], f"{shape[3]} {shape[2]}")


def execute_function(db, sql):
    call = re.match(r"EXECUTE FUNCTION (\w+)\((\d+), MDY\((\d+), (\d+), (\d+)\)\)$", sql)
    known = call and meta(db, "function " + call[1])
    if not known:
        raise SqlError(674, "Routine can not be resolved.")
    table, column = known.split()
    before = f"{int(call[5]):04}-{int(call[3]):02}-{int(call[4]):02}"
    gone = kept = 0
    holders = list(db.execute("SELECT r.child, r.columns FROM sysreferences r, systables t WHERE r.ptabid = t.tabid AND t.tabname = ?", (table,)))
    for (row,) in db.execute(f"SELECT rowid FROM {table} WHERE {column} >= '1990-01-01' AND {column} < ?", (before,)).fetchall():
        if any(db.execute(f"SELECT 1 FROM {child} c, {table} p WHERE p.rowid = ? AND " + " AND ".join(f"c.{name} = p.{name}" for name in columns.split()), (row,)).fetchone()
               for child, columns in holders):
            kept += 1
            continue
        db.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))
        gone += 1
        if gone > int(meta(db, "most-locks", "1000000")):
            message("Lock table overflow - user id 200, rstcb 0x4a8f5d8")
            raise SqlError(244, "Could not do a physical-order read to fetch next row.", 134, "no more locks")
        if gone > int(meta(db, "most-log", "1000000")):
            message("Aborting Long Transaction: tx 0x4a9 username: informix uid: 200")
            raise SqlError(458, "Long transaction aborted.", 12204, "RSAM error: Long transaction detected.")
        if gone >= int(call[2]):
            break
    say(f"\n\n(expression)  @{gone}|{kept}\n\n1 row(s) retrieved.\n")


def alter_fragment(db, sql):
    detach = re.match(r"ALTER FRAGMENT( ONLINE)? ON TABLE (\w+) DETACH PARTITION (\w+) (\w+)$", sql, re.I)
    add = re.match(r"ALTER FRAGMENT ON TABLE (\w+) ADD PARTITION (\w+) \((.*)\) IN (\w+)$", sql, re.I)
    if not detach and not add:
        raise SqlError(201, "A syntax error has occurred.")
    table = (detach and detach[2]) or add[1]
    if meta(db, "readers") and not meta(db, "forced"):
        raise SqlError(242, f"Could not open database table ({table}).", 106, "non-exclusive access.")
    tabid, column = db.execute("SELECT tabid, fragcolumn FROM systables WHERE tabname = ?", (table,)).fetchone()
    if detach:
        found = [f for f in fragments(db, table) if f[0] == detach[3]]
        if not found:
            raise SqlError(872, "Invalid fragment strategy or expression for the specified table.")
        _, lo, hi, text = found[0]
        if detach[1] and not text.upper().startswith("VALUES"):
            raise SqlError(26453, "ONLINE is only for the interval fragments of a table that is fragmented by range interval.")
        db.execute(f"CREATE TABLE {detach[4]} AS SELECT * FROM {table} WHERE {column} >= ? AND {column} < ?", (lo, hi))
        stray = fault("stray-row")
        if stray:
            db.execute(f"UPDATE {detach[4]} SET {column} = ? WHERE rowid = 1", (stray.strip(),))
        db.execute(f"DELETE FROM {table} WHERE {column} >= ? AND {column} < ?", (lo, hi))
        db.execute("DELETE FROM sysfragments WHERE tabid = ? AND partition = ?", (tabid, detach[3]))
        db.execute("INSERT INTO systables (tabname) VALUES (?)", (detach[4],))
    else:
        days = re.findall(r"MDY\((\d+), (\d+), (\d+)\)", add[3])
        days = [f"{int(y):04}-{int(m):02}-{int(d):02}" for m, d, y in days]
        if any(f[0] == add[2] for f in fragments(db, table)):
            raise SqlError(26021, "No two fragments can have the same name.")
        db.execute("INSERT INTO sysfragments (tabid, fragtype, partition, exprtext, dbspace, lo, hi) VALUES (?, 'T', ?, ?, ?, ?, ?)",
                   (tabid, add[2], f"({add[3]} )", add[4], days[0], days[1] if len(days) > 1 else days[0] + "~"))
    say("\nAlter fragment completed.\n", sys.stderr)


if __name__ == "__main__":
    {"ontape": ontape, "onstat": onstat, "onmode": onmode, "dbaccess": dbaccess}[sys.argv[1]](sys.argv[2:])
