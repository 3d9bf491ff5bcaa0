#!/usr/bin/env bash
# Fails when generated files are not what `make generate` writes, or when the
# schema has a type that no Go package gives a home (it then falls into
# graph/unbound). The work tree may hold other changes; they do not matter.
set -euo pipefail
cd "$(dirname "$0")/.."

before=$(mktemp) after=$(mktemp)
trap 'rm -f "$before" "$after"' EXIT

fingerprint() {
	git ls-files -z --cached --others --exclude-standard | sort -zu |
		while IFS= read -r -d '' file; do
			[ ! -f "$file" ] || sha256sum -- "$file"
		done
}

fingerprint >"$before"
make --no-print-directory generate
fingerprint >"$after"

if ! stale=$(diff "$before" "$after"); then
	echo "generated files were stale; make generate has just written them anew, commit them:" >&2
	awk '/^[<>]/ { print "  " $3 }' <<<"$stale" | sort -u >&2
	exit 1
fi
if unbound=$(find graph/unbound -type f 2>/dev/null) && [ -n "$unbound" ]; then
	echo "types of the schema without a Go type of their own: see $unbound" >&2
	exit 1
fi
