//! Whole queries: conditions, orders, limits, distinct, joins, groups.

use std::{cmp::Ordering, fmt::Debug};

use proptest::prelude::*;
use sqloquent::{Dialect, Direction, TrustedSql, expr::Orders, prelude::*};

use crate::{
    Row,
    condition::{Condition, condition},
    filled, rows,
};

/// A term of an order: by number or text, the direction, where NULLs go when that is said.
type Term = (bool, bool, Option<bool>);

#[derive(Clone, Debug)]
struct Plan {
    condition: Option<Condition>,
    order: Vec<Term>,
    limit: Option<u64>,
    skip: Option<u64>,
}

fn plan() -> impl Strategy<Value = Plan> {
    let term = (any::<bool>(), any::<bool>(), any::<Option<bool>>());
    (
        prop::option::of(condition()),
        prop::collection::vec(term, 0..3),
        prop::option::of(0u64..6),
        prop::option::of(0u64..6),
    )
        .prop_map(|(condition, order, limit, skip)| Plan {
            condition,
            order,
            limit,
            skip,
        })
}

fn term(r: <Row as Model>::Columns, (number, descending, nulls): Term) -> sqloquent::Order {
    let direction = if descending {
        Direction::Desc
    } else {
        Direction::Asc
    };
    let expr = if number { r.n.into_expr() } else { r.t.into_expr() };
    let order = sqloquent::Order::new(expr, direction);
    match nulls {
        Some(true) => order.nulls_first(),
        Some(false) => order.nulls_last(),
        None => order,
    }
}

fn ordered<T: Ord>(a: Option<&T>, b: Option<&T>, descending: bool, nulls: Option<bool>) -> Ordering {
    let nulls_first = nulls.unwrap_or(!descending);
    match (a, b) {
        (Some(a), Some(b)) if descending => b.cmp(a),
        (Some(a), Some(b)) => a.cmp(b),
        (None, None) => Ordering::Equal,
        (None, Some(_)) if nulls_first => Ordering::Less,
        (Some(_), None) if !nulls_first => Ordering::Less,
        _ => Ordering::Greater,
    }
}

impl Plan {
    fn terms(&self, r: <Row as Model>::Columns, last: Vec<sqloquent::Order>) -> impl Orders + use<> {
        let mut terms: Vec<_> = self.order.iter().map(|t| term(r, *t)).collect();
        terms.extend(last);
        terms
    }

    fn window<S, T>(&self, mut query: Query<S, T>) -> Query<S, T> {
        if let Some(limit) = self.limit {
            query = query.limit(limit);
        }
        if let Some(skip) = self.skip {
            query = query.skip(skip);
        }
        query
    }

    fn query(&self) -> Query<Row> {
        let mut query = Row::query();
        if let Some(c) = &self.condition {
            query = query.filter(|r| c.expr(r));
        }
        self.window(query)
    }

    fn compare(&self, a: &Row, b: &Row) -> Ordering {
        self.order
            .iter()
            .fold(Ordering::Equal, |so_far, &(number, descending, nulls)| {
                so_far.then_with(|| {
                    if number {
                        ordered(a.n.as_ref(), b.n.as_ref(), descending, nulls)
                    } else {
                        ordered(a.t.as_ref(), b.t.as_ref(), descending, nulls)
                    }
                })
            })
    }

    /// The rows that the query should give, ties by what `last` says.
    fn expected(&self, rows: &[Row], distinct: bool) -> Vec<Row> {
        let holds = |r: &&Row| self.condition.as_ref().is_none_or(|c| c.holds(r) == Some(true));
        let mut found: Vec<Row> = rows.iter().filter(holds).cloned().collect();
        if distinct {
            found.iter_mut().for_each(|r| r.id = 0);
            found.sort_by(|a, b| (&a.n, &a.t).cmp(&(&b.n, &b.t)));
            found.dedup();
        }
        found.sort_by(|a, b| self.compare(a, b));
        let skip = self.skip.unwrap_or(0) as usize;
        let limit = self.limit.unwrap_or(u64::MAX) as usize;
        found.into_iter().skip(skip).take(limit).collect()
    }
}

/// B1, B2: the derived terminals agree with `get`.
async fn agree<S: 'static, T: Clone + PartialEq + Debug + Send + 'static>(
    db: &Db,
    query: &Query<S, T>,
) -> Result<Vec<T>> {
    let all = query.get(db).await?;
    assert_eq!(query.count(db).await?, all.len() as i64);
    assert_eq!(query.exists(db).await?, !all.is_empty());
    assert_eq!(query.first(db).await?, all.first().cloned());
    let page = query.paginate(db, 2, 2).await?;
    assert_eq!(page.total, all.len() as u64);
    assert_eq!(
        page.items,
        all.iter().skip(2).take(2).cloned().collect::<Vec<_>>()
    );
    Ok(all)
}

fn run<T>(test: impl Future<Output = Result<T>>) {
    pollster::block_on(test).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn rows_are_those_that_the_condition_means(rows in rows(), plan in plan()) {
        run(async {
            let db = filled(&rows).await?;
            let query = plan.query().order(|r| plan.terms(r, vec![r.id.asc()]));
            let expected = plan.expected(&rows, false);
            assert_eq!(agree(&db, &query).await?, expected.clone());
            // B17: the text that is shown gives the same rows.
            let text = query.to_sql_inlined(Dialect::SQLITE)?;
            let shown: Vec<(i64, Option<i64>, Option<String>)> = db.raw(TrustedSql::new(text), ()).get_as().await?;
            let expected: Vec<_> = expected.into_iter().map(|r| (r.id, r.n, r.t)).collect();
            assert_eq!(shown, expected);
            Ok(())
        });
    }

    #[test]
    fn distinct_rows_come_once(rows in rows(), plan in plan()) {
        run(async {
            let db = filled(&rows).await?;
            let query = plan.query().order(|r| plan.terms(r, vec![r.n.asc(), r.t.asc()])).select(|r| (r.n, r.t)).distinct();
            let expected: Vec<_> = plan.expected(&rows, true).into_iter().map(|r| (r.n, r.t)).collect();
            assert_eq!(agree(&db, &query).await?, expected);
            Ok(())
        });
    }

    #[test]
    fn joins_and_groups_agree_with_themselves(rows in rows(), plan in plan(), on in condition()) {
        run(async {
            let db = filled(&rows).await?;
            let pairs: Vec<(i64, i64)> = rows.iter().flat_map(|a| rows.iter().map(move |b| (a, b)))
                .filter(|(a, b)| a.n.is_some() && a.n == b.n && on.holds(b) == Some(true))
                .map(|(a, b)| (a.id, b.id)).collect();
            let inner = Row::query().join::<Row>(|(a, b)| a.n.eq(b.n) & on.expr(b))
                .order(|(a, b)| (a.id.asc(), b.id.asc())).select(|(a, b)| (a.id, b.id));
            assert_eq!(agree(&db, &inner).await?, pairs);
            let left = plan.window(Row::query().left_join::<Row>(|(a, b)| a.n.eq(b.n) & on.expr(b))
                .order(|(a, b)| (a.id.asc(), b.id.asc())));
            agree(&db, &left).await?;
            let all: Vec<_> = left.get(&db).await?.into_iter().map(|(a, b)| (a.id, b.map(|b| b.id))).collect();
            let expected: Vec<_> = rows.iter().flat_map(|a| {
                let of: Vec<_> = pairs.iter().filter(|p| p.0 == a.id).map(|p| (a.id, Some(p.1))).collect();
                if of.is_empty() { vec![(a.id, None)] } else { of }
            }).skip(plan.skip.unwrap_or(0) as usize).take(plan.limit.unwrap_or(1 << 30) as usize).collect();
            assert_eq!(all, expected);
            let groups = plan.query().group(|r| r.n).select(|r| (r.n, count_all(), r.t.max()))
                .having(|_| count_all().gt(1)).order(|r| r.n.asc());
            agree(&db, &groups).await?;
            agree(&db, &plan.query().order(|r| r.id.asc()).cross_join::<Row>().order(|(_, b)| b.id.asc())).await?;
            Ok(())
        });
    }

    #[test]
    fn changes_touch_what_get_finds(rows in rows(), plan in plan()) {
        run(async {
            let db = filled(&rows).await?;
            let query = plan.query().order(|r| plan.terms(r, vec![r.id.asc()])).all_rows();
            let expected: Vec<i64> = plan.expected(&rows, false).iter().map(|r| r.id).collect();
            assert_eq!(query.update(&db, |r| r.id.add(1_000)).await?, expected.len() as u64);
            let mut changed: Vec<i64> = Row::query().greater("id", 1_000).pluck(&db, "id").await?;
            changed.sort_unstable();
            let mut sorted: Vec<i64> = expected.iter().map(|i| i + 1_000).collect();
            sorted.sort_unstable();
            assert_eq!(changed, sorted);
            let db = filled(&rows).await?;
            assert_eq!(query.delete(&db).await?, expected.len() as u64);
            let mut left: Vec<i64> = Row::query().pluck(&db, "id").await?;
            left.sort_unstable();
            let rest: Vec<i64> = rows.iter().map(|r| r.id).filter(|i| !expected.contains(i)).collect();
            assert_eq!(left, rest);
            Ok(())
        });
    }
}
