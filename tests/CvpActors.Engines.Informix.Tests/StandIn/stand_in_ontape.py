"""ontape, as far as it is documented."""
import os
import socket
import sys
import time

from stand_in_server import *  # noqa: F403


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
