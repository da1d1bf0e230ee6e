"""onstat and onmode, as far as they are documented."""
import os
import sys
import time

from stand_in_server import *  # noqa: F403


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
