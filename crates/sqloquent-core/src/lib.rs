//! The vocabulary shared by sqloquent and its database drivers: values, rows, errors, dialects, driver traits.
