#!/usr/bin/env bash
# healthcheck PORT PATH: succeeds when the admin port answers 200. ADMIN_PORT wins over PORT. No curl in the image.
set -euo pipefail

exec 3<> "/dev/tcp/127.0.0.1/${ADMIN_PORT:-$1}"
printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$2" >&3
IFS=' ' read -r -t 2 _ status _ <&3
[ "$status" = 200 ]
