//! The program `karavan`; everything is in the library beside it, where tests reach it.

fn main() -> std::process::ExitCode {
    karavan_app::run()
}
