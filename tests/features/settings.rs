//! Reads the settings in a configuration without the code under test.

use std::collections::BTreeMap;

use toml::{Table, Value};

/// Every setting by its dotted key, whichever way it is written.
pub fn read(text: &str) -> Result<BTreeMap<String, String>, String> {
    let table: Table = text
        .parse()
        .map_err(|error| format!("the configuration is torn: {error}"))?;
    let mut settings = BTreeMap::new();
    add("", &table, &mut settings);
    Ok(settings)
}

fn add(prefix: &str, table: &Table, settings: &mut BTreeMap<String, String>) {
    for (name, value) in table {
        let key = format!("{prefix}{name}");
        match value {
            Value::Table(table) => add(&format!("{key}."), table, settings),
            Value::String(text) => drop(settings.insert(key, text.clone())),
            other => drop(settings.insert(key, other.to_string())),
        }
    }
}
