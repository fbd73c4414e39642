//! The rules, as anybody may read them.

use super::context::{op, service, viewer};
use async_graphql::{Context, Object, Result, SimpleObject};
use domain::policy::Policy;
use domain::rule::Strength;

/// A rule that the service enforces.
pub struct Rule(pub &'static domain::rule::Rule);

/// A policy figure with the value in force.
#[derive(SimpleObject)]
pub struct Figure {
    /// Its name.
    name: String,
    /// Its value today in the viewer's authority, as JSON writes it.
    value: String,
    /// The policy version that set it; 0 stands for the rulebook's own.
    policy_version: i32,
}

/// A rule that the service enforces.
#[Object]
impl Rule {
    /// Its id, `OC-5`.
    async fn id(&self) -> &str {
        self.0.name
    }

    /// What it asks.
    async fn text(&self) -> &str {
        self.0.text
    }

    /// How strongly it binds.
    async fn strength(&self) -> Strength {
        self.0.strength
    }

    /// Where it comes from.
    async fn source(&self) -> &str {
        self.0.source
    }

    /// The policy figures that it reads, as they are in force today in the viewer's authority.
    async fn figures(&self, ctx: &Context<'_>) -> Result<Vec<Figure>> {
        if self.0.figures.is_empty() {
            return Ok(Vec::new());
        }
        let policy = match viewer(ctx)?.grants.first() {
            Some(grant) => {
                let db = service(ctx)?.store.reader();
                crate::store::calendar::policy_on(db, grant.authority, op(ctx)?.today()).await?
            }
            None => Policy::defaults(),
        };
        let values = serde_json::to_value(&policy.figures)?;
        Ok(self
            .0
            .figures
            .iter()
            .map(|name| Figure {
                name: (*name).to_owned(),
                value: values.get(snake(name)).map(ToString::to_string).unwrap_or_default(),
                policy_version: policy.version,
            })
            .collect())
    }
}

fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
