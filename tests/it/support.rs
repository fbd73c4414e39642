//! What the tests stand on.

pub mod app;
pub mod chance;
pub mod crowd;
pub mod database;
pub mod ehc;
pub mod events;
pub mod forms;
pub mod graduated;
pub mod letters;
pub mod locality;
pub mod planning;
pub mod process;
pub mod refusals;
pub mod smtp;
pub mod socket;
pub mod world;

/// Runs an async test on both databases: `both!(name, |app| async move { … })` with a fresh `App` each.
#[macro_export]
macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident: App) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn test($app: $crate::support::app::App) $body

            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                test($crate::support::app::App::on_sqlite().await).await;
            }

            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                test($crate::support::app::App::on_postgres().await).await;
            }
        }
    )*};
}
