//! Files that offices export, read without a database: rows, or all that is wrong with them by line and column.

pub mod children;
pub mod schools;
pub mod staff;
pub mod table;
pub mod terms;
