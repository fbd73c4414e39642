//! How much one request, one socket and one connection may ask of the service.
//!
//! The defaults are generous to every query that a person writes. An operator may move each figure, up to a ceiling
//! above which the service itself would be in danger.

/// Declares the limits: each with what it bounds, its default and its ceiling.
macro_rules! limits {
    ($($(#[doc = $meaning:literal])+ $name:ident: $default:literal, at_most $ceiling:literal;)+) => {
        /// What a caller may ask for at most.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Limits {
            $($(#[doc = $meaning])+ pub $name: usize,)+
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: $default,)+ }
            }
        }

        impl Limits {
            /// The names of all limits, as the settings spell them in lower case.
            pub const NAMES: &[&str] = &[$(stringify!($name),)+];

            /// Sets a limit by its name. The error says what is wrong with the figure, or that there is no such limit.
            pub fn set(&mut self, name: &str, figure: &str) -> Result<(), String> {
                let (limit, ceiling) = match name {
                    $(stringify!($name) => (&mut self.$name, $ceiling),)+
                    _ => return Err("is no limit of the service".to_owned()),
                };
                match figure.parse() {
                    Ok(figure) if (1..=ceiling).contains(&figure) => {
                        *limit = figure;
                        Ok(())
                    }
                    _ => Err(format!("is not a number from 1 to {ceiling}")),
                }
            }
        }
    };
}

limits! {
    /// Bytes of the body of a POST, whether its length is announced or it comes in chunks.
    body_bytes: 262_144, at_most 16_777_216;
    /// Bytes of a document.
    document_bytes: 32_768, at_most 1_048_576;
    /// Tokens of a document; comments and commas do not count.
    tokens: 2_000, at_most 20_000;
    /// Brackets of any kind that may be open at once. The parser recurses once for each.
    nesting: 40, at_most 100;
    /// Selections (fields, inline fragments, spreads) once every spread is replaced by its fragment.
    selections: 5_000, at_most 50_000;
    /// Aliases once every spread is replaced by its fragment.
    aliases: 60, at_most 5_000;
    /// Directives once every spread is replaced by its fragment.
    directives: 60, at_most 5_000;
    /// Fields at the root of an operation.
    root_fields: 20, at_most 1_000;
    /// Fields within fields.
    depth: 24, at_most 50;
    /// Lists of the schema's own (fields, interfaces, possible types, input fields) within each other, when a client asks
    /// for the schema. Each multiplies the answer; tools need one.
    introspection: 2, at_most 3;
    /// Cost of the document's operations: 1 for each field, times `first` for what stands below a connection.
    complexity: 20_000, at_most 1_000_000;
    /// Documents that are kept by their hash for those who registered them.
    kept_documents: 500, at_most 10_000;
    /// Operations that one socket runs at once.
    socket_streams: 20, at_most 1_000;
    /// Bytes of a message on a socket.
    socket_message_bytes: 65_536, at_most 1_048_576;
    /// Connections that are open at once; more wait to be accepted.
    connections: 10_000, at_most 1_000_000;
    /// Seconds that the head of a request may take, from the opening of the connection or the last answer on it.
    head_seconds: 10, at_most 300;
    /// Seconds that the body of a request may take.
    body_seconds: 10, at_most 300;
    /// Seconds that a client may take to read what was sent to it before it is cut off.
    write_seconds: 10, at_most 300;
    /// Seconds over which sockets and streams are closed when the service stops.
    drain_seconds: 10, at_most 300;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_can_be_set_up_to_its_ceiling() {
        for name in Limits::NAMES {
            let mut limits = Limits::default();
            assert_eq!(limits.set(name, "1"), Ok(()), "{name}");
            for figure in ["0", "-1", "1.5", "", "many", "99999999999"] {
                assert!(limits.set(name, figure).is_err(), "{name} = {figure}");
            }
        }
        let mut limits = Limits::default();
        assert_eq!(limits.set("nesting", "100"), Ok(()));
        assert_eq!(limits.set("nesting", "101"), Err("is not a number from 1 to 100".to_owned()));
        assert_eq!(limits.nesting, 100);
        assert!(limits.set("unknown", "1").is_err());
    }
}
