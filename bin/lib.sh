# What bin/up and bin/test share: installing what is missing, finding Rust, choosing the target directory.
# Sourced, never run. Needs: bash, and ROOT set to the checkout.
# shellcheck shell=bash

# One line on what is happening; everything else belongs to the tools that are called.
say() { printf '\033[1mkaravan:\033[0m %s\n' "$*" >&2; }
[[ -t 2 ]] || say() { printf 'karavan: %s\n' "$*" >&2; }

die() {
    say "$*"
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# Runs a command with the rights that apt needs.
as_root() {
    if ((EUID == 0)); then
        "$@"
    elif have sudo; then
        sudo "$@"
    else
        die "'$*' needs root: run this script as root, or install sudo"
    fi
}

# apt_install PACKAGE…: one apt call for all of them. Callers pass only what is missing, so a second start never gets here.
apt_install() {
    (($# > 0)) || return 0
    have apt-get || die "this is not Debian or Ubuntu (no apt-get): install the equivalents of '$*' and start again"
    say "installing $*"
    local log options=(-y -q --no-install-recommends -o DPkg::Lock::Timeout=300)
    log=$(mktemp)
    # `env` and not an assignment in front: sudo drops the environment.
    if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q >"$log" 2>&1 </dev/null ||
        ! as_root env DEBIAN_FRONTEND=noninteractive apt-get install "${options[@]}" "$@" >>"$log" 2>&1 </dev/null; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        die "apt could not install $* (its last lines are above)"
    fi
    rm -f "$log"
}

# What every build needs: a C compiler (SQLite and ring are C), pkg-config, certificates and curl.
install_build_tools() {
    local missing=()
    have cc || missing+=(build-essential)
    have pkg-config || missing+=(pkg-config)
    have curl || missing+=(curl)
    [[ -e /etc/ssl/certs/ca-certificates.crt || -n ${SSL_CERT_FILE:-} ]] || missing+=(ca-certificates)
    apt_install "${missing[@]}"
}

# Puts a cargo on PATH that can build this workspace. Whatever is installed already is used.
find_rust() {
    local home=${CARGO_HOME:-$HOME/.cargo} channel
    if [[ :$PATH: != *":$home/bin:"* && -d $home/bin ]]; then PATH=$home/bin:$PATH; fi
    channel=$(sed -n 's/^channel *= *"\(.*\)"/\1/p' "$ROOT/rust-toolchain.toml")

    if ! have cargo || { ! have rustup && ! cargo_is_at_least "$channel"; }; then
        install_rustup
        PATH=$home/bin:$PATH
    fi
    export PATH
    hash -r
    # rust-toolchain.toml is found from the working directory, so every cargo call is made inside the checkout.
    if have rustup && ! (cd "$ROOT" && cargo --version) >/dev/null 2>&1; then
        say "installing Rust $channel"
        rustup toolchain install "$channel" --profile minimal --component rustfmt --component clippy --no-self-update ||
            die "rustup could not install Rust $channel"
    fi
    (cd "$ROOT" && cargo --version) >/dev/null || die "cargo does not run: see its message above"
}

cargo_is_at_least() {
    local found
    found=$(cd / && cargo --version 2>/dev/null | cut -d' ' -f2) || return 1
    [[ $(printf '%s\n' "$1" "$found" | sort -V | head -n 1) == "$1" ]]
}

install_rustup() {
    local script
    say "installing Rust with rustup"
    script=$(mktemp)
    if curl --proto '=https' --tlsv1.2 -fsSL --retry 2 -o "$script" https://sh.rustup.rs; then
        sh "$script" -y -q --no-modify-path --profile minimal --default-toolchain none </dev/null ||
            die "the rustup installer failed (its message is above)"
    else
        # Debian 13 and Ubuntu 24.04 package it too.
        apt_install rustup
    fi
    rm -f "$script"
}

# The build goes outside the checkout, so that a clone stays clean. One folder for each checkout: cargo compares times and
# paths inside the workspace only, so two checkouts in one folder would run each other's programs.
choose_target_dir() {
    local checkout
    checkout=$(cksum <<<"$ROOT" | cut -d' ' -f1)
    CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${KARAVAN_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/karavan/target-$checkout}}
    export CARGO_TARGET_DIR
    mkdir -p "$CARGO_TARGET_DIR" || die "cannot create $CARGO_TARGET_DIR: set KARAVAN_TARGET_DIR to a folder you may write to"
}
