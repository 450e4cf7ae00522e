//! What was attached, and what the runner has kept of a scenario.

use std::time::SystemTime;

use serde_json::{Value, json};

use super::run::timestamp;
use crate::attach::{Attachment, Body};

/// The `attachment` of what a step or a hook attached; `owner` says whose it is.
pub(super) fn attached(owner: &Value, now: SystemTime, what: &Attachment) -> Value {
    let (body, encoding) = match &what.body {
        Body::Text(text) => (text.clone(), "IDENTITY"),
        Body::Bytes(_) => (what.base64(), "BASE64"),
    };
    let mut told = owner.clone();
    told["body"] = body.into();
    told["contentEncoding"] = encoding.into();
    told["mediaType"] = what.media_type.as_str().into();
    told["timestamp"] = timestamp(now);
    if let Some(name) = &what.file_name {
        told["fileName"] = name.as_str().into();
    }
    json!({ "attachment": told })
}
