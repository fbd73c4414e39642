//! How planning meetings go in an authority, term by term (PC-6, PC-9).

use super::context::{op, service};
use super::loader::by_id;
use super::school::School;
use crate::workflow::planning::monitoring::{TermFigures, of_year};
use async_graphql::{Context, Object, Result, SimpleObject};
use domain::calendar::TermName;
use domain::planning::monitoring::{Actions, Figures, Row, mean_days};
use domain::planning::{FeedbackSource, SupportForm, SupportService};
use entity::school;
use uuid::Uuid;

/// What became of actions.
#[derive(SimpleObject)]
pub struct MeetingActionFigures {
    /// Agreed at a meeting of the term.
    agreed: u32,
    /// Of these, open today.
    open: u32,
    /// How long those have been open on average, in calendar days.
    mean_days_open: Option<f64>,
    /// Brought forward to a meeting of the term and done.
    done: u32,
    /// Brought forward to one and carried forward again.
    carried_forward: u32,
    /// Brought forward to one and dropped.
    dropped: u32,
    /// How long those done or dropped took on average, in calendar days.
    mean_days_to_close: Option<f64>,
}

impl From<Actions> for MeetingActionFigures {
    fn from(actions: Actions) -> Self {
        Self {
            agreed: actions.agreed,
            open: actions.open,
            mean_days_open: mean_days(actions.open_days, actions.open),
            done: actions.done,
            carried_forward: actions.carried_forward,
            dropped: actions.dropped,
            mean_days_to_close: mean_days(actions.closed_days, actions.done + actions.dropped),
        }
    }
}

/// A service's time.
#[derive(SimpleObject)]
pub struct ServiceTime {
    /// The service.
    service: SupportService,
    /// Allocated, in minutes.
    allocated_minutes: u32,
    /// Agreed, in minutes.
    agreed_minutes: u32,
}

/// How often a form of support was agreed.
#[derive(SimpleObject)]
pub struct SupportFormFigures {
    /// The form.
    form: SupportForm,
    /// How often.
    agreed: u32,
}

/// Feedback from one source.
#[derive(SimpleObject)]
pub struct FeedbackFigures {
    /// From where.
    source: FeedbackSource,
    /// How many.
    number: u32,
    /// The mean score, from 1 to 5.
    mean_score: Option<f64>,
}

/// Planning meetings in figures.
pub struct PlanningFigures(Figures);

/// Planning meetings in figures: of a school, or added up.
#[Object]
impl PlanningFigures {
    /// Schools that are due a meeting.
    async fn due(&self) -> u32 {
        self.0.due
    }

    /// Meetings that are still to come.
    async fn planned(&self) -> u32 {
        self.0.planned
    }

    /// Meetings that were held.
    async fn held(&self) -> u32 {
        self.0.held
    }

    /// Of these, records that were completed.
    async fn recorded(&self) -> u32 {
        self.0.recorded
    }

    /// Of these, records that were shared.
    async fn shared(&self) -> u32 {
        self.0.shared
    }

    /// Schools that were due a meeting, with the window past and none held.
    async fn missed(&self) -> u32 {
        self.0.missed
    }

    /// What became of actions.
    async fn actions(&self) -> MeetingActionFigures {
        self.0.actions.into()
    }

    /// Agreed time beside the allocation, by service (PC-6).
    async fn time(&self) -> Vec<ServiceTime> {
        let time = self.0.time.iter().map(|(service, time)| ServiceTime {
            service: *service,
            allocated_minutes: time.allocated,
            agreed_minutes: time.agreed,
        });
        time.collect()
    }

    /// Traded work, in minutes.
    async fn traded_minutes(&self) -> u32 {
        self.0.traded_minutes
    }

    /// The mix of forms of support.
    async fn support(&self) -> Vec<SupportFormFigures> {
        self.0
            .support
            .iter()
            .map(|(form, agreed)| SupportFormFigures { form: *form, agreed: *agreed })
            .collect()
    }

    /// Feedback by source.
    async fn feedback(&self) -> Vec<FeedbackFigures> {
        let feedback = self.0.feedback.iter().map(|(source, scores)| FeedbackFigures {
            source: *source,
            number: scores.number,
            mean_score: scores.mean(),
        });
        feedback.collect()
    }
}

/// The figures of one school.
pub struct SchoolPlanningFigures(Row);

/// The figures of one school; or of what was said of no school in particular.
#[Object]
impl SchoolPlanningFigures {
    /// The school.
    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>> {
        match self.0.school {
            Some(id) => Ok(by_id::<school::Entity>(ctx, id).await?.map(School::from)),
            None => Ok(None),
        }
    }

    /// Its figures.
    async fn figures(&self) -> PlanningFigures {
        PlanningFigures(self.0.figures.clone())
    }
}

/// The planning meetings of a term in an authority.
pub struct PlanningMonitoring(TermFigures);

/// The planning meetings of a term in an authority, in figures that add up (PC-9).
#[Object]
impl PlanningMonitoring {
    /// Which term.
    async fn term(&self) -> TermName {
        self.0.term
    }

    /// The sum.
    async fn total(&self) -> PlanningFigures {
        PlanningFigures(self.0.total.clone())
    }

    /// School by school, by name; with `missed`, only those that were due a meeting and had none.
    #[graphql(complexity = "50 + 100 * child_complexity")]
    async fn schools(
        &self,
        #[graphql(desc = "Only schools that were due a meeting in time and had none.")] missed: Option<bool>,
    ) -> Vec<SchoolPlanningFigures> {
        let only_missed = missed.unwrap_or_default();
        let rows = self.0.rows.iter().filter(|row| !only_missed || row.figures.missed > 0);
        rows.map(|row| SchoolPlanningFigures(row.clone())).collect()
    }
}

/// The terms of a school year in an authority, if the viewer may read its reports.
pub async fn of(
    ctx: &Context<'_>,
    authority: Uuid,
    school_year: i32,
    term: Option<TermName>,
) -> Result<Vec<PlanningMonitoring>> {
    if !super::report::may_read(ctx, authority)? {
        return Ok(Vec::new());
    }
    let found = of_year(&service(ctx)?.store, &op(ctx)?, authority, school_year, term).await?;
    Ok(found.into_iter().map(PlanningMonitoring).collect())
}
