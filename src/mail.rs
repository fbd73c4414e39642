//! Letters: how they are written, and how they leave the house.

pub mod deliver;
pub mod invitation;
pub mod letter;
pub mod retry;
pub mod task;
pub mod transport;
