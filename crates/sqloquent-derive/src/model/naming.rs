//! The default name of a table: the struct's, in snake case and plural.

/// `UserRole` becomes `user_role`, `HTTPServer` `http_server`.
pub(crate) fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::with_capacity(name.len() + 4);
    for (i, &c) in chars.iter().enumerate() {
        if c.is_uppercase() {
            let after_small = i > 0 && (chars[i - 1].is_lowercase() || chars[i - 1].is_ascii_digit());
            let before_small =
                i > 0 && chars[i - 1] != '_' && chars.get(i + 1).is_some_and(|n| n.is_lowercase());
            if after_small || before_small {
                out.push('_');
            }
            out.extend(c.to_lowercase());
        } else {
            out.push(c);
        }
    }
    out
}

/// By the regular rules of English: `category` becomes `categories`, `box` `boxes`, `user` `users`.
pub(crate) fn plural(word: &str) -> String {
    if let Some(stem) = word.strip_suffix('y')
        && !stem.ends_with(['a', 'e', 'i', 'o', 'u'])
        && !stem.is_empty()
    {
        return format!("{stem}ies");
    }
    if word.ends_with(['s', 'x', 'z']) || word.ends_with("ch") || word.ends_with("sh") {
        return format!("{word}es");
    }
    format!("{word}s")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_tables() {
        for (name, table) in [
            ("User", "users"),
            ("Category", "categories"),
            ("Day", "days"),
            ("Box", "boxes"),
            ("Branch", "branches"),
            ("RoleUser", "role_users"),
            ("HTTPServer", "http_servers"),
            ("Person", "persons"),
            ("OAuth2Token", "o_auth2_tokens"),
            ("Address", "addresses"),
            ("Y", "ys"),
        ] {
            assert_eq!(plural(&snake_case(name)), table, "{name}");
        }
    }
}
