//! The one operation that a request names, guarded and parsed.

use async_graphql::{
    Name, Request, ServerError, Value, Variables,
    parser::types::{BaseType, ExecutableDocument, OperationType},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    documents::DocumentHash,
    door::Door,
    failure::{self, BAD_USER_INPUT, error},
    guard,
};

/// The parameters of a GraphQL request, as every transport sends them. Members that are not known are passed over.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Sent")]
pub struct Parameters {
    query: Option<String>,
    hash: Option<DocumentHash>,
    operation_name: Option<String>,
    variables: Variables,
}

/// The parameters as they stand in the JSON.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Sent {
    /// The document; may be left out where its hash is given.
    #[serde(default)]
    pub query: Option<String>,
    /// The document's hash, `sha256:` and 64 hexadecimal digits.
    #[serde(default)]
    pub document_id: Option<String>,
    /// Which of the document's operations to run; may be left out if it holds only one.
    #[serde(default)]
    pub operation_name: Option<String>,
    /// Values of the operation's variables.
    #[serde(default)]
    pub variables: Variables,
    /// What clients of automatic persisted queries send.
    #[serde(default)]
    pub extensions: Option<Extensions>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Extensions {
    persisted_query: Option<PersistedQuery>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PersistedQuery {
    version: u32,
    sha256_hash: String,
}

impl TryFrom<Sent> for Parameters {
    type Error = &'static str;

    fn try_from(sent: Sent) -> Result<Self, Self::Error> {
        let persisted = sent.extensions.and_then(|extensions| extensions.persisted_query);
        if persisted.as_ref().is_some_and(|persisted| persisted.version != 1) {
            return Err("persistedQuery must have version 1");
        }
        let hash = sent.document_id.or(persisted.map(|persisted| persisted.sha256_hash));
        let read = |hash: String| DocumentHash::read(&hash).ok_or("the document's hash is not a SHA-256");
        let hash = hash.map(read).transpose()?;
        if sent.query.is_none() && hash.is_none() {
            return Err("query is missing, and so is documentId");
        }
        let Sent { query, operation_name, variables, .. } = sent;
        Ok(Self { query, hash, operation_name, variables })
    }
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
    /// Finds, guards and parses the document. The error says what is wrong with it, by its code.
    pub fn read(door: &Door, caller: Uuid, parameters: Parameters) -> Result<Self, ServerError> {
        let Parameters { query, hash, operation_name, variables } = parameters;
        let registers = hash.filter(|_| query.is_some());
        let text = door.documents.text(caller, query, hash)?;
        guard::check(&text, &door.limits).map_err(|refusal| failure::guarded(&refusal))?;
        let mut request = Request::new(&*text).variables(variables);
        request.operation_name = operation_name.filter(|name| !name.is_empty());
        let name = request.operation_name.clone();
        let (kind, pages) = match request.parsed_query() {
            Ok(document) => (kind(document, name.as_deref()), figures_left_out(document)),
            Err(failure) => {
                let coded = error(BAD_USER_INPUT, failure.message);
                return Err(ServerError { locations: failure.locations, ..coded });
            }
        };
        for name in pages {
            request.variables.entry(name).or_insert(Value::Null);
        }
        if let Some(hash) = registers {
            door.documents.keep(caller, hash, &text);
        }
        Ok(Self { request, kind })
    }
}

/// The variables for whole numbers that a client may leave out.
///
/// The library reckons a document's complexity from `first`, and takes a variable that was left out for one that nobody
/// declared. As no such argument has a default, it is the same to say that it is null.
fn figures_left_out(document: &ExecutableDocument) -> Vec<Name> {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node);
    let variables =
        operations.flat_map(|operation| &operation.variable_definitions).map(|variable| &variable.node);
    let figures = variables.filter(|variable| {
        let of = &variable.var_type.node;
        of.nullable && of.base == BaseType::Named(Name::new("Int")) && variable.default_value.is_none()
    });
    figures.map(|variable| variable.name.node.clone()).collect()
}

fn kind(document: &ExecutableDocument, name: Option<&str>) -> Option<OperationType> {
    let mut operations = document.operations.iter();
    let chosen = match name {
        Some(_) => operations.find(|(own, _)| own.map(Name::as_str) == name),
        None => operations.next().filter(|_| operations.next().is_none()),
    };
    chosen.map(|(_, operation)| operation.node.ty)
}
