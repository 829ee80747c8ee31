//! Kinds of joins and directions from text, such as of a request.

use std::str::FromStr;

use sqloquent_core::{Error, ErrorKind};

use super::JoinKind;
use crate::expr::Direction;

/// `inner`, `left`, `right`, `full` and `cross` in either case; `outer` is `full`.
impl FromStr for JoinKind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Ok(match text.trim().to_ascii_lowercase().as_str() {
            "inner" => Self::Inner,
            "left" | "left outer" => Self::Left,
            "right" | "right outer" => Self::Right,
            "full" | "outer" | "full outer" => Self::Full,
            "cross" => Self::Cross,
            _ => {
                return Err(Error::new(
                    ErrorKind::InvalidQuery,
                    format!(
                        "`{}` is no kind of join; there are inner, left, right, full and cross",
                        text.escape_debug()
                    ),
                ));
            }
        })
    }
}

/// `asc` and `desc` in either case.
impl FromStr for Direction {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text.trim().to_ascii_lowercase().as_str() {
            "asc" => Ok(Self::Asc),
            "desc" => Ok(Self::Desc),
            _ => Err(Error::new(
                ErrorKind::InvalidQuery,
                format!(
                    "`{}` is no direction; there are asc and desc",
                    text.escape_debug()
                ),
            )),
        }
    }
}
