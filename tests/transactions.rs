//! Any sequence of transactions leaves what a model of them leaves.

use std::collections::BTreeMap;

use agents::{Store, Value};
use proptest::prelude::*;

/// One step in a transaction.
#[derive(Clone, Debug)]
enum Edit {
    Set(&'static str, Value),
    Unset(&'static str),
}

/// Some edits, and whether they are committed or dropped.
type Attempt = (Vec<Edit>, bool);

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        "[a-z0-9-]{1,12}".prop_map(|host| Edit::Set(
            "server.url",
            format!("https://{host}.example").as_str().into()
        )),
        "[^\\p{C}\\s]{1,8}".prop_map(|name| Edit::Set("server.namespace", name.as_str().into())),
        any::<bool>().prop_map(|on| Edit::Set("server.tls-verify", on.into())),
        (1..i64::MAX).prop_map(|seconds| Edit::Set("server.sync.interval", seconds.into())),
        prop::sample::select(KEYS).prop_map(Edit::Unset),
    ]
}

const KEYS: &[&str] = &[
    "server.url",
    "server.namespace",
    "server.tls-verify",
    "server.sync.interval",
];

fn attempts() -> impl Strategy<Value = Vec<Attempt>> {
    prop::collection::vec((prop::collection::vec(edit(), 0..5), any::<bool>()), 0..8)
}

/// What the file holds before anybody writes to it.
fn beginnings() -> impl Strategy<Value = Option<&'static str>> {
    prop::sample::select(vec![
        None,
        Some(""),
        Some("# mine\n[other]\nkey = 1\n"),
        Some("\"server.url\" = \"https://old.example\"\r\n"),
        Some("server = { url = \"https://old.example\" }"),
        Some("server.url = 'https://old.example' # here\n\n[server.sync]\ninterval = 5\n"),
    ])
}

type Model = BTreeMap<String, Value>;

fn settings(store: &Store) -> Model {
    let document = store.read().expect("the file can be read");
    let keys = document.keys().into_iter();
    let value = |key: &String| document.get(key).expect("no key is ambiguous");
    keys.filter_map(|key| value(&key).map(|value| (key, value)))
        .collect()
}

fn play(store: &Store, model: &mut Model, (edits, committed): Attempt) {
    let mut transaction = store.transaction().expect("the file can be locked");
    let mut changed = model.clone();
    for edit in edits {
        match edit {
            Edit::Set(key, value) => {
                transaction
                    .set(key, value.clone())
                    .expect("the value is valid");
                changed.insert(key.to_owned(), value);
            }
            Edit::Unset(key) => {
                transaction.unset(key).expect("the key can be taken away");
                changed.remove(key);
            }
        }
    }
    if committed {
        transaction.commit().expect("the change can be made");
        *model = changed;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn transactions_equal_their_model(beginning in beginnings(), attempts in attempts()) {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("config.toml");
        if let Some(text) = beginning {
            std::fs::write(&path, text).expect("the file can be written");
        }
        let store = Store::open(&path);
        let mut model = settings(&store);
        for attempt in attempts {
            play(&store, &mut model, attempt);
            prop_assert_eq!(&settings(&store), &model);
        }
        let left = std::fs::read_dir(directory.path()).expect("the directory can be read");
        prop_assert!(left.count() <= 1, "something is left beside the file");
    }
}
