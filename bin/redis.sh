# Redis for tests and for the bench: only its program. Whoever needs a server starts one of their own, on a socket in a
# temporary folder, because stopping it in the middle is what is tested (crates/testkit/src/redis.rs).
# Sourced, never run. It does not touch any server that the machine has.
# shellcheck shell=bash

# Debian starts a server when it installs one, and at every start of the machine. We want the program only.
install_redis() {
    have redis-server && return 0
    have apt-get || die "this is not Debian or Ubuntu (no apt-get): install Redis 5 or later, so that 'redis-server' is on PATH"
    local policy=/usr/sbin/policy-rc.d mine=
    if [[ ! -e $policy ]]; then
        mine=yes
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod +x "$policy"
    fi
    # A subshell, so that the file goes even when apt fails.
    local status=0
    (apt_install redis-server) || status=$?
    if [[ -n $mine ]]; then as_root rm -f "$policy"; fi
    ((status == 0)) || exit "$status"
    # In a container there may be a systemctl and no systemd: then nothing starts it anyway.
    if have systemctl; then as_root systemctl disable --quiet redis-server 2>/dev/null || true; fi
    have redis-server || die "Redis is installed, but no 'redis-server' is on PATH"
}
