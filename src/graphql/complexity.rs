//! Bounds what a document would cost: 1 for each field, times `first` for what stands below a connection.

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextValidation};
use async_graphql::{ErrorExtensionValues, ServerError, ValidationResult};
use std::sync::Arc;

/// At most so much. The library's own limit would not say which limit it is.
pub(super) struct Bounded(pub usize);

impl ExtensionFactory for Bounded {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self(self.0))
    }
}

#[async_trait::async_trait]
impl Extension for Bounded {
    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        let result = next.run(ctx).await?;
        if result.complexity <= self.0 {
            return Ok(result);
        }
        let message = format!(
            "the document goes past the limit complexity: {} at most, and this is {}; ask for fewer rows (first) or fields",
            self.0, result.complexity
        );
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", "BAD_USER_INPUT");
        extensions.set("limit", "complexity");
        extensions.set("allowed", self.0);
        Err(vec![ServerError { extensions: Some(extensions), ..ServerError::new(message, None) }])
    }
}
