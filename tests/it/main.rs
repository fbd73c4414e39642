//! Integration tests: real HTTP, both databases, a clock that stands still until it is moved.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, missing_docs)]

mod architecture;
mod booking;
mod faults;
mod mail_transport;
mod support;
mod transport;
