//! Connection strings.

use std::{path::PathBuf, time::Duration};

use sqloquent_core::{Error, ErrorKind, Result};

use super::{Durability, Journal, Place, SqliteOptions, suggest::nearest};

const OPTIONS: &[&str] = &[
    "mode",
    "journal",
    "synchronous",
    "foreign_keys",
    "on_the_spot",
    "combine",
    "readers",
    "cursors",
    "threads",
    "statement_cache",
    "busy_timeout",
    "wait_timeout",
    "cache",
    "mmap",
];

pub(super) fn parse(url: &str) -> Result<SqliteOptions> {
    let Some(rest) = url.strip_prefix("sqlite:") else {
        return Err(configuration(format!(
            "a SQLite connection string starts with `sqlite:`, this one with `{}`; write `sqlite:app.db` or \
             `sqlite::memory:`",
            url.split(':').next().unwrap_or("")
        )));
    };
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let path = decode(path)?;
    let mut options = match path.as_str() {
        ":memory:" => SqliteOptions::memory(),
        "" => {
            return Err(configuration(
                "the connection string names no file; write `sqlite:app.db` or `sqlite::memory:`".into(),
            ));
        }
        _ => SqliteOptions::file(PathBuf::from(&path)),
    };
    for pair in query.split('&').filter(|p| !p.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        options = apply(options, &decode(name)?, &decode(value)?)?;
    }
    Ok(options)
}

fn apply(mut options: SqliteOptions, name: &str, value: &str) -> Result<SqliteOptions> {
    Ok(match name {
        "mode" => match one_of(name, value, &["rwc", "rw", "ro", "memory"])? {
            "rw" => options.create(false),
            "ro" => options.create(false).read_only(true),
            "memory" => {
                options.place = Place::Memory;
                options
            }
            _ => options,
        },
        "journal" => options.journal(
            match one_of(name, value, &["wal", "delete", "truncate", "persist"])? {
                "wal" => Journal::Wal,
                "truncate" => Journal::Truncate,
                "persist" => Journal::Persist,
                _ => Journal::Delete,
            },
        ),
        "synchronous" => options.durability(match one_of(name, value, &["full", "normal", "off"])? {
            "full" => Durability::Full,
            "off" => Durability::Off,
            _ => Durability::Normal,
        }),
        "foreign_keys" => options.foreign_keys(switch(name, value)?),
        "on_the_spot" => options.on_the_spot(switch(name, value)?),
        "combine" => options.combine(switch(name, value)?),
        "readers" => options.readers(number(name, value, 1, 64)?),
        "cursors" => options.cursors(number(name, value, 1, 64)?),
        "threads" => options.threads(number(name, value, 1, 16)?),
        "statement_cache" => options.statement_cache(number(name, value, 0, 100_000)?),
        "busy_timeout" => options.busy_timeout(millis(name, value)?),
        "wait_timeout" => options.wait_timeout(millis(name, value)?),
        "cache" => options.cache_bytes(bytes(name, value)?),
        "mmap" => options.mmap_bytes(bytes(name, value)?),
        _ => {
            let hint = nearest(name, OPTIONS).map_or_else(
                || format!("known are {}", OPTIONS.join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            return Err(configuration(format!("SQLite has no option `{name}`; {hint}")));
        }
    })
}

fn one_of(name: &str, value: &str, known: &[&'static str]) -> Result<&'static str> {
    let lower = value.to_ascii_lowercase();
    known.iter().find(|k| **k == lower).copied().ok_or_else(|| {
        let hint = nearest(&lower, known).map_or_else(String::new, |n| format!("; did you mean `{n}`?"));
        configuration(format!(
            "`{name}` takes {}, not `{value}`{hint}",
            known.join(", ")
        ))
    })
}

fn switch(name: &str, value: &str) -> Result<bool> {
    match value.to_ascii_lowercase().as_str() {
        "on" | "true" | "1" | "yes" => Ok(true),
        "off" | "false" | "0" | "no" => Ok(false),
        _ => Err(configuration(format!("`{name}` takes on or off, not `{value}`"))),
    }
}

fn number(name: &str, value: &str, least: usize, most: usize) -> Result<usize> {
    match value.parse() {
        Ok(n) if (least..=most).contains(&n) => Ok(n),
        _ => Err(configuration(format!(
            "`{name}` takes a number from {least} to {most}, not `{value}`"
        ))),
    }
}

fn millis(name: &str, value: &str) -> Result<Duration> {
    value.parse().map(Duration::from_millis).map_err(|_| {
        configuration(format!(
            "`{name}` takes milliseconds as a whole number, such as 5000, not `{value}`"
        ))
    })
}

fn bytes(name: &str, value: &str) -> Result<u64> {
    let lower = value.to_ascii_lowercase();
    let (digits, shift) = match lower.as_bytes().last() {
        Some(b'k') => (&lower[..lower.len() - 1], 10),
        Some(b'm') => (&lower[..lower.len() - 1], 20),
        Some(b'g') => (&lower[..lower.len() - 1], 30),
        _ => (lower.as_str(), 0),
    };
    digits
        .parse::<u64>()
        .ok()
        .and_then(|n| n.checked_mul(1 << shift))
        .filter(|n| i64::try_from(*n).is_ok())
        .ok_or_else(|| {
            configuration(format!(
                "`{name}` takes bytes, such as 1048576, 64k, 16m or 1g, not `{value}`"
            ))
        })
}

/// Decodes `%41` and the like.
fn decode(text: &str) -> Result<String> {
    if !text.contains('%') {
        return Ok(text.to_owned());
    }
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(b) = bytes.next() {
        if b != b'%' {
            out.push(b);
            continue;
        }
        let digit = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16));
        match (digit(bytes.next()), digit(bytes.next())) {
            (Some(high), Some(low)) => out.push((high * 16 + low) as u8),
            _ => {
                return Err(configuration(format!(
                    "a `%` in `{text}` is not followed by two hexadecimal digits; write `%25` for a percent sign"
                )));
            }
        }
    }
    String::from_utf8(out).map_err(|_| configuration(format!("`{text}` does not decode to UTF-8")))
}

fn configuration(message: String) -> Error {
    Error::new(ErrorKind::Configuration, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_decoded_and_slashes_understood() {
        let place = |url: &str| parse(url).map(|o| o.place);
        assert_eq!(place("sqlite:a.db").unwrap(), Place::File("a.db".into()));
        assert_eq!(place("sqlite:///x/a.db").unwrap(), Place::File("/x/a.db".into()));
        assert_eq!(
            place("sqlite:/x/a%20b%3F.db?readers=1").unwrap(),
            Place::File("/x/a b?.db".into())
        );
        assert_eq!(place("sqlite::memory:").unwrap(), Place::Memory);
        assert_eq!(place("sqlite:x?mode=memory").unwrap(), Place::Memory);
    }

    #[test]
    fn all_options_are_read() {
        let o = parse(
            "sqlite:x?readers=3&cursors=5&threads=1&busy_timeout=7&wait_timeout=9&synchronous=OFF&journal=delete&mode=ro\
             &foreign_keys=off&on_the_spot=off&combine=off&statement_cache=8&cache=64k&mmap=1g",
        )
        .unwrap();
        assert_eq!(
            (o.readers, o.cursors, o.threads, o.statement_cache),
            (3, 5, Some(1), 8)
        );
        assert_eq!(
            (o.busy_timeout, o.wait_timeout),
            (Duration::from_millis(7), Duration::from_millis(9))
        );
        assert_eq!(
            (o.durability, o.journal),
            (Durability::Off, Some(Journal::Delete))
        );
        assert!(o.read_only && !o.create && !o.foreign_keys && !o.on_the_spot && !o.combine);
        assert_eq!((o.cache_bytes, o.mmap_bytes), (Some(65_536), Some(1 << 30)));
    }

    #[test]
    fn mistakes_are_typed_and_say_what_would_be_right() {
        for (url, says) in [
            ("postgres://x", "sqlite:"),
            ("sqlite:", "names no file"),
            ("sqlite:x?reader=2", "did you mean `readers`"),
            ("sqlite:x?colour=red", "known are"),
            ("sqlite:x?journal=walk", "did you mean `wal`"),
            ("sqlite:x?readers=0", "from 1 to 64"),
            ("sqlite:x?busy_timeout=5s", "milliseconds"),
            ("sqlite:x?foreign_keys=maybe", "on or off"),
            ("sqlite:x?cache=lots", "bytes"),
            ("sqlite:x%zz", "%25"),
        ] {
            let error = parse(url).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration, "{url}");
            assert!(error.message().contains(says), "{url}: {error}");
        }
    }
}
