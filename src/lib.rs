//! casegraph: the rules of SEND casework in England as a GraphQL service. The floors of the house, lowest first, stand
//! in ARCHITECTURE.md.

pub mod cli;
pub mod config;
pub mod demo;
pub mod document;
pub mod feed;
pub mod graphql;
pub mod http;
pub mod import;
pub mod mail;
pub mod op;
pub mod store;
pub mod sweep;
pub mod workflow;
