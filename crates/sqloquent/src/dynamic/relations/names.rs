//! The names that columns of relations have by convention.

use crate::{dynamic::DynamicModel, schema::TableDef};

/// What a row of the model is called in the names of columns: `role_user` for the model `RoleUser`, and for the table
/// `role_users` whose model was not named.
pub(super) fn singular_of(model: &DynamicModel) -> String {
    let table: &TableDef = model.table();
    let bare = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
    if table.model == table.name {
        singular(&snake_case(&bare(&table.name)))
    } else {
        snake_case(&bare(&table.model))
    }
}

/// `UserRole` becomes `user_role`, `HTTPServer` `http_server`.
fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::with_capacity(name.len() + 4);
    for (i, &c) in chars.iter().enumerate() {
        if !c.is_uppercase() {
            out.push(c);
            continue;
        }
        let before = i.checked_sub(1).and_then(|i| chars.get(i)).copied();
        let starts_word = match before {
            None | Some('_') => false,
            Some(b) if b.is_lowercase() || b.is_ascii_digit() => true,
            Some(_) => chars.get(i + 1).is_some_and(|n| n.is_lowercase()),
        };
        if starts_word {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// By the regular rules of English: `categories` becomes `category`, `boxes` `box`, `users` `user`.
fn singular(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies")
        && !stem.is_empty()
    {
        return format!("{stem}y");
    }
    if let Some(stem) = word.strip_suffix("es")
        && (stem.ends_with(['s', 'x', 'z']) || stem.ends_with("ch") || stem.ends_with("sh"))
    {
        return stem.to_owned();
    }
    match word.strip_suffix('s') {
        Some(stem) if !stem.is_empty() && !stem.ends_with('s') => stem.to_owned(),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_and_tables_have_names_for_one_row() {
        for (name, one) in [
            ("users", "user"),
            ("categories", "category"),
            ("boxes", "box"),
            ("branches", "branch"),
            ("role_users", "role_user"),
            ("addresses", "address"),
            ("class", "class"),
            ("people", "people"),
            ("app.Visits", "visit"),
        ] {
            assert_eq!(singular_of(&DynamicModel::new(name, ["id"])), one, "{name}");
        }
        for (name, one) in [
            ("RoleUser", "role_user"),
            ("HTTPServer", "http_server"),
            ("Glass", "glass"),
        ] {
            assert_eq!(
                singular_of(&DynamicModel::new("t", ["id"]).named(name)),
                one,
                "{name}"
            );
        }
    }
}
