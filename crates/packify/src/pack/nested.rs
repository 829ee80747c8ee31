//! Packing nested values with a list of what is open instead of the call stack.

use std::collections::{btree_map, btree_set};
use std::slice;

use crate::packer::Packer;
use crate::packer::container::{Open, Shape};
use crate::{Dict, Items, PackError, Set, Sink, Value};

/// A container that is being written, and what is still to be written of it.
pub(super) struct Frame<'v> {
    open: Open,
    rest: Rest<'v>,
}

enum Rest<'v> {
    Items(slice::Iter<'v, Value>),
    Set(btree_set::Iter<'v, Value>),
    Dict {
        entries: btree_map::Iter<'v, Value, Value>,
        pair: Option<Pair<'v>>,
    },
}

/// An entry of which the key has been handed out, and the value if it is not here any more.
struct Pair<'v> {
    open: Open,
    value: Option<&'v Value>,
}

impl<'v> Frame<'v> {
    pub(super) fn of_items(items: &'v Items, shape: Shape, packer: &mut Packer) -> Result<Self, PackError> {
        Ok(Self {
            open: packer.begin(shape, items.len())?,
            rest: Rest::Items(items.iter()),
        })
    }

    pub(super) fn of_set(set: &'v Set, packer: &mut Packer) -> Result<Self, PackError> {
        Ok(Self {
            open: packer.begin(Shape::Set, set.len())?,
            rest: Rest::Set(set.iter()),
        })
    }

    pub(super) fn of_dict(dict: &'v Dict, packer: &mut Packer) -> Result<Self, PackError> {
        let open = packer.begin(Shape::UniqueDict, dict.len())?;
        Ok(Self {
            open,
            rest: Rest::Dict {
                entries: dict.iter(),
                pair: None,
            },
        })
    }

    /// Opens a container, or writes a value without items and opens nothing.
    fn of_value(value: &'v Value, packer: &mut Packer) -> Result<Option<Self>, PackError> {
        match value {
            Value::List(items) => Self::of_items(items, Shape::List, packer).map(Some),
            Value::Tuple(items) => Self::of_items(items, Shape::Tuple, packer).map(Some),
            Value::Set(set) => Self::of_set(set, packer).map(Some),
            Value::Dict(dict) => Self::of_dict(dict, packer).map(Some),
            leaf => pack_leaf(leaf, packer).map(|()| None),
        }
    }

    /// The next value to be written into this container.
    fn next(&mut self, packer: &mut Packer) -> Result<Option<&'v Value>, PackError> {
        match &mut self.rest {
            Rest::Items(items) => Ok(items.next()),
            Rest::Set(items) => Ok(items.next()),
            Rest::Dict { entries, pair } => {
                if let Some(written) = pair {
                    if let Some(value) = written.value.take() {
                        packer.expect_hashable(&written.open)?;
                        return Ok(Some(value));
                    }
                    packer.end(&written.open)?;
                    *pair = None;
                }
                let Some((key, value)) = entries.next() else {
                    return Ok(None);
                };
                *pair = Some(Pair {
                    open: packer.begin(Shape::Pair, 2)?,
                    value: Some(value),
                });
                Ok(Some(key))
            }
        }
    }
}

/// Writes a value with all that it contains.
pub(super) fn pack_value(value: &Value, sink: &mut Sink<'_>) -> Result<(), PackError> {
    pack_frame(sink, |packer| Frame::of_value(value, packer))
}

/// Writes what `first` opens, with all that it contains.
pub(super) fn pack_frame<'v>(
    sink: &mut Sink<'_>,
    first: impl FnOnce(&mut Packer) -> Result<Option<Frame<'v>>, PackError>,
) -> Result<(), PackError> {
    let packer = sink.packer();
    let mark = packer.mark();
    let result = first(packer).and_then(|frame| match frame {
        Some(frame) => pack_open(frame, packer),
        None => Ok(()),
    });
    if result.is_err() {
        packer.reset(mark);
    }
    result
}

fn pack_open<'v>(first: Frame<'v>, packer: &mut Packer) -> Result<(), PackError> {
    let mut frames = vec![first];
    while let Some(frame) = frames.last_mut() {
        match frame.next(packer)? {
            Some(value) => frames.extend(Frame::of_value(value, packer)?),
            None => {
                packer.end(&frame.open)?;
                frames.pop();
            }
        }
    }
    Ok(())
}

fn pack_leaf(value: &Value, packer: &mut Packer) -> Result<(), PackError> {
    let mut sink = Sink::new(packer);
    match value {
        Value::Bool(value) => sink.bool(*value),
        Value::Int(value) => sink.big_int(value),
        Value::Float(value) => sink.float(*value),
        Value::Str(value) => sink.str(value),
        Value::Bytes(value) => sink.bytes(value),
        Value::ByteArray(value) => sink.byte_array(value),
        Value::Decimal(value) => sink.decimal(value),
        Value::Packable(value) => sink.packable(value.name(), value.data()),
        // Containers have been opened before this is called.
        Value::None | Value::List(_) | Value::Tuple(_) | Value::Set(_) | Value::Dict(_) => sink.none(),
    }
}
