//! Names of indexes and constraints.

/// A name made of a table and columns, the same whenever it is made: `posts_on_user_id_and_title_index`. Names that are
/// too long, or that another table and other columns could have too, end in a number made of the parts.
pub(crate) fn object_name<'a>(
    kind: &str,
    table: &str,
    columns: impl Iterator<Item = &'a str>,
    longest: usize,
) -> String {
    let columns: Vec<&str> = columns.collect();
    let plain = format!("{}_on_{}_{kind}", table.replace('.', "_"), columns.join("_and_"));
    let ambiguous = table.contains('.')
        || std::iter::once(table)
            .chain(columns.iter().copied())
            .any(|part| part.contains("_on_") || part.contains("_and_"));
    if !ambiguous && plain.len() <= longest {
        return plain;
    }
    let mut hash = Fnv::new();
    for part in std::iter::once(table).chain(columns.iter().copied()) {
        hash.add(part);
    }
    let end = format!("_{:016x}", hash.0);
    let mut keep = longest.saturating_sub(end.len()).min(plain.len());
    while !plain.is_char_boundary(keep) {
        keep -= 1;
    }
    format!("{}{end}", &plain[..keep])
}

/// A hash that stays the same from release to release, which the standard library's does not promise.
struct Fnv(u64);

impl Fnv {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, part: &str) {
        // The end of each part counts, so that `a`, `bc` and `ab`, `c` differ.
        for byte in part.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::object_name;

    #[test]
    fn names_are_readable_and_tell_their_parts() {
        let name = |table: &str, columns: &[&str]| object_name("index", table, columns.iter().copied(), 63);
        assert_eq!(
            name("posts", &["user_id", "title"]),
            "posts_on_user_id_and_title_index"
        );
        assert_ne!(name("a_on_b", &["c"]), name("a", &["b_on_c"]));
        assert_ne!(name("a", &["b_and_c"]), name("a", &["b", "c"]));
        let long = name("t", &["é".repeat(40).as_str()]);
        assert!(long.len() <= 63 && long.starts_with("t_on_é"));
        assert_ne!(long, name("t", &[format!("{}x", "é".repeat(39)).as_str()]));
    }
}
