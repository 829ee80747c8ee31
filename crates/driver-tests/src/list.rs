//! The list of cases, and the macro that makes tests of them.

/// Makes one test per case: `suite!(name, runtime, fresh)`.
///
/// `name` is the module that the tests are in; `runtime` is `MultiThread`, `CurrentThread` or `NoRuntime` (see
/// [`Runtime`](crate::Runtime)); `fresh` is an asynchronous function or closure that gives an empty
/// [`Subject`](crate::Subject), or a `Db`. See the [crate](crate) for an example.
#[macro_export]
macro_rules! suite {
    ($name:ident, NoRuntime, $fresh:expr) => {
        mod $name {
            #[allow(unused_imports, reason = "what `fresh` needs of its surroundings")]
            use super::*;
            $crate::__plain_cases!(NoRuntime, $fresh);
        }
    };
    ($name:ident, $runtime:ident, $fresh:expr) => {
        mod $name {
            #[allow(unused_imports, reason = "what `fresh` needs of its surroundings")]
            use super::*;
            $crate::__plain_cases!($runtime, $fresh);
            $crate::__spawning_cases!($runtime, $fresh);
        }
    };
}

#[macro_export]
#[doc(hidden)]
macro_rules! __spawning_cases {
    ($runtime:ident, $fresh:expr) => {
        $crate::__tests! { $runtime, $fresh,
            concurrency: stored_is_acknowledged, one_winner_each, readers_beside_writers, aborted_tasks,
                a_panicking_task;
        }
    };
}

#[macro_export]
#[doc(hidden)]
macro_rules! __plain_cases {
    ($runtime:ident, $fresh:expr) => {
        $crate::__tests! { $runtime, $fresh,
            values: booleans, integers_of_16_bits, integers_of_32_bits, integers_of_64_bits, floats_of_32_bits,
                floats_of_64_bits, texts, a_text_of_a_megabyte, bytes, bytes_of_a_megabyte, uuids, decimals, documents,
                instants, date_times, dates, times, nulls, all_types_in_one_row;
            errors: unique, key_taken, not_null, foreign_key, check, unknown_table, unknown_column, syntax,
                refusals_spoil_nothing, messages_hold_no_values, not_found;
            writes: affected_rows, assigned_keys, many_come_back_in_order, fifty_thousand_rows, bulk_is_atomic,
                each_row_its_own, conflicts, single_rows, changed_rows_come_back;
            transactions: commit, rollback, dropped_is_rolled_back, closure_commits, closure_rolls_back_on_error,
                closure_rolls_back_on_panic, error_then_rollback, a_dead_transaction_refuses_all,
                a_trigger_that_rolls_back, read_only, rolled_back, retrying_closure, past_its_time;
            savepoints: nested, a_refusal_is_undone, a_refused_bulk_is_undone, dropped;
            isolation: uncommitted_is_not_seen, one_state_throughout, no_update_is_lost,
                calls_on_one_transaction_queue;
            own_transaction: writes_are_refused, reads_are_answered_unless_strict,
                the_note_does_not_outlast_the_closure;
            cancellation: dropped_at_random, never_polled, dropped_inside_a_transaction;
            cursors: every_row_once, streams, dropped_early, two_at_once, one_state, exactly_once_beside_writers,
                inside_a_transaction, no_rows;
            waiting: time_outs_name_the_holder, a_transaction_is_a_holder, a_read_past_its_time;
            scripts: all_statements_run, stops_at_the_first_refusal, an_open_transaction_is_rolled_back;
            acquired: statements_share_the_connection, each_statement_by_itself, bulk_is_atomic,
                a_transaction_left_open_is_rolled_back, goes_back_when_dropped;
            closing: later_calls_are_errors, waits_for_work;
            lists: of_numbers, of_texts, of_keys, empty;
            matching: letters, wildcards_are_literal, exact_forms, patterns;
            queries: null_ordering, terminals_agree, joins, aggregates, a_table_that_changes, raw_statements;
            decoding: errors_name_table_and_column, an_error_while_reading_back, a_panic_is_an_error;
        }
    };
}

#[macro_export]
#[doc(hidden)]
macro_rules! __tests {
    ($runtime:ident, $fresh:expr, $($module:ident: $($case:ident),+;)+) => {$(
        mod $module {
            #[allow(unused_imports, reason = "what `fresh` needs of its surroundings")]
            use super::*;
            $(
                #[test]
                fn $case() {
                    $crate::run($crate::Runtime::$runtime, $fresh, $crate::cases::$module::$case);
                }
            )+
        }
    )+};
}
