#!/usr/bin/env bash
# Installs the commands that Nexus needs and that are missing:
#
#   tools/deps.sh run     PostgreSQL, Node and npm (they build the Playground)
#   tools/deps.sh test    the same, Redis, RabbitMQ, a C compiler (race detector), Chromium
#   tools/deps.sh bench   wrk
#
# Sets can be combined. On Debian and its relatives it uses apt-get, as root or
# by sudo, and keeps packages from starting services of their own. Elsewhere,
# or without rights, it says in one line what to install and fails.
set -euo pipefail

have() { command -v "$1" >/dev/null 2>&1; }

have_postgres() {
	have postgres || have pg_ctl || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null ||
		compgen -G '/usr/pgsql-*/bin/postgres' >/dev/null ||
		compgen -G '/opt/homebrew/opt/postgresql@*/bin/postgres' >/dev/null ||
		compgen -G '/usr/local/opt/postgresql@*/bin/postgres' >/dev/null
}

have_rabbitmq() { have rabbitmq-server || [ -x /usr/sbin/rabbitmq-server ]; }

have_chromium() { have chromium || have chromium-browser || have google-chrome; }

# Packages to install, by Debian's names.
packages=()
need() {
	local package
	for package in "$@"; do
		case " ${packages[*]-} " in
		*" $package "*) ;;
		*) packages+=("$package") ;;
		esac
	done
}

need_run() {
	[ -n "${NEXUS_DATABASE_URL-}" ] || have_postgres || need postgresql
	# NodeSource's nodejs holds npm and conflicts with Debian's packages: leave
	# both alone where both commands answer.
	if ! have node; then
		need nodejs npm
	elif ! have npm; then
		need npm
	fi
}

need_test() {
	need_run
	[ -n "${NEXUS_TEST_DATABASE_URL-}" ] || have_postgres || need postgresql
	[ -n "${NEXUS_TEST_REDIS_URL-}" ] || have redis-server || need redis-server
	[ -n "${NEXUS_TEST_AMQP_URL-}" ] || have_rabbitmq || need rabbitmq-server
	have gcc || have clang || need gcc libc6-dev
	have_chromium || need chromium fonts-dejavu-core
}

need_bench() { have wrk || need wrk; }

# Debian starts a service when it installs one, unless this file forbids it.
policy=/usr/sbin/policy-rc.d
forbid_services() {
	saved=$(mktemp)
	as_root cp -p "$policy" "$saved" 2>/dev/null || as_root rm -f "$saved"
	trap allow_services EXIT
	printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
	as_root chmod 755 "$policy"
}

allow_services() {
	if [ -e "$saved" ]; then
		as_root mv "$saved" "$policy"
	else
		as_root rm -f "$policy"
	fi
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo -n -- "$@"
	fi
}

may_install() {
	have apt-get || return 1
	[ "$(id -u)" = 0 ] || { have sudo && sudo -n true 2>/dev/null; }
}

install_packages() {
	echo "installing ${packages[*]}" >&2
	forbid_services
	{
		as_root apt-get -q update
		as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install --yes --no-install-recommends "${packages[@]}"
	} </dev/null >&2
}

main() {
	if ! have go; then
		echo "Nexus needs Go 1.26 or newer: https://go.dev/dl/" >&2
		exit 1
	fi
	local set
	for set in "$@"; do
		case $set in
		run | test | bench) "need_$set" ;;
		*)
			echo "usage: tools/deps.sh [run] [test] [bench]" >&2
			exit 2
			;;
		esac
	done
	[ ${#packages[@]} -gt 0 ] || return 0
	if ! may_install; then
		echo "install these first (Debian's names of packages): ${packages[*]}" >&2
		exit 1
	fi
	install_packages
}

main "$@"
