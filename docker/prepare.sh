#!/usr/bin/env bash
# Makes what compose.yaml mounts and no repository should hold: the journal's password, a CA, and a certificate for each node.
# Run it again to renew the certificates (they last 397 days) under the same CA; the password stays, since the journal knows it.
set -euo pipefail
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
[ -s secrets/journal-password ] || openssl rand -hex 32 > secrets/journal-password
./make-certificates.sh secrets coordinator-1 coordinator-2 coordinator-3 reporting-1 remote-1

# Compose hands a file to a container with the owner and mode that it has here, and the container's user is not you. What keeps
# others on this machine out is the directory, which no container sees. The CA's key stays yours: no node needs it.
chmod 700 secrets
chmod 644 secrets/*.crt secrets/*.key secrets/journal-password
chmod 600 secrets/ca.key
