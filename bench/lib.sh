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

# figure NAME [ARGUMENT…]: builds what is measured and what measures, then runs it.
figure() {
    install_build_tools
    find_rust
    choose_target_dir
    choose_scratch
    say "building"
    # Two builds: in one, cargo would give karavan the features that the bench wants, and we would measure another program.
    (cd "$ROOT" && cargo build --quiet --release --locked) || die "karavan does not build"
    (cd "$ROOT" && cargo build --quiet --release --locked --package karavan-bench) || die "the bench does not build"
    local built=$CARGO_TARGET_DIR/release
    exec "$built/karavan-bench" --karavan "$built/karavan" --scratch "$SCRATCH" "$@"
}
