//! How the graduated responses of schools stand, in figures: each counted over what the viewer sees, for many schools in
//! as many statements as for one.

use crate::store::Fault;
use crate::store::read::Reader;
use crate::store::scope::{Scoped, casework};
use chrono::NaiveDate;
use domain::child::SenStatus;
use domain::graduated::{AreaOfDevelopment, CycleState, OnePlanState, Progress};
use entity::{child, holding, one_plan, plan_cycle, plan_section};
use sea_orm::sea_query::{Expr, ExprTrait, IntoTableRef, JoinType, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select};
use std::collections::HashMap;
use uuid::Uuid;

/// The graduated responses of one school in figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchoolFigures {
    /// Children on the SEN register.
    pub on_register: u64,
    /// One Plans that are active.
    pub plans_active: u64,
    /// One Plans that are drafts.
    pub plans_draft: u64,
    /// Active plans whose cycle is still to be reviewed and is not overdue.
    pub reviews_due: u64,
    /// Active plans whose review is overdue.
    pub reviews_overdue: u64,
    /// Reviewed cycles, of plans that have not ended, in which no section made progress.
    pub cycles_without_progress: u64,
    /// How many plans that have not ended have a section on an area of need, most first.
    pub areas_of_need: Vec<(AreaOfDevelopment, u64)>,
}

/// Joins the school that holds a row's child today, and groups by it.
fn by_school<E: EntityTrait>(mut rows: Select<E>, child: E::Column, schools: &[Uuid]) -> Select<E> {
    let same = Condition::all()
        .add(Expr::col(holding::Column::ChildId.as_column_ref()).equals(child.as_column_ref()))
        .add(holding::Column::ToDate.is_null());
    QuerySelect::query(&mut rows).join(JoinType::InnerJoin, holding::Entity.into_table_ref(), same);
    rows.select_only()
        .column(holding::Column::SchoolId)
        .filter(holding::Column::SchoolId.is_in(schools.iter().copied()))
        .group_by(holding::Column::SchoolId)
}

fn in_figures(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

impl Reader<'_> {
    /// The graduated responses of these schools in figures, on a London date.
    pub async fn school_figures(
        &self,
        schools: &[Uuid],
        today: NaiveDate,
    ) -> Result<HashMap<Uuid, SchoolFigures>, Fault> {
        let mut figures: HashMap<Uuid, SchoolFigures> =
            schools.iter().map(|school| (*school, SchoolFigures::default())).collect();
        self.count_register(schools, &mut figures).await?;
        self.count_plans(schools, today, &mut figures).await?;
        self.count_areas(schools, &mut figures).await?;
        self.count_cycles(schools, &mut figures).await?;
        Ok(figures)
    }

    async fn count_register(
        &self,
        schools: &[Uuid],
        figures: &mut HashMap<Uuid, SchoolFigures>,
    ) -> Result<(), Fault> {
        let counted: Vec<(Uuid, i64)> = by_school(child::Entity::find(), child::Column::Id, schools)
            .column_as(child::Column::Id.count(), "number")
            .filter(child::Column::SenStatus.ne(SenStatus::None))
            .filter(child::Column::ErasedAt.is_null())
            .filter(casework(self.sight()?, child::Column::Id))
            .into_tuple()
            .all(self.database())
            .await?;
        for (school, number) in counted {
            figures.entry(school).or_default().on_register = in_figures(number);
        }
        Ok(())
    }

    async fn count_plans(
        &self,
        schools: &[Uuid],
        today: NaiveDate,
        figures: &mut HashMap<Uuid, SchoolFigures>,
    ) -> Result<(), Fault> {
        let counted: Vec<(Uuid, OnePlanState, Option<NaiveDate>, i64)> =
            by_school(one_plan::Entity::find(), one_plan::Column::ChildId, schools)
                .column(one_plan::Column::State)
                .column(one_plan::Column::ReviewBy)
                .column_as(one_plan::Column::Id.count(), "number")
                .filter(one_plan::Column::State.ne(OnePlanState::Ended))
                .filter(one_plan::Entity::visible(self.sight()?))
                .group_by(one_plan::Column::State)
                .group_by(one_plan::Column::ReviewBy)
                .into_tuple()
                .all(self.database())
                .await?;
        for (school, state, review_by, number) in counted {
            let (of_school, number) = (figures.entry(school).or_default(), in_figures(number));
            match state {
                OnePlanState::Draft => of_school.plans_draft += number,
                OnePlanState::Active | OnePlanState::Ended => of_school.plans_active += number,
            }
            match review_by {
                Some(on) if on < today => of_school.reviews_overdue += number,
                Some(_) => of_school.reviews_due += number,
                None => {}
            }
        }
        Ok(())
    }

    async fn count_areas(
        &self,
        schools: &[Uuid],
        figures: &mut HashMap<Uuid, SchoolFigures>,
    ) -> Result<(), Fault> {
        let counted: Vec<(Uuid, AreaOfDevelopment, i64)> =
            by_school(plan_section::Entity::find(), plan_section::Column::ChildId, schools)
                .column(plan_section::Column::Area)
                .column_as(plan_section::Column::Id.count(), "number")
                .filter(plan_section::Column::CycleId.in_subquery(newest_cycles()))
                .filter(plan_section::Entity::visible(self.sight()?))
                .group_by(plan_section::Column::Area)
                .into_tuple()
                .all(self.database())
                .await?;
        for (school, area, number) in counted {
            figures.entry(school).or_default().areas_of_need.push((area, in_figures(number)));
        }
        for of_school in figures.values_mut() {
            of_school.areas_of_need.sort_by_key(|(area, number)| (std::cmp::Reverse(*number), *area));
        }
        Ok(())
    }

    async fn count_cycles(
        &self,
        schools: &[Uuid],
        figures: &mut HashMap<Uuid, SchoolFigures>,
    ) -> Result<(), Fault> {
        let with_progress = plan_section::Entity::find()
            .select_only()
            .expr(Expr::val(1))
            .filter(
                Expr::col(plan_section::Column::CycleId.as_column_ref())
                    .equals(plan_cycle::Column::Id.as_column_ref()),
            )
            .filter(plan_section::Column::Progress.is_in([Progress::Achieved, Progress::SomeProgress]))
            .into_query();
        let counted: Vec<(Uuid, i64)> =
            by_school(plan_cycle::Entity::find(), plan_cycle::Column::ChildId, schools)
                .column_as(plan_cycle::Column::Id.count(), "number")
                .filter(plan_cycle::Column::State.eq(CycleState::Reviewed))
                .filter(plan_cycle::Column::PlanId.in_subquery(open_plans()))
                .filter(Expr::exists(with_progress).not())
                .filter(plan_cycle::Entity::visible(self.sight()?))
                .into_tuple()
                .all(self.database())
                .await?;
        for (school, number) in counted {
            figures.entry(school).or_default().cycles_without_progress = in_figures(number);
        }
        Ok(())
    }

    /// The children, of these, whose casework and not only whose identity the viewer sees.
    pub async fn casework_of(&self, ids: &[Uuid]) -> Result<Vec<child::Model>, Fault> {
        let found = child::Entity::find()
            .filter(child::Column::Id.is_in(ids.iter().copied()))
            .filter(child::Column::ErasedAt.is_null())
            .filter(casework(self.sight()?, child::Column::Id))
            .all(self.database())
            .await?;
        for row in &found {
            self.note_read(row.id);
        }
        Ok(found)
    }
}

/// Plans that have not ended.
fn open_plans() -> sea_orm::sea_query::SelectStatement {
    one_plan::Entity::find()
        .select_only()
        .column(one_plan::Column::Id)
        .filter(one_plan::Column::State.ne(OnePlanState::Ended))
        .into_query()
}

/// The newest cycle of each plan that has not ended.
fn newest_cycles() -> sea_orm::sea_query::SelectStatement {
    let later = Query::select()
        .expr(Expr::val(1))
        .from_as(plan_cycle::Entity, "later")
        .and_where(
            Expr::col(("later", plan_cycle::Column::PlanId))
                .equals(plan_cycle::Column::PlanId.as_column_ref()),
        )
        .and_where(
            Expr::col(("later", plan_cycle::Column::Number))
                .gt(Expr::col(plan_cycle::Column::Number.as_column_ref())),
        )
        .take();
    plan_cycle::Entity::find()
        .select_only()
        .column(plan_cycle::Column::Id)
        .filter(plan_cycle::Column::PlanId.in_subquery(open_plans()))
        .filter(Expr::exists(later).not())
        .into_query()
}
