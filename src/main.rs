//! The command-line tool `agents`.

use std::process::ExitCode;

use clap::Parser;

/// Talks to an agents server.
#[derive(Parser)]
#[command(version)]
enum Command {
    /// The connection to a server.
    #[command(subcommand)]
    Server(Server),
}

#[derive(clap::Subcommand)]
enum Server {
    /// Connects to a server.
    Connect(agents::Connection),
}

fn main() -> ExitCode {
    #[cfg(feature = "failpoints")]
    let _faults = agents::fault::set_up();
    let Command::Server(Server::Connect(connection)) = Command::parse();
    match agents::connect(&connection) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
