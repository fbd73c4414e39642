//! The rulebook in code. Pure: no clock, no database, no network, no GraphQL. What is known comes in as facts, what is
//! decided goes out as findings and events.

pub mod access;
pub mod anonymity;
pub mod attachment;
pub mod bank_holidays;
pub mod calendar;
pub mod child;
pub mod closure;
pub mod consent;
pub mod consultation;
pub mod duty;
pub mod ehc;
pub mod erasure;
pub mod event;
pub mod graduated;
pub mod locality;
pub mod london;
pub mod name;
pub mod people;
pub mod planning;
pub mod policy;
pub mod refusal;
pub mod registration;
pub mod rule;
pub mod school;
pub mod staffing;
pub mod text;
pub mod upn;
mod vocabulary;
pub mod year_group;
