//! A school, as GIAS knows it.

use sea_orm::entity::prelude::*;

/// A school, as GIAS knows it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "school")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Unique reference number.
    #[sea_orm(unique)]
    pub urn: i32,
    /// The authority it is in.
    pub authority_id: Uuid,
    /// Its family of schools.
    pub locality_id: Option<Uuid>,
    /// Number within the authority; some have none.
    pub establishment_number: Option<String>,
    /// Its name.
    pub name: String,
    /// Open, closed or in between.
    pub status: domain::school::SchoolStatus,
    /// Phase of education.
    pub phase: domain::school::Phase,
    /// Youngest age, in years.
    pub statutory_low_age: Option<i32>,
    /// Oldest age, in years.
    pub statutory_high_age: Option<i32>,
    /// Number on roll.
    pub pupils: Option<i32>,
    /// Town.
    pub town: Option<String>,
    /// Postcode.
    pub postcode: Option<String>,
    /// When it opened.
    pub opened_on: Option<Date>,
    /// When it closed.
    pub closed_on: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}
