"""dbaccess: the shapes of SQL that the engine sends, and those that the real server refuses."""
import os
import re
import sqlite3
import sys
import time

from stand_in_server import *  # noqa: F403


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
