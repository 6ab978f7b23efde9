#!/usr/bin/env bash
# Measures everything and writes bench/results/YYYY-MM-DD.md. See docs/benchmarks.md.
#   bench/run.sh                      about ten minutes
#   BENCH_PARTS=proof bench/run.sh    some of it, in a file that says so: bench/results/YYYY-MM-DD-proof.md
#   bench/run.sh --quick              a smoke test: small counts, a file outside the results
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
quick=""
for argument in "$@"; do
  case "$argument" in
    --quick) quick="--quick" ;;
    *) echo "usage: bench/run.sh [--quick]" >&2; exit 2 ;;
  esac
done

export BENCH_WORK_FOLDER="${BENCH_WORK_FOLDER:-${TMPDIR:-/tmp}/pipeline-bench}"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
mkdir -p "$BENCH_WORK_FOLDER"
out="$BENCH_WORK_FOLDER/out"
postgres_data="$BENCH_WORK_FOLDER/postgres"
postgres_bin=""

wants() { [[ -z "${BENCH_PARTS:-}" || ",${BENCH_PARTS}," == *",$1,"* ]]; }

as_postgres() {
  # A server refuses to run as root.
  if [[ "$(id -u)" == 0 ]]; then runuser -u postgres -- "$@"; else "$@"; fi
}

stop_postgres() {
  if [[ -n "$postgres_bin" && -f "$postgres_data/postmaster.pid" ]]; then
    as_postgres "$postgres_bin/pg_ctl" -D "$postgres_data" -m immediate stop >/dev/null 2>&1 || true
  fi
  rm -rf "$postgres_data"
}

find_postgres() {
  local folder
  for folder in /usr/lib/postgresql/15/bin /usr/lib/postgresql/*/bin "$(dirname "$(command -v pg_ctl || echo /none/x)")"; do
    if [[ -x "$folder/initdb" && -x "$folder/pg_ctl" ]]; then postgres_bin="$folder"; return 0; fi
  done
  return 1
}

install_postgres() {
  [[ "$(id -u)" == 0 ]] && command -v apt-get >/dev/null || return 1
  echo "No PostgreSQL server is installed; trying the distribution's."
  (apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y postgresql) >"$BENCH_WORK_FOLDER/apt.log" 2>&1
}

start_postgres() {
  find_postgres || { install_postgres && find_postgres; } || { skip="no PostgreSQL server is installed, and none could be"; return 1; }
  stop_postgres
  install -d -m 700 "$postgres_data"
  if [[ "$(id -u)" == 0 ]]; then
    id postgres >/dev/null 2>&1 || { skip="there is no user 'postgres' to run the server"; return 1; }
    chown postgres "$postgres_data"
    chmod a+x "$BENCH_WORK_FOLDER"
  fi
  as_postgres "$postgres_bin/initdb" -D "$postgres_data" -U postgres -A trust --no-instructions \
    >"$BENCH_WORK_FOLDER/postgres.log" 2>&1 || { skip="initdb failed: $(tail -n 1 "$BENCH_WORK_FOLDER/postgres.log")"; return 1; }
  # Its own settings, synchronous_commit=on among them; only a socket in its folder, so that no port is taken.
  as_postgres "$postgres_bin/pg_ctl" -D "$postgres_data" -w -t 60 -l "$postgres_data/server.log" \
    -o "-c listen_addresses='' -c unix_socket_directories='$postgres_data'" start \
    >>"$BENCH_WORK_FOLDER/postgres.log" 2>&1 || { skip="PostgreSQL did not start: $(tail -n 1 "$postgres_data/server.log" 2>/dev/null)"; return 1; }
  chmod a+x "$postgres_data" 2>/dev/null || true
  export BENCH_PEER_CONNECTION="Host=$postgres_data;Username=postgres;Database=postgres"
  echo "PostgreSQL: $("$postgres_bin/postgres" --version)"
}

trap stop_postgres EXIT
trap 'exit 130' INT TERM

echo "Building (Release) ..."
dotnet build "$root/tests/Pipeline.Benchmarks/Pipeline.Benchmarks.csproj" -c Release --nologo -v quiet

if wants peer; then
  skip=""
  if ! dotnet build "$root/bench/peer/Peer.csproj" -c Release --nologo -v quiet -o "$out/peer" >"$BENCH_WORK_FOLDER/peer.log" 2>&1; then
    skip="the peer could not be built: $(grep -m 1 error "$BENCH_WORK_FOLDER/peer.log" | sed 's/.*error/error/' || tail -n 1 "$BENCH_WORK_FOLDER/peer.log")"
  else
    export BENCH_PEER_PROGRAM="$out/peer/peer.dll"
    start_postgres || true
  fi
  if [[ -n "$skip" ]]; then
    echo "SKIPPED: the peer: $skip" >&2
    export BENCH_PEER_SKIP_REASON="$skip"
  fi
fi

results="$root/bench/results"
[[ -n "$quick" ]] && results="$BENCH_WORK_FOLDER"
program="$root/tests/Pipeline.Benchmarks/bin/Release/net10.0/Pipeline.Benchmarks.dll"
parts="${BENCH_PARTS:+-${BENCH_PARTS//,/-}}"
dotnet "$program" run $quick "$results/$(date -u +%F)$parts.md"
