//! What somebody with access to the database might do to the log.

use crate::decisions::Log;

/// Four kinds of tampering: what is done, and the SQL that does it.
pub(crate) fn all(log: &Log) -> [(&'static str, String); 4] {
    [
        (
            "changes a decision",
            format!(
                "update decisions set verdict = 'granted' where id = '{}'",
                log.refused.id
            ),
        ),
        (
            "removes a decision",
            format!("delete from decisions where id = '{}'", log.granted.id),
        ),
        (
            "edits what the archive says of a withdrawn decision",
            format!(
                "update deleted_records set record = cast(replace(record, 'fence', 'hedge') as blob) \
                 where record_id = '{}'",
                log.withdrawn.id
            ),
        ),
        (
            "cuts off the newest journal row, and has the head forget it",
            "delete from journal where id = (select max(id) from journal);\
             update journal_heads set sequence = sequence - 1, \
             hash = (select hash from journal order by id desc limit 1)"
                .to_owned(),
        ),
    ]
}
