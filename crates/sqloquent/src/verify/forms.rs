//! Other forms of the same content, from which libraries without declared types made ids.

use packify::Value;
use sha2::{Digest as _, Sha256};

use crate::content::ContentId;

/// More combinations than this are not tried: then it is a mismatch.
const MOST: usize = 256;

/// Whether the id is that of the same content with values in other forms: truth values as 0 and 1, whole floats as
/// integers, numbers as their text, missing values left out.
pub(super) fn has_other_form(columns: &[(&str, Value)], id: &ContentId) -> bool {
    let mut choices: Vec<(&str, Vec<Value>)> = Vec::with_capacity(columns.len());
    let mut combinations = 1_usize;
    for (name, value) in columns {
        let mut forms = vec![value.clone()];
        forms.extend(others(value));
        combinations = combinations.saturating_mul(forms.len());
        choices.push((name, forms));
    }
    if combinations > MOST {
        return false;
    }
    (0..combinations).any(|n| {
        let mut rest = n;
        let pairs = choices.iter().map(|(name, forms)| {
            let form = &forms[rest % forms.len()];
            rest /= forms.len();
            (*name, form.clone())
        });
        let dict = Value::dict(pairs);
        packify::pack(&dict).is_ok_and(|bytes| Sha256::digest(bytes).as_slice() == id.as_bytes())
    })
}

fn others(value: &Value) -> Option<Value> {
    match value {
        Value::Bool(v) => Some(Value::from(i64::from(*v))),
        Value::Float(v) if v.fract() == 0.0 && v.abs() < 9.0e15 => Some(Value::from(*v as i64)),
        Value::Str(text) => {
            let number: i64 = text.parse().ok()?;
            (number.to_string() == *text).then(|| Value::from(number))
        }
        Value::Int(v) => match v.to_string().as_str() {
            "0" => Some(Value::from(false)),
            "1" => Some(Value::from(true)),
            _ => None,
        },
        _ => None,
    }
}
