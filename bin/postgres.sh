# A private PostgreSQL for one run of bin/test or of the bench: its own data, port and socket, gone afterwards.
# Sourced, never run. It does not touch any cluster that the machine has.
# shellcheck shell=bash

PG_DIR=
PG_PID=
PG_USER=
PG_AS=()

# The newest server on this machine; Debian keeps it outside PATH. Nothing is printed when there is none.
postgres_bin() {
    local newest
    newest=$(printf '%s\n' /usr/lib/postgresql/*/bin/postgres | sort -V | tail -n 1)
    # Without a match the pattern stays as it is.
    [[ -x $newest ]] || newest=$(command -v postgres) || return 0
    dirname "$newest"
}

# Debian's package makes a cluster and starts it. We want the programs only, so we switch that off for this one install;
# a cluster that was there before stays as it is.
install_postgres() {
    # For the certificates of its tests.
    have openssl || apt_install openssl
    [[ -z $(postgres_bin) ]] || return 0
    local config=/etc/postgresql-common/createcluster.d/karavan-no-cluster.conf
    if have apt-get; then
        as_root mkdir -p "${config%/*}"
        echo 'create_main_cluster = false' | as_root tee "$config" >/dev/null
    fi
    # A subshell, so that the file goes even when apt fails.
    if ! (apt_install postgresql); then
        as_root rm -f "$config"
        exit 1
    fi
    as_root rm -f "$config"
    [[ -n $(postgres_bin) ]] || die "PostgreSQL is installed, but no 'postgres' under /usr/lib/postgresql or on PATH"
}

# postgres refuses to run as root, so root becomes somebody else for it. Sets PG_AS, the start of every such command.
choose_postgres_user() {
    PG_AS=()
    ((EUID == 0)) || return 0
    PG_USER=nobody
    if id postgres >/dev/null 2>&1; then PG_USER=postgres; fi
    PG_AS=(setpriv --reuid "$PG_USER" --regid "$(id -g "$PG_USER")" --clear-groups --)
}

# Memory when there is enough of it (never for "durable"): every test makes and drops a database of some 300 files, and on
# a disk that costs more than the test. Otherwise /var/tmp and not $TMPDIR: a socket path may have 107 bytes.
postgres_home() {
    local free=0
    [[ ${1:-} == durable ]] || free=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1) || free=0
    if [[ -w /dev/shm && ${free:-0} -gt 3000000 ]]; then echo /dev/shm; else echo /var/tmp; fi
}

# make_certificates FOLDER: an authority, the server's certificate for the name `localhost` (and not for 127.0.0.1), one for
# the user `by_certificate`, and an authority that has signed nothing.
make_certificates() {
    local folder=$1
    mkdir "$folder"
    (
        cd "$folder"
        key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key"; }
        authority() { key "$1" && openssl req -x509 -new -key "$1.key" -out "$1.crt" -days 2 -subj "/CN=$1"; }
        signed() {
            key "$1" && openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr" &&
                printf 'basicConstraints=CA:FALSE\nsubjectAltName=DNS:%s\n' "$1" >"$1.ext" &&
                openssl x509 -req -in "$1.csr" -CA root.crt -CAkey root.key -CAcreateserial -days 2 -extfile "$1.ext" -out "$1.crt"
        }
        # One chain: inside `( … ) ||` a failure does not end the shell by itself.
        authority root && authority stranger && signed localhost && signed by_certificate &&
            mv localhost.crt server.crt && mv localhost.key server.key && chmod 600 ./*.key
    ) >"$PG_DIR/tls.log" 2>&1 || {
        cat "$PG_DIR/tls.log" >&2
        die "openssl could not make certificates (its message is above)"
    }
}

# start_postgres [durable]: exports KARAVAN_TEST_POSTGRES, and KARAVAN_TEST_POSTGRES_TLS with the folder of certificates.
# Pair it with stop_postgres in an EXIT trap that is set before. "durable" is for measuring: the server is as it comes, on a
# disk, and waits for it.
start_postgres() {
    local bin port attempt
    bin=$(postgres_bin)
    [[ -n $bin ]] || die "no PostgreSQL server found: bin/test installs it on Debian and Ubuntu"
    remove_dead_postgres
    PG_DIR=$(mktemp -d "$(postgres_home "${1:-}")/karavan-pg.XXXXXX")
    echo $$ >"$PG_DIR/owner"
    mkdir "$PG_DIR/run"
    choose_postgres_user
    make_certificates "$PG_DIR/tls"
    if [[ -n $PG_USER ]]; then chown -R "$PG_USER" "$PG_DIR"; fi

    # In its own folder: the working directory of root may be closed to the other user.
    (cd "$PG_DIR" && "${PG_AS[@]}" "$bin/initdb" -D data -U postgres --auth=trust --locale=C --encoding=UTF8 --no-sync) \
        >"$PG_DIR/initdb.log" 2>&1 </dev/null || {
        cat "$PG_DIR/initdb.log" >&2
        die "initdb failed (its message is above)"
    }
    # What a server of its size would have.
    cat >>"$PG_DIR/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$PG_DIR/run'
max_connections = 400
checkpoint_timeout = '30min'
timezone = 'UTC'
log_timezone = 'UTC'
ssl = on
ssl_ca_file = '$PG_DIR/tls/root.crt'
ssl_cert_file = '$PG_DIR/tls/server.crt'
ssl_key_file = '$PG_DIR/tls/server.key'
CONF
    # The first line that fits counts. This one user must show a certificate; all others come as they like.
    local rules=$PG_DIR/data/pg_hba.conf
    printf 'hostssl all by_certificate 127.0.0.1/32 cert\nhostnossl all by_certificate 127.0.0.1/32 reject\n' |
        cat - "$rules" >"$PG_DIR/hba" && cat "$PG_DIR/hba" >"$rules"
    if [[ ${1:-} == durable ]]; then
        echo "max_wal_size = '4GB'" >>"$PG_DIR/data/postgresql.conf"
    else
        speed_up_postgres
    fi

    # A server that cannot bind exits at once, so the port is tried and not guessed. Below 32768: the kernel does not hand
    # these out to outgoing connections.
    for attempt in {1..20}; do
        port=$((20000 + RANDOM % 12000))
        launch_postgres "$bin" "$port"
        if await_postgres "$bin" "$port"; then
            # Unencrypted, as a server on the same machine is used; the tests of encryption say what they want.
            export KARAVAN_TEST_POSTGRES="postgres://postgres@127.0.0.1:$port/postgres?sslmode=disable"
            export KARAVAN_TEST_POSTGRES_TLS=$PG_DIR/tls
            return
        fi
        stop_server
        grep -q 'Address already in use' "$PG_DIR/server.log" || break
    done
    tail -n 20 "$PG_DIR/server.log" >&2
    die "PostgreSQL did not start (attempt $attempt; the end of its log is above)"
}

# Nothing that a test writes has to survive a power cut, and no database lives long enough to be swept.
speed_up_postgres() {
    cat >>"$PG_DIR/data/postgresql.conf" <<CONF
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = '1GB'
autovacuum = off
jit = off
CONF
}

# setsid: Ctrl-C reaches the tests first and not the server under them. --pdeathsig: it ends even when we are killed.
# The log is truncated, so each attempt is judged by its own lines.
launch_postgres() {
    local bin=$1 port=$2
    setsid "${PG_AS[@]}" setpriv --pdeathsig INT -- "$bin/postgres" -D "$PG_DIR/data" -p "$port" \
        >"$PG_DIR/server.log" 2>&1 </dev/null &
    PG_PID=$!
}

# True as soon as the server answers, false as soon as it has gone or after 60 seconds.
await_postgres() {
    local bin=$1 port=$2 deadline=$((SECONDS + 60))
    while ((SECONDS < deadline)); do
        kill -0 "$PG_PID" 2>/dev/null || return 1
        # Over the socket in our own folder: whoever holds the port, this answer is our server's.
        if "$bin/pg_isready" -q -h "$PG_DIR/run" -p "$port"; then return 0; fi
        sleep 0.1
    done
    return 1
}

stop_server() {
    [[ -n $PG_PID ]] || return 0
    # SIGQUIT: no checkpoint, no waiting for clients; the data goes anyway.
    kill -QUIT "$PG_PID" 2>/dev/null || true
    wait "$PG_PID" 2>/dev/null || true
    PG_PID=
}

stop_postgres() {
    stop_server
    if [[ -n $PG_DIR ]]; then rm -rf "$PG_DIR"; fi
    PG_DIR=
}

# Folders of runs that were killed. A run that lives is recognised by its process.
remove_dead_postgres() {
    local folder owner
    for folder in /dev/shm/karavan-pg.* /var/tmp/karavan-pg.*; do
        [[ -f $folder/owner ]] || continue
        owner=$(<"$folder/owner") || continue
        if [[ $owner =~ ^[0-9]+$ && ! -d /proc/$owner ]]; then rm -rf "$folder" 2>/dev/null || true; fi
    done
}
