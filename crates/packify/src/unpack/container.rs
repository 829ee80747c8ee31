//! Containers, read with a list of what is open instead of the call stack.

use super::reader::{Head, Reader};
use super::table::Lengths;
use crate::layout::{Width, kind, split};
use crate::{Dict, Items, MAX_DEPTH, Rule, Set, UnpackError, Value};

/// A container that is being read.
#[derive(Debug)]
struct Frame<'a> {
    /// Where the container begins.
    offset: usize,
    lengths: Lengths<'a>,
    /// Where the item that is being read begins and ends.
    item: (usize, usize),
    /// The bytes of the last item of a set or dict.
    previous: &'a [u8],
    body: Body,
}

#[derive(Debug)]
enum Body {
    List(Vec<Value>),
    Tuple(Vec<Value>),
    Set(Vec<Value>),
    Dict {
        entries: Vec<(Value, Value)>,
        pair: Option<Pair>,
    },
}

/// A dict entry that is being read.
#[derive(Debug)]
struct Pair {
    end: usize,
    key: Option<Value>,
    value_len: usize,
}

impl<'a> Reader<'a> {
    /// The next value with all that it contains, which may not go beyond `end`.
    pub(super) fn value(&mut self, end: usize) -> Result<Value, UnpackError> {
        let mut frames: Vec<Frame<'a>> = Vec::new();
        let mut end = end;
        loop {
            let mut finished = match self.head(end)? {
                Head::Value(value) => Some(value),
                Head::Container { offset, kind, count } => {
                    if frames.len() >= MAX_DEPTH {
                        return Err(UnpackError::TooDeep { offset });
                    }
                    frames.push(self.open(offset, kind, count, end)?);
                    None
                }
            };
            // Hands finished values to the containers around them until there is another item to read.
            end = loop {
                let Some(frame) = frames.last_mut() else {
                    return Ok(finished.unwrap_or_default());
                };
                if let Some(value) = finished.take() {
                    self.accept(frame, value)?;
                }
                if let Some(end) = self.next_item(frame)? {
                    break end;
                }
                finished = match frames.pop() {
                    Some(frame) => Some(self.close(frame)?),
                    None => None,
                };
            };
        }
    }

    fn open(&mut self, offset: usize, kind: u8, count: Width, end: usize) -> Result<Frame<'a>, UnpackError> {
        let lengths = self.table(count, end)?;
        let body = match kind {
            kind::LIST => Body::List(Vec::with_capacity(lengths.left())),
            kind::TUPLE => Body::Tuple(Vec::with_capacity(lengths.left())),
            kind::SET => Body::Set(Vec::with_capacity(lengths.left())),
            _ => Body::Dict {
                entries: Vec::with_capacity(lengths.left()),
                pair: None,
            },
        };
        Ok(Frame {
            offset,
            lengths,
            item: (self.at, self.at),
            previous: &[],
            body,
        })
    }

    /// Where the next item of a container ends, if there is one.
    fn next_item(&mut self, frame: &mut Frame<'a>) -> Result<Option<usize>, UnpackError> {
        let len = match &mut frame.body {
            Body::Dict { pair: Some(pair), .. } => Some(pair.value_len),
            body => match frame.lengths.next() {
                Some(len) => match body {
                    Body::List(_) | Body::Tuple(_) => Some(len),
                    Body::Set(_) => {
                        self.ascending(&mut frame.previous, len)?;
                        Some(len)
                    }
                    Body::Dict { pair, .. } => {
                        self.ascending(&mut frame.previous, len)?;
                        let (key_len, read) = self.pair(len)?;
                        *pair = Some(read);
                        Some(key_len)
                    }
                },
                None => None,
            },
        };
        Ok(len.map(|len| {
            frame.item = (self.at, self.at.saturating_add(len));
            frame.item.1
        }))
    }

    /// Puts an item that has been read into its container.
    fn accept(&mut self, frame: &mut Frame<'a>, value: Value) -> Result<(), UnpackError> {
        let (start, end) = frame.item;
        self.finish_item(end)?;
        match &mut frame.body {
            Body::List(values) | Body::Tuple(values) => values.push(value),
            Body::Set(members) => {
                hashable(&value, start)?;
                members.push(value);
            }
            Body::Dict { entries, pair } => match pair.take() {
                Some(Pair {
                    end, key: Some(key), ..
                }) => {
                    self.finish_item(end)?;
                    entries.push((key, value));
                }
                Some(read) => {
                    hashable(&value, start)?;
                    *pair = Some(Pair {
                        key: Some(value),
                        ..read
                    });
                }
                None => {}
            },
        }
        Ok(())
    }

    /// Makes a value of a container whose items have been read.
    fn close(&self, frame: Frame<'a>) -> Result<Value, UnpackError> {
        Ok(match frame.body {
            Body::List(values) => Value::List(Items::from(values)),
            Body::Tuple(values) => Value::Tuple(Items::from(values)),
            Body::Set(members) => Value::Set(Set::from_iter(members)),
            Body::Dict { entries, .. } => {
                let written = entries.len();
                let dict = Dict::from_iter(entries);
                if dict.len() < written && !self.lenient {
                    return Err(UnpackError::DuplicateKey { offset: frame.offset });
                }
                Value::Dict(dict)
            }
        })
    }

    fn finish_item(&mut self, end: usize) -> Result<(), UnpackError> {
        self.require(self.at == end, self.at, Rule::ExactItem)?;
        self.at = end;
        Ok(())
    }

    /// Makes sure that the next `len` bytes come behind those of the item before.
    fn ascending(&self, previous: &mut &'a [u8], len: usize) -> Result<(), UnpackError> {
        let next = self.rest().get(..len).unwrap_or_default();
        self.require(previous.is_empty() || *previous < next, self.at, Rule::Ascending)?;
        *previous = next;
        Ok(())
    }

    /// The beginning of a dict item of `len` bytes, a tuple of two, and the length of the key.
    fn pair(&mut self, len: usize) -> Result<(usize, Pair), UnpackError> {
        let offset = self.at;
        let end = offset.saturating_add(len);
        let (Some(count), kind::TUPLE) = split(self.byte(end)?) else {
            return Err(UnpackError::NotAPair { offset });
        };
        let mut lengths = self.table(count, end)?;
        match (lengths.next(), lengths.next(), lengths.next()) {
            (Some(key_len), Some(value_len), None) => Ok((
                key_len,
                Pair {
                    end,
                    key: None,
                    value_len,
                },
            )),
            _ => Err(UnpackError::NotAPair { offset }),
        }
    }
}

/// Refuses what Python could not put into a set.
fn hashable(value: &Value, offset: usize) -> Result<(), UnpackError> {
    if !matches!(
        value,
        Value::Tuple(_) | Value::List(_) | Value::ByteArray(_) | Value::Set(_) | Value::Dict(_)
    ) {
        return Ok(());
    }
    let mut pending = vec![value];
    while let Some(value) = pending.pop() {
        match value {
            Value::List(_) | Value::ByteArray(_) | Value::Set(_) | Value::Dict(_) => {
                return Err(UnpackError::Unhashable { offset });
            }
            Value::Tuple(items) => pending.extend(items.iter()),
            _ => {}
        }
    }
    Ok(())
}
