//! Newtypes as columns.

/// Makes a struct of one field a column type that is stored as the field is, compares with itself, with the field's type
/// and, where that is text, with `&str`, and has whatever else the field's type has.
///
/// The bounds `for<'x> $inner: …` make an implementation conditional; without `for`, one that does not hold would be an
/// error.
#[macro_export]
#[doc(hidden)]
macro_rules! __newtype {
    ($t:ident, $field:tt, $inner:ty) => {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl $crate::SqlType for $t {
            const TYPE: $crate::ColumnType = <$inner as $crate::SqlType>::TYPE;
            const NULLABLE: bool = <$inner as $crate::SqlType>::NULLABLE;

            fn to_value(&self) -> ::core::result::Result<$crate::Value, $crate::ValueError> {
                $crate::SqlType::to_value(&self.$field)
            }

            #[inline]
            fn take_value(&mut self) -> ::core::result::Result<$crate::Value, $crate::ValueError> {
                <$inner as $crate::SqlType>::take_value(&mut self.$field)
            }

            #[inline]
            fn from_value(value: $crate::ValueRef<'_>) -> ::core::result::Result<Self, $crate::ValueError> {
                match <$inner as $crate::SqlType>::from_value(value) {
                    ::core::result::Result::Ok(inner) => ::core::result::Result::Ok(Self { $field: inner }),
                    ::core::result::Result::Err(error) => ::core::result::Result::Err(error),
                }
            }
        }
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl $crate::TextType for $t where for<'x> $inner: $crate::TextType {}
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl $crate::NumberType for $t
        where
            for<'x> $inner: $crate::NumberType,
        {
            type Sum = <$inner as $crate::NumberType>::Sum;
        }
        #[automatically_derived]
        impl $crate::OrderedType for $t
        where
            for<'x> $inner: $crate::OrderedType,
        {
            type Nullable = ::core::option::Option<$t>;
        }
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl $crate::model::IdType for $t
        where
            for<'x> $inner: $crate::model::IdType,
        {
            const GENERATED: $crate::Generated = <$inner as $crate::model::IdType>::GENERATED;

            fn unset() -> Self {
                Self {
                    $field: <$inner as $crate::model::IdType>::unset(),
                }
            }
        }
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl $crate::__private::Stamp for $t
        where
            for<'x> $inner: $crate::__private::Stamp,
        {
            fn now() -> Self {
                Self {
                    $field: <$inner as $crate::__private::Stamp>::now(),
                }
            }
        }
        $crate::__own_type!($t);
        #[automatically_derived]
        impl $crate::Comparable<$inner> for $t {
            fn operand(value: $inner) -> $crate::expr::Expr {
                $crate::expr::Expr::from_sql_type::<$inner>(&value)
            }
        }
        #[automatically_derived]
        impl<'v> $crate::Comparable<&'v $inner> for $t {
            fn operand(value: &'v $inner) -> $crate::expr::Expr {
                $crate::expr::Expr::from_sql_type::<$inner>(value)
            }
        }
        #[automatically_derived]
        impl<'v> $crate::Comparable<&'v str> for $t
        where
            $inner: $crate::Comparable<&'v str>,
        {
            fn operand(value: &'v str) -> $crate::expr::Expr {
                <$inner as $crate::Comparable<&'v str>>::operand(value)
            }
        }
    };
}
