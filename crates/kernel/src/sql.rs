//! How kernel values reach a database column; empty macros without the feature `sql`.
//!
//! **Always holds:** a type is a TEXT column (by `Display` and `FromStr`) or a BIGINT column (by `i64`), on every
//! database. Values bind as sea-query's `Value`, so only `Type` and `Decode` are implemented.

#[cfg(feature = "sql")]
#[doc(hidden)]
pub mod reexport {
    pub use sea_query::{Nullable, Value};
    pub use sqlx_core::{database::Database, decode::Decode, error::BoxDynError, types::Type};
}

/// Stores a type with `Display` and `FromStr` in a TEXT column.
#[cfg(feature = "sql")]
#[macro_export]
macro_rules! sql_text {
    ($type:ty) => {
        impl From<$type> for $crate::sql::reexport::Value {
            fn from(value: $type) -> Self {
                Self::String(Some(value.to_string()))
            }
        }
        impl From<&$type> for $crate::sql::reexport::Value {
            fn from(value: &$type) -> Self {
                Self::String(Some(value.to_string()))
            }
        }
        impl $crate::sql::reexport::Nullable for $type {
            fn null() -> $crate::sql::reexport::Value {
                $crate::sql::reexport::Value::String(None)
            }
        }
        impl<DB: $crate::sql::reexport::Database> $crate::sql::reexport::Type<DB> for $type
        where
            str: $crate::sql::reexport::Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <str as $crate::sql::reexport::Type<DB>>::type_info()
            }
            fn compatible(info: &DB::TypeInfo) -> bool {
                <str as $crate::sql::reexport::Type<DB>>::compatible(info)
            }
        }
        impl<'r, DB: $crate::sql::reexport::Database> $crate::sql::reexport::Decode<'r, DB> for $type
        where
            &'r str: $crate::sql::reexport::Decode<'r, DB>,
        {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, $crate::sql::reexport::BoxDynError> {
                let text = <&str as $crate::sql::reexport::Decode<'r, DB>>::decode(value)?;
                Ok(text.parse::<$type>()?)
            }
        }
    };
}

/// Stores a type in a BIGINT column: `$to` makes an `i64`, `$from` takes one.
#[cfg(feature = "sql")]
#[macro_export]
macro_rules! sql_bigint {
    ($type:ty, $to:expr, $from:expr) => {
        impl From<$type> for $crate::sql::reexport::Value {
            fn from(value: $type) -> Self {
                let to: fn($type) -> i64 = $to;
                Self::BigInt(Some(to(value)))
            }
        }
        impl $crate::sql::reexport::Nullable for $type {
            fn null() -> $crate::sql::reexport::Value {
                $crate::sql::reexport::Value::BigInt(None)
            }
        }
        impl<DB: $crate::sql::reexport::Database> $crate::sql::reexport::Type<DB> for $type
        where
            i64: $crate::sql::reexport::Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <i64 as $crate::sql::reexport::Type<DB>>::type_info()
            }
            fn compatible(info: &DB::TypeInfo) -> bool {
                <i64 as $crate::sql::reexport::Type<DB>>::compatible(info)
            }
        }
        impl<'r, DB: $crate::sql::reexport::Database> $crate::sql::reexport::Decode<'r, DB> for $type
        where
            i64: $crate::sql::reexport::Decode<'r, DB>,
        {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, $crate::sql::reexport::BoxDynError> {
                let from: fn(i64) -> $type = $from;
                Ok(from(<i64 as $crate::sql::reexport::Decode<'r, DB>>::decode(
                    value,
                )?))
            }
        }
    };
}

/// Stores a type with `Display` and `FromStr` in a TEXT column (the feature `sql` is off: nothing to do).
#[cfg(not(feature = "sql"))]
#[macro_export]
macro_rules! sql_text {
    ($type:ty) => {};
}

/// Stores a type in a BIGINT column (the feature `sql` is off: nothing to do).
#[cfg(not(feature = "sql"))]
#[macro_export]
macro_rules! sql_bigint {
    ($type:ty, $to:expr, $from:expr) => {};
}
