# What the scripts of bench/ share: building in release, then running one figure.
# Sourced, never run. Needs: bash, and ROOT set to the checkout.
# shellcheck shell=bash

# shellcheck source-path=SCRIPTDIR source=../bin/lib.sh
source "$ROOT/bin/lib.sh"

# Data folders of the bench: next to the build, which is on a disk.
choose_scratch() {
    SCRATCH=${KARAVAN_BENCH_SCRATCH:-$CARGO_TARGET_DIR/bench-scratch}
    mkdir -p "$SCRATCH" || die "cannot create $SCRATCH: set KARAVAN_BENCH_SCRATCH to a folder on a disk"
}

# build_both: what is measured and what measures. Sets BUILT.
build_both() {
    install_build_tools
    find_rust
    choose_target_dir
    choose_scratch
    say "building"
    # Two builds: in one, cargo would give karavan the features that the bench wants, and we would measure another program.
    (cd "$ROOT" && cargo build --quiet --release --locked) || die "karavan does not build"
    (cd "$ROOT" && cargo build --quiet --release --locked --package karavan-bench) || die "the bench does not build"
    BUILT=$CARGO_TARGET_DIR/release
}

# figure NAME [ARGUMENT…]: builds, then measures.
figure() {
    build_both
    exec "$BUILT/karavan-bench" --karavan "$BUILT/karavan" --scratch "$SCRATCH" "$@"
}

# figure_with_postgres NAME [ARGUMENT…]: the same beside a private PostgreSQL that waits for its disk, as in production.
# A server of one's own is given in KARAVAN_BENCH_POSTGRES.
figure_with_postgres() {
    build_both
    provide_postgres
    "$BUILT/karavan-bench" --karavan "$BUILT/karavan" --scratch "$SCRATCH" "$@"
}

provide_postgres() {
    [[ -z ${KARAVAN_BENCH_POSTGRES:-} ]] || return 0
    # shellcheck source-path=SCRIPTDIR source=../bin/postgres.sh
    source "$ROOT/bin/postgres.sh"
    install_postgres
    trap stop_postgres EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    start_postgres durable
    export KARAVAN_BENCH_POSTGRES=$KARAVAN_TEST_POSTGRES
}
