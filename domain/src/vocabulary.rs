//! How the words of the field are declared: once, for rules, rows, events and the graph.

/// Declares an enum that is stored, written in the API and kept in events under the same names.
macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident as $api:literal { $($(#[$variant_doc:meta])* $variant:ident = $words:literal,)* }) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
        )]
        #[cfg_attr(feature = "api", derive(async_graphql::Enum))]
        #[cfg_attr(feature = "api", graphql(name = $api))]
        #[cfg_attr(
            feature = "store",
            derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum),
            sea_orm(
                rs_type = "String",
                db_type = "String(sea_orm::prelude::StringLen::N(32))",
                rename_all = "SCREAMING_SNAKE_CASE"
            )
        )]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// Every one of them.
            pub const ALL: &[$name] = &[$($name::$variant),*];

            /// In words.
            pub fn words(self) -> &'static str {
                match self { $($name::$variant => $words),* }
            }
        }
    };
}

pub(crate) use vocabulary;
