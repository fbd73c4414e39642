//! Where a child stands on the path (GR-14), and how the graduated responses of a school stand in figures.

use super::loader::{figures_of, path_of, permitted_on_child};
use super::payload::Refusal;
use crate::store::graduated::report::SchoolFigures;
use async_graphql::{Context, Object, Result, SimpleObject};
use domain::access::{Action, Role};
use domain::graduated::AreaOfDevelopment;
use domain::graduated::pathway::{self, StepState, stands_at};
use uuid::Uuid;

/// The path of a child's graduated response.
pub struct Pathway {
    child: Uuid,
    steps: [pathway::PathwayStep; 9],
}

/// The path of a child whose casework the viewer sees.
pub async fn of(ctx: &Context<'_>, child: Uuid) -> Result<Option<Pathway>> {
    Ok(path_of(ctx, child).await?.map(|steps| Pathway { child, steps }))
}

/// Where a child stands in the nine steps of the graduated response, what is missing, and what may be done next (GR-14).
#[Object]
impl Pathway {
    /// The furthest step that was done; 0 where none was.
    async fn stands_at(&self) -> u8 {
        stands_at(&self.steps)
    }

    /// The nine steps, in order.
    async fn steps(&self) -> Vec<PathwayStep> {
        let step = |step: &pathway::PathwayStep| PathwayStep { child: self.child, step: step.clone() };
        self.steps.iter().map(step).collect()
    }
}

/// A step of the path.
pub struct PathwayStep {
    child: Uuid,
    step: pathway::PathwayStep,
}

/// A step of the path (GR-14).
#[Object]
impl PathwayStep {
    /// 1 to 9.
    async fn number(&self) -> u8 {
        self.step.number
    }

    /// What it is.
    async fn title(&self) -> &str {
        self.step.title
    }

    /// Where it stands.
    async fn state(&self) -> StepState {
        self.step.state
    }

    /// What is missing before it can be done: what its mutation would refuse.
    async fn missing(&self) -> Vec<Refusal> {
        self.step.missing.iter().cloned().map(Refusal::from).collect()
    }

    /// The mutations that do it.
    async fn actions(&self) -> &[Action] {
        self.step.actions
    }

    /// The roles that may do it.
    async fn roles(&self) -> Vec<Role> {
        self.step.roles()
    }

    /// Whether the viewer may do it, by role and relation to the child.
    async fn viewer_may(&self, ctx: &Context<'_>) -> Result<bool> {
        let allowed = permitted_on_child(ctx, self.child).await?;
        Ok(self.step.actions.iter().any(|action| allowed.contains(action)))
    }

    /// The sections of the SEND Code of Practice.
    async fn sections(&self) -> &[&str] {
        self.step.sections
    }
}

/// How the graduated responses of a school stand, over the children whom the viewer sees.
pub struct GraduatedResponseFigures(SchoolFigures);

/// How many plans have a section on an area.
#[derive(SimpleObject)]
pub struct AreaOfNeedFigure {
    /// The area of need.
    area: AreaOfDevelopment,
    /// How many One Plans that have not ended have a section on it.
    plans: u64,
}

/// The figures of a school.
pub async fn figures(ctx: &Context<'_>, school: Uuid) -> Result<GraduatedResponseFigures> {
    Ok(GraduatedResponseFigures(figures_of(ctx, school).await?.unwrap_or_default()))
}

/// How the graduated responses of a school stand: counted over the children whom the school holds today and the viewer
/// sees.
#[Object]
impl GraduatedResponseFigures {
    /// Children on the SEN register.
    async fn on_register(&self) -> u64 {
        self.0.on_register
    }

    /// One Plans that are active.
    async fn plans_active(&self) -> u64 {
        self.0.plans_active
    }

    /// One Plans that are drafts.
    async fn plans_draft(&self) -> u64 {
        self.0.plans_draft
    }

    /// Active plans whose cycle is still to be reviewed and is not overdue.
    async fn reviews_due(&self) -> u64 {
        self.0.reviews_due
    }

    /// Active plans whose review is overdue (GR-6).
    async fn reviews_overdue(&self) -> u64 {
        self.0.reviews_overdue
    }

    /// Reviewed cycles, of plans that have not ended, in which no section made progress.
    async fn cycles_without_progress(&self) -> u64 {
        self.0.cycles_without_progress
    }

    /// The areas of need, most frequent first.
    async fn areas_of_need(&self) -> Vec<AreaOfNeedFigure> {
        self.0
            .areas_of_need
            .iter()
            .map(|(area, plans)| AreaOfNeedFigure { area: *area, plans: *plans })
            .collect()
    }
}
