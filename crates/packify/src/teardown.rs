//! Dropping nested values without recursion, however deep they are.

use crate::Value;

/// Drops values and all that they contain, using a list instead of the call stack.
pub(crate) fn tear_down(values: impl IntoIterator<Item = Value>) {
    let mut pending: Vec<Value> = values.into_iter().filter(Value::has_children).collect();
    while let Some(value) = pending.pop() {
        // Each container is emptied here, so that its own drop finds nothing to do.
        match value {
            Value::List(mut items) | Value::Tuple(mut items) => {
                pending.extend(items.take().into_iter().filter(Value::has_children));
            }
            Value::Set(mut set) => pending.extend(set.take().into_iter().filter(Value::has_children)),
            Value::Dict(mut dict) => {
                for (key, value) in dict.take() {
                    pending.extend([key, value].into_iter().filter(Value::has_children));
                }
            }
            _ => {}
        }
    }
}
