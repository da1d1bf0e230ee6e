#!/usr/bin/env bash
# Makes a CA for trying things out and a certificate for each node: make-certificates.sh DIRECTORY NAME...
# A NAME is what cluster.tls.accepted-names lists and what other nodes connect to; an address is a name too.
# For production let your own CA sign instead: the nodes need nothing but PEM files.
set -euo pipefail
[ $# -ge 2 ] || { echo "usage: $0 DIRECTORY NAME..." >&2; exit 2; }
directory=$1
shift
mkdir -p "$directory"
cd "$directory"
umask 077
if [ ! -f ca.key ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj "/CN=CvpActors test CA" \
    -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign" -keyout ca.key -out ca.crt 2>/dev/null
fi
for name in "$@"; do
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$name" -keyout "$name.key" -out "$name.csr" 2>/dev/null
  case $name in
    *[!0-9.]*) alternative="DNS:$name" ;;
    *) alternative="IP:$name" ;;
  esac
  openssl x509 -req -in "$name.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 397 -out "$name.crt" \
    -extfile <(printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\nkeyUsage=critical,digitalSignature\n' "$alternative") 2>/dev/null
  rm "$name.csr"
  echo "$directory/$name.crt, $directory/$name.key"
done
