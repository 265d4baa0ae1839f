#!/usr/bin/env bash
# Installs the Debian packages that building and testing need, and with `bench` what measuring needs as well. Quick and
# silent when all are there.
set -euo pipefail

packages=()
need() { # need PACKAGE COMMAND…: the package is missing when the command fails
    local package=$1
    shift
    "$@" > /dev/null 2>&1 || packages+=("$package")
}

has_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' || command -v initdb; }
has_venv() { python3 -c 'import ensurepip, venv'; }

need pkg-config command -v pkg-config
need libpq-dev pkg-config --exists libpq
need librdkafka-dev pkg-config --exists rdkafka
need postgresql has_postgres
need postgresql-client command -v psql
need kcat command -v kcat
need jq command -v jq
need curl command -v curl
need python3-venv has_venv
[ "${1:-}" != bench ] || need wrk command -v wrk

[ ${#packages[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo > /dev/null || {
        echo "setup: missing ${packages[*]}; install them as root, for example: apt-get install ${packages[*]}" >&2
        exit 1
    }
    as_root=(sudo)
fi
command -v apt-get > /dev/null || {
    echo "setup: missing ${packages[*]}, and there is no apt-get to install them with" >&2
    exit 1
}

echo "setup: installing ${packages[*]}"
# Debian would start a server of its own on installation; ours are private ones.
if [[ " ${packages[*]} " == *" postgresql "* && ! -e /etc/postgresql-common/createcluster.conf ]]; then
    "${as_root[@]}" mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' | "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf > /dev/null
fi
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" < /dev/null
