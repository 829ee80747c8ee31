//! Columns of dynamic tables in closures: `users.query().filter(|c| c.col("email").eq("x"))`.

use std::ops;

use sqloquent_core::{Result, RowAccess, Value};

use crate::{
    expr::{
        Assignment, BinaryOp, ColumnRef, Expr, Expression, Function, InOperand, Mistake, SourceRef, TypedExpr,
    },
    query::{Select, Selection},
    schema::{ColumnType, Table},
    types::{Comparable, coerce, coerce_operand},
};

/// The columns of a query over dynamic tables, by name.
#[derive(Clone, Debug)]
pub struct DynamicColumns {
    tables: Select,
}

impl DynamicColumns {
    /// Of the tables of a query as it stands.
    pub(crate) fn of(select: &Select) -> Self {
        let mut tables = Select::at(select.slot, select.base().clone());
        for source in &select.sources[1..] {
            tables.sources.push(crate::query::Source {
                table: source.table.clone(),
                alias: source.alias.clone(),
                join: None,
            });
        }
        Self { tables }
    }

    /// A column by name: `"email"`, or `"posts.title"` where tables are joined. A name that is no column is an error
    /// of the query.
    #[must_use]
    pub fn col(&self, name: &str) -> DynamicColumn {
        let column = self.tables.column(name);
        let table = match &column {
            Ok(ColumnRef {
                source: SourceRef::Slot(slot),
                ..
            }) => self
                .tables
                .sources
                .get(usize::from(slot.index))
                .map(|s| s.table.clone()),
            _ => None,
        };
        DynamicColumn {
            name: name.into(),
            column: column.map_err(Box::new),
            table,
        }
    }
}

/// A column of a dynamic table. Compares with values of any type; they are brought to the column's declared type.
#[derive(Clone, Debug)]
pub struct DynamicColumn {
    name: Box<str>,
    column: Result<ColumnRef, Box<Mistake>>,
    table: Option<Table>,
}

impl DynamicColumn {
    fn ty(&self) -> ColumnType {
        self.column.as_ref().map_or(ColumnType::Any, |c| c.ty)
    }

    /// Brings a value to the form in which the column holds it.
    fn fitted(&self, value: Value) -> Result<Value, Box<Mistake>> {
        coerce_operand(value, self.ty()).map_err(|e| {
            let table = self.table.as_ref().map_or("", |t| &t.name);
            Box::new(Mistake::from_error(&e.comparing(table, &self.name)))
        })
    }

    fn operand(&self, operand: Expr) -> Expr {
        match operand {
            Expr::Value(value) => self.fitted(value).map_or_else(Expr::Mistake, Expr::Value),
            other => other,
        }
    }

    fn compare<V>(self, op: BinaryOp, value: V) -> Expr
    where
        Value: Comparable<V>,
    {
        let right = self.operand(Value::operand(value));
        Expr::binary(op, self.into_expr(), right)
    }

    fn member(self, membership: Expr) -> Expr {
        match membership {
            Expr::InList {
                operand,
                values,
                negated,
            } => match values.into_iter().map(|v| self.fitted(v)).collect() {
                Ok(values) => Expr::InList {
                    operand,
                    values,
                    negated,
                },
                Err(mistake) => Expr::Mistake(mistake),
            },
            other => other,
        }
    }

    /// The column read as a Rust type, for typed results: `select(|c| c.col("email").typed::<String>())`.
    #[must_use]
    pub fn typed<T>(self) -> TypedExpr<T> {
        TypedExpr::new(self.into_expr())
    }

    /// The column, or the value where it is NULL.
    #[must_use]
    pub fn or_else<V>(self, value: V) -> TypedExpr<Value>
    where
        Value: Comparable<V>,
    {
        let other = self.operand(Value::operand(value));
        TypedExpr::new(Expr::Function {
            function: Function::Coalesce,
            distinct: false,
            args: vec![self.into_expr(), other],
        })
    }

    /// Sets the column in an update: to a value, another column, or an expression.
    pub fn set<V>(self, value: V) -> Assignment
    where
        Value: Comparable<V>,
    {
        let value = match Value::operand(value) {
            Expr::Value(value) => self.stored(value),
            other => other,
        };
        self.assigned(value)
    }

    /// A value that is written to the column.
    fn stored(&self, value: Value) -> Expr {
        let Some(table) = &self.table else {
            return Expr::Value(value);
        };
        let nullable = table
            .column(&self.name_in_table())
            .map_or(true, |def| def.nullable);
        coerce(value, self.ty(), nullable).map_or_else(
            |e| Expr::Mistake(Box::new(Mistake::from_error(&e.writing(&table.name, &self.name)))),
            Expr::Value,
        )
    }

    fn name_in_table(&self) -> std::borrow::Cow<'static, str> {
        match &self.column {
            Ok(column) => column.name.clone(),
            Err(_) => self.name.to_string().into(),
        }
    }

    fn assigned(self, value: Expr) -> Assignment {
        let name = self.name_in_table();
        match self.column {
            Ok(_) => Assignment::named(name, value),
            Err(mistake) => Assignment::named(name, Expr::Mistake(mistake)),
        }
    }

    /// Adds to the column in an update.
    #[allow(
        clippy::should_implement_trait,
        reason = "`add` sets the column; `+` computes"
    )]
    pub fn add<V>(self, value: V) -> Assignment
    where
        Value: Comparable<V>,
    {
        let sum = self.clone().compute(BinaryOp::Add, value);
        self.assigned(sum)
    }

    /// Subtracts from the column in an update.
    #[allow(
        clippy::should_implement_trait,
        reason = "`sub` sets the column; `-` computes"
    )]
    pub fn sub<V>(self, value: V) -> Assignment
    where
        Value: Comparable<V>,
    {
        let difference = self.clone().compute(BinaryOp::Sub, value);
        self.assigned(difference)
    }

    fn compute<V>(self, op: BinaryOp, value: V) -> Expr
    where
        Value: Comparable<V>,
    {
        Expr::binary(op, self.into_expr(), Value::operand(value))
    }
}

macro_rules! comparisons {
    ($($name:ident $op:ident),+) => {$(
        fn $name<V>(self, value: V) -> Expr
        where
            Value: Comparable<V>,
        {
            self.compare(BinaryOp::$op, value)
        }
    )+};
}

impl Expression for DynamicColumn {
    type Type = Value;

    fn into_expr(self) -> Expr {
        match self.column {
            Ok(column) => Expr::Column(column),
            Err(mistake) => Expr::Mistake(mistake),
        }
    }

    comparisons!(eq Eq, ne Ne, same_as Same, differs_from Different, lt Lt, le Le, gt Gt, ge Ge);

    fn is_in<L: InOperand<Value>>(self, list: L) -> Expr {
        let membership = list.membership(self.clone().into_expr(), false);
        self.member(membership)
    }

    fn not_in<L: InOperand<Value>>(self, list: L) -> Expr {
        let membership = list.membership(self.clone().into_expr(), true);
        self.member(membership)
    }
}

impl Selection for DynamicColumn {
    type Row = Value;

    fn exprs(self, into: &mut Vec<Expr>) {
        into.push(self.into_expr());
    }

    fn decode(row: &dyn RowAccess, offset: &mut usize) -> Result<Value> {
        let at = *offset;
        *offset += 1;
        row.get(at).map(|v| v.to_owned())
    }
}

macro_rules! arithmetic {
    ($($operator:ident $method:ident $op:ident),+) => {$(
        impl<V> ops::$operator<V> for DynamicColumn
        where
            Value: Comparable<V>,
        {
            type Output = TypedExpr<Value>;

            fn $method(self, other: V) -> TypedExpr<Value> {
                TypedExpr::new(self.compute(BinaryOp::$op, other))
            }
        }
    )+};
}

arithmetic!(Add add Add, Sub sub Sub, Mul mul Mul, Div div Div, Rem rem Rem);

#[diagnostic::do_not_recommend]
impl Comparable<DynamicColumn> for Value {
    fn operand(value: DynamicColumn) -> Expr {
        value.into_expr()
    }
}
