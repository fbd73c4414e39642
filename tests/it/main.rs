//! Integration tests: real HTTP, both databases, a clock that stands still until it is moved.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, missing_docs)]

mod access;
mod architecture;
mod assessment_walk;
mod attachments;
mod booking;
mod concurrency;
mod faults;
mod feed;
mod mail;
mod mail_transport;
mod matrix;
mod reminders;
mod rulebook;
mod rules_advice;
mod rules_assessment;
mod rules_authority;
mod rules_booking;
mod rules_c_ric;
mod rules_common;
mod rules_desk;
mod rules_exception;
mod rules_follow_up;
mod rules_input;
mod rules_letters;
mod rules_meeting;
mod rules_people;
mod rules_plan;
mod rules_record;
mod rules_slots;
mod rules_staff;
mod statements;
mod support;
mod transport;
mod weekly;
mod write_path;
