#!/usr/bin/env bash
# Runs all tests, installing what they need where that can be done (Debian, Ubuntu). Ends with "N passed, N failed, N skipped".
set -uo pipefail
cd "$(dirname "$0")/.."

# command:package of each real part that the tests run against
needs=(python3:python3 sqlite3:sqlite3 snmptrapd:snmptrapd snmpd:snmpd snmpwalk:snmp smilint:smitools initdb:postgresql ip:iproute2 faketime:faketime openssl:openssl mariadbd:mariadb-server)
# where Debian keeps programs that are no commands of every user
elsewhere="/usr/sbin:$(printf '%s:' /usr/lib/postgresql/*/bin)"

missing=()
for need in "${needs[@]}"; do
  PATH="$PATH:$elsewhere" command -v "${need%%:*}" >/dev/null || missing+=("${need##*:}")
done

if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
  if command -v apt-get >/dev/null && { [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null; }; then
    echo "installing ${missing[*]}"
    "${as_root[@]}" apt-get update -qq \
      && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null \
      || { echo "could not install ${missing[*]}; install them by hand and run this again" >&2; exit 1; }
  else
    echo "the tests need ${missing[*]} (the names of Debian's packages); install them and run this again" >&2
    exit 1
  fi
fi

results=artifacts/test-results
rm -rf "$results"
mkdir -p "$results"

dotnet restore CvpActors.sln --locked-mode -v quiet || { echo "the packages are not those of the packages.lock.json files" >&2; exit 1; }
# White space only: braces, usings and the rest of .editorconfig are what the build itself refuses, and the whole of dotnet format takes minutes.
dotnet format whitespace . --folder --verify-no-changes -v quiet || { echo "not formatted; run: dotnet format whitespace . --folder" >&2; exit 1; }
dotnet build CvpActors.sln --no-restore -v quiet -clp:ErrorsOnly || { echo "the build failed" >&2; exit 1; }

# Hundreds of processes that live for seconds: what they would learn of their own hot paths costs more than it brings.
export DOTNET_TieredPGO=0

# The tests that start nodes wait for them most of the time: all the others run beside them, one project after the other. Those with nodes stay in the
# foreground, since a shell has what it starts in the background ignore Ctrl-C, which some of them send.
run() {
  dotnet test "$1" --no-build --logger "trx;LogFileName=$(basename "$1").trx" --logger "console;verbosity=minimal" --results-directory "$results" || touch "$results/broken"
}

nodes=tests/CvpActors.EndToEnd.Tests
ran=$(find tests -maxdepth 1 -name '*.Tests' | wc -l)
for project in tests/*.Tests; do
  [ "$project" = "$nodes" ] || { run "$project" >"$results/beside.log" 2>&1; echo "== $(basename "$project")"; cat "$results/beside.log"; }
done &
echo "== $(basename "$nodes"), and the others beside it"
run "$nodes"
wait

# Counted from the results, not from what was printed: a run that crashed leaves no result and must not look like a pass.
count() { sed -n "s/.*<Counters [^>]*\b$1=\"\([0-9]*\)\".*/\1/p" "$results"/*.trx 2>/dev/null | awk '{ n += $1 } END { print n + 0 }'; }
files=$(find "$results" -name '*.trx' | wc -l)
passed=$(count passed)
failed=$(($(count executed) - passed))
skipped=$(($(count total) - $(count executed)))
if [ "$files" -ne "$ran" ]; then
  echo "$((ran - files)) of $ran test projects left no result" >&2
  failed=$((failed + ran - files))
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ] && [ ! -e "$results/broken" ]
