//! JSON in one form: engines that keep documents as trees give back other text than was written.

use std::collections::BTreeMap;

use sqloquent_core::text_form::canonical_decimal;

use crate::types::ValueError;

/// Deeper documents are refused.
const DEEPEST: usize = 128;

/// The document without spaces, members in the order of their names, the last of several equal names, numbers as plain
/// decimals, text with no more escapes than it needs.
pub(super) fn canonical(text: &str) -> Result<String, ValueError> {
    let mut reader = Reader {
        rest: text.as_bytes(),
        text,
    };
    let out = reader.value(0)?;
    reader.space();
    if reader.rest.is_empty() {
        Ok(out)
    } else {
        Err(invalid())
    }
}

#[cold]
fn invalid() -> ValueError {
    ValueError::new("expected json, found text that is not valid JSON")
}

struct Reader<'t> {
    text: &'t str,
    rest: &'t [u8],
}

impl<'t> Reader<'t> {
    fn space(&mut self) {
        while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        match self.rest {
            [first, rest @ ..] if *first == byte => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// Where the reader stands in the text.
    fn position(&self) -> usize {
        self.text.len() - self.rest.len()
    }

    fn value(&mut self, depth: usize) -> Result<String, ValueError> {
        if depth > DEEPEST {
            return Err(ValueError::new("the JSON document is nested too deep"));
        }
        self.space();
        match self.rest.first() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(|s| quoted(&s)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => ["true", "false", "null"]
                .into_iter()
                .find(|word| self.rest.starts_with(word.as_bytes()))
                .map(|word| {
                    self.rest = &self.rest[word.len()..];
                    word.to_owned()
                })
                .ok_or_else(invalid),
        }
    }

    fn object(&mut self, depth: usize) -> Result<String, ValueError> {
        let mut members: BTreeMap<String, String> = BTreeMap::new();
        self.rest = &self.rest[1..];
        self.space();
        if !self.eat(b'}') {
            loop {
                self.space();
                let name = self.string()?;
                self.space();
                if !self.eat(b':') {
                    return Err(invalid());
                }
                members.insert(name, self.value(depth + 1)?);
                self.space();
                if self.eat(b'}') {
                    break;
                }
                if !self.eat(b',') {
                    return Err(invalid());
                }
            }
        }
        let members: Vec<String> = members
            .into_iter()
            .map(|(name, value)| format!("{}:{value}", quoted(&name)))
            .collect();
        Ok(format!("{{{}}}", members.join(",")))
    }

    fn array(&mut self, depth: usize) -> Result<String, ValueError> {
        let mut items: Vec<String> = Vec::new();
        self.rest = &self.rest[1..];
        self.space();
        if !self.eat(b']') {
            loop {
                items.push(self.value(depth + 1)?);
                self.space();
                if self.eat(b']') {
                    break;
                }
                if !self.eat(b',') {
                    return Err(invalid());
                }
            }
        }
        Ok(format!("[{}]", items.join(",")))
    }

    fn number(&mut self) -> Result<String, ValueError> {
        let part = |b: &u8| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E');
        let length = self.rest.iter().take_while(|b| part(b)).count();
        let start = self.position();
        let text = self.text.get(start..start + length).ok_or_else(invalid)?;
        let whole = text.trim_start_matches('-').as_bytes();
        if matches!(whole, [b'0', b'0'..=b'9', ..]) {
            return Err(invalid());
        }
        self.rest = &self.rest[length..];
        canonical_decimal(text)
            .map(std::borrow::Cow::into_owned)
            .ok_or_else(|| ValueError::new("expected json, found a number that is none or is too long"))
    }

    /// Reads text with its escapes resolved.
    fn string(&mut self) -> Result<String, ValueError> {
        if !self.eat(b'"') {
            return Err(invalid());
        }
        let mut out = String::new();
        loop {
            let plain = self
                .rest
                .iter()
                .take_while(|b| !matches!(b, b'"' | b'\\' | 0..=0x1f));
            let (start, length) = (self.position(), plain.count());
            out.push_str(self.text.get(start..start + length).ok_or_else(invalid)?);
            self.rest = &self.rest[length..];
            if self.eat(b'"') {
                return Ok(out);
            }
            if !self.eat(b'\\') {
                return Err(invalid());
            }
            let [kind, rest @ ..] = self.rest else {
                return Err(invalid());
            };
            self.rest = rest;
            out.push(match kind {
                b'"' | b'\\' | b'/' => char::from(*kind),
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                b'u' => self.unicode()?,
                _ => return Err(invalid()),
            });
        }
    }

    fn unit(&mut self) -> Result<u32, ValueError> {
        let digits = self.rest.get(..4).ok_or_else(invalid)?;
        let text = std::str::from_utf8(digits).map_err(|_| invalid())?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(invalid());
        }
        self.rest = &self.rest[4..];
        u32::from_str_radix(text, 16).map_err(|_| invalid())
    }

    /// A character by one escape, or by the two of a surrogate pair.
    fn unicode(&mut self) -> Result<char, ValueError> {
        let first = self.unit()?;
        let code = if (0xd800..0xdc00).contains(&first) {
            if !(self.eat(b'\\') && self.eat(b'u')) {
                return Err(invalid());
            }
            let second = self.unit()?;
            if !(0xdc00..0xe000).contains(&second) {
                return Err(invalid());
            }
            0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)
        } else {
            first
        };
        char::from_u32(code).ok_or_else(invalid)
    }
}

fn quoted(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\0'..='\u{1f}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn documents_that_say_the_same_have_one_form() {
        let form = r#"{"a":[1,-2.5,100,"\u0001é"],"b":null}"#;
        for text in [
            form,
            r#" { "b" : null , "a" : [1.0, -25e-1, 1E2, "\u0001\u00e9"] } "#,
            r#"{"b":true,"b":null,"a":[1e0,-2.50,1.00e+2,"\u0001é"]}"#,
        ] {
            assert_eq!(canonical(text).unwrap(), form, "{text}");
        }
        assert_eq!(canonical("\"\\ud83e\\udd80\\/\"").unwrap(), "\"🦀/\"");
        assert_eq!(canonical("-0.0").unwrap(), "0");
    }

    #[test]
    fn what_is_no_document_is_refused() {
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\"}",
            "{\"a\":}",
            "01",
            "1 2",
            "tru",
            "\"\\ud800\"",
            "\"\\x\"",
            "\"\n\"",
            "+1",
            ".5",
            "\"\\u+123\"",
        ] {
            assert!(canonical(text).is_err(), "{text}");
        }
        assert!(canonical(&"[".repeat(100_000)).is_err());
    }
}
