#!/bin/sh
# Loads a nested API into a database: starts the example API, prints the plan, runs it, and shows the tables it made.
#
#   demo.sh COREST API_SERVER SOURCE DATABASE
set -eu
corest=$1 api_server=$2 source=$3 database=$4

scratch=$(mktemp -d)
server=
end() {
    if [ -n "$server" ]; then
        kill "$server" 2> /dev/null || true
        wait "$server" 2> /dev/null || true
    fi
    rm -rf "$scratch"
}
trap end EXIT
trap 'exit 130' INT TERM

title() { printf '\n--- %s\n\n' "$1"; }

# 20 ms from here to there and back, and a server that is overloaded once.
"$api_server" --port-file "$scratch/port" --size projects=30 --size samples=12 --size sample_files=25 \
    --misbehave 'latency=20 *' --misbehave '503 /seed003/projects/*/samples times=1' > "$scratch/log" &
server=$!
while [ ! -f "$scratch/port" ]; do
    kill -0 "$server" 2> /dev/null || { echo "demo.sh: the example API did not start" >&2; exit 1; }
    sleep 0.05
done
url=http://127.0.0.1:$(cat "$scratch/port")/seed003
eval "$("$api_server" --print-environment)"

title "corest plan"
"$corest" plan "$source" --set "client.base_url=$url"

title "corest run"
rm -f "$database" "$database-wal" "$database-shm"
"$corest" run "$source" --to "sqlite:$database" --set "client.base_url=$url" --concurrency 8

title "the tables in $database"
if ! command -v sqlite3 > /dev/null; then
    echo "(sqlite3 is not installed, so they are not shown)"
    exit 0
fi
show() { sqlite3 -readonly -box "$database" "$1"; }
show "SELECT 'projects' AS 'table', count(*) AS rows FROM projects
      UNION ALL SELECT 'samples', count(*) FROM samples
      UNION ALL SELECT 'files', count(*) FROM files;"
show "SELECT id, name, _samples_id, size_bytes, tags FROM files LIMIT 5;"
show "SELECT p.id, p.name, count(DISTINCT s.id) AS samples, count(f.id) AS files
      FROM projects p LEFT JOIN samples s ON s._projects_id = p.id LEFT JOIN files f ON f._samples_id = s.id
      GROUP BY p.id ORDER BY files DESC LIMIT 5;"
