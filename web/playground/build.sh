#!/usr/bin/env bash
# Builds the Playground into internal/playground/dist, from where `go build`
# takes it into the binary. Needs npm and Node 18 or newer; nothing is bundled
# or compiled, the packages bring files that browsers read as they are.
set -euo pipefail
cd "$(dirname "$0")"
dist=../../internal/playground/dist

npm ci --ignore-scripts --no-audit --no-fund

rm -rf "$dist"
mkdir -p "$dist"

# Source maps are not served, so nothing may point to them.
copy() { sed '/^\/\/# sourceMappingURL=/d' "$1" >"$dist/$2"; }

copy node_modules/react/umd/react.production.min.js react.js
copy node_modules/react-dom/umd/react-dom.production.min.js react-dom.js
copy node_modules/graphiql/graphiql.min.js graphiql.js
copy node_modules/graphiql/graphiql.min.css graphiql.css
copy node_modules/@graphiql/plugin-explorer/dist/index.umd.js explorer.js
copy node_modules/@graphiql/plugin-explorer/dist/style.css explorer.css
cp index.html playground.js playground.css icon.svg "$dist/"

# The packages' licences ask for their text to go with every copy.
find node_modules -type f -iname 'licen[cs]e*' -not -name '*.js' -print0 | LC_ALL=C sort -z |
	while IFS= read -r -d '' file; do
		printf '==> %s\n\n' "$(dirname "${file#node_modules/}")"
		cat "$file"
		printf '\n\n'
	done >"$dist/licenses.txt"
