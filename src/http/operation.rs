//! The one operation that a request names, guarded and parsed.

use async_graphql::{
    Extensions, Name, Request, ServerError, Variables,
    parser::types::{ExecutableDocument, OperationType},
};
use serde::Deserialize;

use super::{
    failure::{BAD_USER_INPUT, error},
    guard,
};

/// The parameters of a GraphQL request, as every transport sends them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameters {
    /// The document.
    pub query: String,
    /// Which of the document's operations to run; may be left out if it holds only one.
    #[serde(default)]
    pub operation_name: Option<String>,
    /// Values of the operation's variables.
    #[serde(default)]
    pub variables: Variables,
    /// Not used by the service; kept for the schema's extensions.
    #[serde(default)]
    pub extensions: Option<Extensions>,
}

/// A document that parsed, and what the operation to run is.
#[derive(Debug)]
pub struct Operation {
    /// The request; its document is not parsed a second time.
    pub request: Request,
    /// `None` if the document holds no operation of that name; executing it then answers so.
    pub kind: Option<OperationType>,
}

impl Operation {
    /// Guards, then parses the document. The error says what is wrong with it, with the code `BAD_USER_INPUT`.
    pub fn read(parameters: Parameters) -> Result<Self, ServerError> {
        guard::check(&parameters.query).map_err(|refusal| error(BAD_USER_INPUT, refusal.to_string()))?;
        let mut request = Request::new(parameters.query).variables(parameters.variables);
        request.operation_name = parameters.operation_name.filter(|name| !name.is_empty());
        request.extensions = parameters.extensions.unwrap_or_default();
        let name = request.operation_name.clone();
        let kind = match request.parsed_query() {
            Ok(document) => kind(document, name.as_deref()),
            Err(failure) => {
                let coded = error(BAD_USER_INPUT, failure.message);
                return Err(ServerError { locations: failure.locations, ..coded });
            }
        };
        Ok(Self { request, kind })
    }
}

fn kind(document: &ExecutableDocument, name: Option<&str>) -> Option<OperationType> {
    let mut operations = document.operations.iter();
    let chosen = match name {
        Some(_) => operations.find(|(own, _)| own.map(Name::as_str) == name),
        None => operations.next().filter(|_| operations.next().is_none()),
    };
    chosen.map(|(_, operation)| operation.node.ty)
}
