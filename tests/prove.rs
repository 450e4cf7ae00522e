//! Every command that writes is proved by `untorn`: under each fault, and killed at each call, the
//! configuration stays whole. The three writes that the project began with are torn.

use std::fs;
use std::path::{Path, PathBuf};

use untorn::{Answer, Prover, Report, Verdict};

const CONFIGURATION: &str = ".cleveragents/config.toml";

const USUAL: &str = "# Where the agents run.\n[server]\nurl = \"https://old.example\"\nnamespace = \"staging\"\n\
                     tls-verify = false\n";

fn prove(fixture: Option<&str>, arguments: &[&str]) -> Report {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let configuration = directory.path().join(CONFIGURATION);
    if let Some(text) = fixture {
        fs::create_dir_all(parent(&configuration)).expect("its directory");
        fs::write(&configuration, text).expect("the configuration");
    }
    let command = [&[env!("CARGO_BIN_EXE_agents")], arguments].concat();
    Prover::command(command)
        .and_then(|it| it.fixture(directory.path()))
        .and_then(|it| it.protect([CONFIGURATION]).run())
        .expect("a report")
}

fn parent(path: &Path) -> PathBuf {
    path.parent().map(Path::to_path_buf).unwrap_or_default()
}

fn holds(fixture: Option<&str>, arguments: &[&str]) {
    let report = prove(fixture, arguments);
    report.assert_all_or_nothing();
    assert!(
        report.cases.len() > 100,
        "only {} faults",
        report.cases.len()
    );
    let once = report
        .cases
        .iter()
        .filter(|it| !it.id.ends_with(":persist"));
    let unclear: Vec<&str> = once
        .filter(|it| it.verdict == Verdict::InDoubt)
        .map(|it| it.id.as_str())
        .collect();
    assert_eq!(
        unclear,
        Vec::<&str>::new(),
        "an error exit, and the change was made"
    );
}

#[test]
fn a_connect() {
    holds(Some(USUAL), &["server", "connect", "https://new.example"]);
}

#[test]
fn a_connect_where_there_is_no_configuration_yet() {
    holds(None, &["server", "connect", "https://new.example"]);
}

#[test]
fn a_disconnect() {
    holds(Some(USUAL), &["server", "disconnect"]);
}

#[test]
fn a_set() {
    holds(
        Some(USUAL),
        &[
            "config",
            "set",
            "server.namespace=team",
            "server.tls-verify=true",
        ],
    );
}

#[test]
fn an_unset() {
    holds(Some(USUAL), &["config", "unset", "server.namespace"]);
}

#[test]
fn three_writes_one_after_the_other_are_torn() {
    let script = "sed 's/old/new/' $F > $F.1; cat $F.1 > $F; sed 's/staging/default/' $F > $F.1; cat $F.1 > $F; rm $F.1";
    let directory = tempfile::tempdir().expect("a temporary directory");
    fs::write(directory.path().join("config.toml"), USUAL).expect("the configuration");
    let report = Prover::command(["sh", "-c", script])
        .and_then(|it| it.fixture(directory.path()))
        .and_then(|it| {
            it.environment("F", "config.toml")
                .protect(["config.toml"])
                .run()
        })
        .expect("a report");
    assert_eq!(report.answer(), Answer::Violation);
    assert!(report.count(Verdict::Torn) > 0);
}
