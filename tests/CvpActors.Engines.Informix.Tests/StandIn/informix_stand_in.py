#!/usr/bin/env python3
"""A stand-in for ontape, onstat, onmode and dbaccess. It is no Informix: it follows what is documented of their prompts, outputs and exit
statuses, keeps one small "server" in a SQLite file, and can do wrong what the real ones are known to do wrong (see fault() in stand_in_server.py).

    informix_stand_in.py PROGRAM ARGUMENT...

Where no document says what the real one prints or returns, something is chosen here, and the engine must not depend on it.
SQL: only the shapes that the engine sends, and those that the real server refuses.
"""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from stand_in_dbaccess import dbaccess
from stand_in_ontape import ontape
from stand_in_states import onmode, onstat

{"ontape": ontape, "onstat": onstat, "onmode": onmode, "dbaccess": dbaccess}[sys.argv[1]](sys.argv[2:])
